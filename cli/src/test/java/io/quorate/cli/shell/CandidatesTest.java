package io.quorate.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.quorate.cli.FakeCluster;
import io.quorate.cli.key.GetCommand;
import io.quorate.cli.maintenance.RepairCommand;
import io.quorate.cli.output.Console;
import io.quorate.cli.tenant.TenantCommand;
import io.quorate.cli.transfer.ExportCommand;
import io.quorate.client.QuorateClient;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import org.jline.reader.Candidate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What the tabulator key offers in a shell. */
class CandidatesTest {
  private static final PrintStream NOWHERE = new PrintStream(OutputStream.nullOutputStream());
  private static final Console CONSOLE =
      new Console(InputStream.nullInputStream(), NOWHERE, NOWHERE, false, false);

  private final FakeCluster cluster = new FakeCluster();
  private int connected;

  private final Candidates candidates = candidates(new ClusterNames(this::connect, 60_000));

  @Command(name = "quorate")
  private static final class Root {}

  private static Candidates candidates(ClusterNames names) {
    return new Candidates(
        new CommandLine(new Root())
            .addSubcommand(new GetCommand(CONSOLE))
            .addSubcommand(new TenantCommand(CONSOLE))
            .addSubcommand(new RepairCommand(CONSOLE))
            .addSubcommand(new ExportCommand(CONSOLE))
            .addSubcommand("server", new Root())
            .getCommandSpec(),
        names);
  }

  private QuorateClient connect() {
    connected++;
    return QuorateClient.builder()
        .endpoints(cluster.endpoint())
        .timeout(Duration.ofMinutes(1))
        .build();
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  /** The words offered for the last one of a line. */
  private List<String> offered(String... line) {
    return offered(candidates, line);
  }

  private static List<String> offered(Candidates candidates, String... line) {
    List<String> words = List.of(line);
    return candidates.of(words.subList(0, words.size() - 1), words.getLast()).stream()
        .map(Candidate::value)
        .toList();
  }

  @Test
  void commandsAndWhatEndsTheShell() {
    assertThat(offered("")).contains("get", "tenant", "exit", "quit").doesNotContain("server");
    assertThat(offered("tenant", "")).contains("create", "alter", "list").doesNotContain("exit");
    assertThat(connected).isZero();
  }

  @Test
  void optionsAndTheirValues() {
    assertThat(offered("get", "k", "--")).contains("--tenant", "--endpoints");
    assertThat(offered("export", "--format", "")).contains("csv", "jsonl");
    assertThat(offered("export", "--format=")).contains("--format=csv");
    assertThat(offered("get", "k", "--level", "")).contains("ONE", "QUORUM", "LOCAL_QUORUM");
    assertThat(offered("get", "k", "--level=")).contains("--level=QUORUM");
    assertThat(offered("get", "k", "--repair", ""))
        .containsExactlyInAnyOrder("blocking", "everyone", "background", "off");
    assertThat(offered("tenant", "create", "t", "--write-level", "")).contains("EACH_QUORUM");
    assertThat(offered("tenant", "create", "t", "--retries", ""))
        .containsExactlyInAnyOrder("repeat", "once");
    assertThat(connected).isZero();
  }

  @Test
  void tenantsAndNodesOfTheClusterWhichIsNotAskedEachTime() {
    assertThat(offered("get", "k", "--tenant", "")).containsExactly("default");
    assertThat(offered("get", "k", "--tenant=")).containsExactly("--tenant=default");
    assertThat(offered("tenant", "alter", "")).containsExactly("default");
    assertThat(offered("tenant", "drop", "")).containsExactly("default");
    assertThat(offered("tenant", "create", "")).isEmpty();
    assertThat(offered("repair", "--node", "")).containsExactly(cluster.endpoint());
    assertThat(offered("get", "k", "--endpoints", "")).containsExactly(cluster.endpoint());
    assertThat(connected).isOne();
  }

  @Test
  void aClusterThatDoesNotAnswerHasNoNamesAndHoldsUpNoOne() {
    cluster.close();
    Candidates hasty = candidates(new ClusterNames(this::connect));
    long before = System.nanoTime();
    assertThat(offered(hasty, "get", "k", "--tenant", "")).isEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(4));
    assertThat(offered(hasty, "tenant", "alter", "")).isEmpty();
    assertThat(connected).isOne();
  }

  @Test
  void whatCannotBeConnectedHasNoNames() {
    ClusterNames none =
        new ClusterNames(
            () -> {
              throw new CommandLine.ParameterException(new CommandLine(new Root()), "no");
            });
    assertThatCode(none::tenants).doesNotThrowAnyException();
  }
}
