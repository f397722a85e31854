package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.command.ExitCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Compare and set, as a user types it. */
final class CasCommandTest {
  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private Ran run(String... args) {
    return Ran.at(cluster.endpoint(), args);
  }

  @Test
  void aValueIsStoredIfTheKeyHasWhatIsExpected() {
    assertThat(run("cas", "leader", "--absent", "--put", "a").out()).startsWith("stored, version ");
    assertThat(run("cas", "leader", "--expect", "a", "--put", "b").exitCode())
        .isEqualTo(ExitCode.DONE);
    assertThat(run("get", "leader").out()).contains("b");
    assertThat(run("cas", "leader", "--expect", "b", "--delete").out())
        .startsWith("deleted, version ");
  }

  @Test
  void otherwiseItIsExitCode1AndNothingWasChanged() {
    run("put", "leader", "a");

    Ran absent = run("cas", "leader", "--absent", "--put", "b");
    assertThat(absent.exitCode()).isEqualTo(1);
    assertThat(absent.err()).contains("the key has something else");
    assertThat(run("cas", "leader", "--expect", "c", "--put", "b", "--json").exitCode())
        .isEqualTo(1);
    assertThat(run("get", "leader").out()).contains("a");
  }

  @Test
  void whatIsExpectedMustBeSaid() {
    assertThat(run("cas", "leader", "--put", "b").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run("cas", "leader", "--absent").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run("cas", "leader", "--absent", "--expect", "a", "--put", "b").exitCode())
        .isEqualTo(ExitCode.USAGE);
  }
}
