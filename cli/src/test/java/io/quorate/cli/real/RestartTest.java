package io.quorate.cli.real;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quorate.cli.Ran;
import io.quorate.cli.command.ExitCode;
import io.quorate.node.RealCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes in this process, which a line of shell restarts as another thread looks for its file. */
class RestartTest {
  private static final int FIRST_PORT = 17_980;
  private static final int NODES = 3;

  private static JsonNode status(RealCluster cluster) {
    Ran ran = Operator.run(cluster, "cluster", "status", "--json");
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(ExitCode.DONE);
    return ran.json();
  }

  /** Restarts the node of each port that a file is made for, until it is interrupted. */
  private static void serve(RealCluster cluster, Path asked) {
    try (WatchService made = asked.getFileSystem().newWatchService()) {
      WatchKey key = asked.register(made, StandardWatchEventKinds.ENTRY_CREATE);
      while (key.reset()) {
        List<Path> files;
        try (Stream<Path> found = Files.list(asked)) {
          files = found.toList();
        }
        for (Path file : files) {
          int index = Integer.parseInt(String.valueOf(file.getFileName())) - FIRST_PORT;
          cluster.stop(index);
          cluster.start(index);
          Files.delete(file);
        }
        key = made.take();
        key.pollEvents().clear();
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }

  @Test
  void eachNodeIsRestartedOnceAndTheLeaderLast(@TempDir Path directory) throws Exception {
    Path asked = Files.createDirectory(directory.resolve("asked"));
    try (RealCluster cluster = RealCluster.ready(directory, FIRST_PORT, NODES)) {
      String leader = status(cluster).path("metadata").path("leader").asText();
      Thread supervisor = new Thread(() -> serve(cluster, asked), "supervisor");
      supervisor.start();
      String file = asked + "/{port}";
      Ran ran =
          Operator.run(
              cluster,
              "cluster",
              "restart",
              "--rolling",
              "--with",
              "touch " + file + "; while [ -e " + file + " ]; do sleep 0.05; done",
              "--for",
              "1m",
              "--pause",
              "1s",
              "--yes",
              "--json");
      supervisor.interrupt();
      supervisor.join();
      assertThat(ran.exitCode()).as(ran.err()).isEqualTo(ExitCode.DONE);
      assertThat(ran.json().path("left")).isEmpty();
      List<String> restarted = new ArrayList<>();
      for (JsonNode each : ran.json().path("restarted")) {
        restarted.add(each.path("node").asText());
        assertThat(each.path("incarnation_before").asInt()).isEqualTo(1);
        assertThat(each.path("incarnation").asInt()).isEqualTo(2);
      }
      assertThat(restarted).hasSize(NODES).doesNotHaveDuplicates();
      assertThat(restarted.getLast()).isEqualTo(leader);
      JsonNode after = status(cluster);
      for (JsonNode node : after.path("nodes")) {
        assertThat(node.path("incarnation").asInt()).isEqualTo(2);
        assertThat(node.path("state").asText()).isEqualTo("up");
      }
    }
  }

  /** The line ends well and restarts nothing. */
  @Test
  void aNodeThatIsNotRestartedIsPutBack(@TempDir Path directory) throws Exception {
    try (RealCluster cluster = new RealCluster(directory, FIRST_PORT + 5, NODES)) {
      for (int i = 0; i < NODES; i++) {
        cluster.start(i, Map.of("node.name", "node-" + i));
      }
      for (int i = 0; i < NODES; i++) {
        cluster.awaitReady(i);
      }
      Ran paused = Operator.run(cluster, "hints", "pause", "--target", "node-1", "--json");
      assertThat(paused.exitCode()).as(paused.err()).isEqualTo(ExitCode.DONE);
      assertThat(paused.json().path("target").asText()).isEqualTo(cluster.node(1).id().toString());
      Ran ran =
          Operator.run(
              cluster,
              "cluster",
              "restart",
              "--rolling",
              "--with",
              "echo restarts {name}",
              "--nodes",
              "node-1",
              "--for",
              "2s",
              "--yes");
      assertThat(ran.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
      assertThat(ran.err())
          .contains(
              "node node-1 is not back: the cluster knows of no start of it since",
              "is back in service",
              "no node was restarted; left: node-1. To go on: the same command with --nodes"
                  + " node-1");
      cluster.awaitReady(1);
      Ran failing =
          Operator.run(
              cluster,
              "cluster",
              "restart",
              "--rolling",
              "--with",
              "echo no {name}; exit 9",
              "--nodes",
              "node-1",
              "--yes",
              "--json");
      assertThat(failing.exitCode()).isEqualTo(ExitCode.FAILED);
      assertThat(failing.json().path("left").path(0).asText()).isEqualTo("node-1");
      assertThat(failing.err()).contains("ended with exit code 9: no node-1");
      cluster.awaitReady(1);
    }
  }
}
