package io.quorate.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quorate.cli.FakeCluster;
import io.quorate.cli.command.Connections;
import io.quorate.cli.lock.AcquireCommand;
import io.quorate.cli.output.Console;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Ctrl-C in a shell, while a command of it holds a lock. */
class InterruptedLockTest {
  private static final PrintStream NOWHERE = new PrintStream(OutputStream.nullOutputStream());
  private static final Console CONSOLE =
      new Console(InputStream.nullInputStream(), NOWHERE, NOWHERE, false, false);

  private final FakeCluster cluster = new FakeCluster();
  private final KeptConnections connections = new KeptConnections();

  @TempDir private Path directory;

  @Command(name = "quorate")
  private record Root(Connections connections) implements Connections.Source {}

  @AfterEach
  void close() {
    connections.close();
    cluster.close();
  }

  private int acquire(String script) {
    return new CommandLine(new Root(connections))
        .addSubcommand(new AcquireCommand(CONSOLE))
        .execute(
            "acquire",
            "nightly",
            "--ttl",
            "6s",
            "--endpoints",
            cluster.endpoint(),
            "--",
            "sh",
            "-c",
            script);
  }

  /** One that has ended is listed, without what it ran, until its parent asks for it. */
  private static boolean isAlive(String pid) {
    return ProcessHandle.of(Long.parseLong(pid)).flatMap(each -> each.info().command()).isPresent();
  }

  /** It lets SIGTERM pass, so that it runs until SIGKILL; one that it has started does so alone. */
  @Test
  void theLockIsReleasedAfterAllThatRanUnderItHasEnded() throws Exception {
    Path pids = directory.resolve("pids");
    for (String first : List.of("trap '' INT TERM", "trap 'exit 9' INT TERM")) {
      String script =
          first + "; sh -c 'trap \"\" INT TERM; sleep 30' & echo $$ $! > " + pids + "; wait";
      CompletableFuture<Integer> ran = CompletableFuture.supplyAsync(() -> acquire(script));
      await().until(() -> Files.exists(pids) && Files.readString(pids).endsWith("\n"));
      assertThat(cluster.locks.holder("nightly")).isNotNull();
      Thread signal = new Thread(connections::close);
      signal.start();
      await().until(() -> cluster.locks.holder("nightly") == null);
      for (String pid : Files.readString(pids).strip().split(" ", -1)) {
        assertThat(isAlive(pid)).as("%s of: %s", pid, script).isFalse();
      }
      signal.join();
      assertThat(ran).succeedsWithin(Duration.ofSeconds(10));
      Files.delete(pids);
    }
  }
}
