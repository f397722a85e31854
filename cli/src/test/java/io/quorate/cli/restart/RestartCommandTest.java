package io.quorate.cli.restart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpc.Status;
import io.quorate.cli.FakeCluster;
import io.quorate.cli.Ran;
import io.quorate.cli.command.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused before a node is touched, and what is shown. */
class RestartCommandTest {
  private static final String ID = "0000000000000001";

  @TempDir private Path directory;

  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private String[] args(String... words) {
    List<String> args = new ArrayList<>(List.of("cluster", "restart"));
    args.addAll(List.of(words));
    args.addAll(List.of("--endpoints", cluster.endpoint()));
    return args.toArray(String[]::new);
  }

  private Ran run(String... words) {
    return Ran.command(args(words));
  }

  private String touch(String placeholder) {
    return "touch '" + directory + "/'" + placeholder;
  }

  @Test
  void whatIsMissingIsSaid() {
    Ran all = run("--with", touch("{id}"), "--yes");
    assertThat(all.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(all.err()).contains("give --rolling: nodes are restarted one after another");
    Ran without = run("--rolling", "--yes");
    assertThat(without.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(without.err()).contains("give --with COMMAND", "docs/operations/restart.md");
    Ran unasked = run("--rolling", "--with", touch("{id}"));
    assertThat(unasked.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(unasked.err()).contains("nothing was restarted: there is no terminal", "--dry-run");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void whatDoesNotFitTheClusterIsRefused() {
    Ran unknown = run("--rolling", "--with", touch("{hots}"), "--yes");
    assertThat(unknown.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(unknown.err()).contains("{hots}, which is unknown");
    Ran nameless = run("--rolling", "--with", touch("{name}"), "--yes");
    assertThat(nameless.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(nameless.err()).contains("node " + ID, "has none");
    Ran stranger = run("--rolling", "--with", touch("{id}"), "--nodes", "node-9", "--yes");
    assertThat(stranger.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(stranger.err())
        .contains("no node of the cluster has the id, address or name 'node-9'");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aDryRunShowsOrderAndLines() {
    Ran ran = run("--rolling", "--with", touch("{id}"), "--dry-run", "--json");
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(ExitCode.DONE);
    JsonNode node = ran.json().path("nodes").path(0);
    assertThat(node.path("node").asText()).isEqualTo(ID);
    assertThat(node.path("command").asText()).isEqualTo("touch '" + directory + "/'" + ID);
    assertThat(ran.json().path("obstacles")).isEmpty();
    // The tenant has one replica.
    assertThat(ran.json().path("notices").path(0).asText())
        .contains("tenant default: Its requests need the only replica");
    assertThat(run("--rolling", "--with", touch("{id}"), "--dry-run").out())
        .contains("restarts one after another", "touch '" + directory + "/'" + ID);
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aPersonIsAsked() throws Exception {
    Ran no = Ran.atTerminal("n\n", args("--rolling", "--with", touch("{id}")));
    assertThat(no.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(no.err()).contains("touch '", "Is that wanted?", "aborted: nothing was restarted");
    assertThat(directory).isEmptyDirectory();
    cluster.canBeDrained = true;
    cluster.failingLooks.add(Status.PERMISSION_DENIED);
    Ran yes = Ran.atTerminal("y\n", args("--rolling", "--with", touch("{id}"), "--for", "1s"));
    assertThat(yes.exitCode()).isNotEqualTo(ExitCode.DONE);
    assertThat(yes.err())
        .contains("could not be drained", "no node was restarted; left: " + ID, "--nodes " + ID);
    try (var files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
  }

  /** As the node of this cluster is. The command of the test restarts nothing. */
  @Test
  void aNodeOfTheFirstReleaseIsStoppedWithoutBeingDrained() {
    Ran ran = run("--rolling", "--with", touch("{id}"), "--yes", "--for", "1s");
    assertThat(ran.err())
        .contains(
            ID + ": not drained, as its release does not know how, and it leads the metadata group",
            "; runs: touch",
            "is not back: the cluster knows of no start of it since. It runs as before");
    assertThat(directory.resolve(ID)).exists();
  }
}
