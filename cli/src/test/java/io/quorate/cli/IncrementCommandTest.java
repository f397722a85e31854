package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.command.ExitCode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Increments, as a user types them. */
final class IncrementCommandTest {
  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private Ran run(String... args) {
    List<String> all = new ArrayList<>(List.of("--endpoints", cluster.endpoint()));
    all.addAll(List.of(args));
    all.add(0, "increment");
    return Ran.command(all.toArray(String[]::new));
  }

  @Test
  void theSumIsPrinted() {
    assertThat(run("seats").out()).isEqualTo("1\n");
    assertThat(run("seats", "41").out()).isEqualTo("42\n");
    assertThat(run("seats", "--json").out()).contains("\"sum\" : 43").contains("\"version\"");
    assertThat(run("--", "seats", "-3").out()).isEqualTo("40\n");
  }

  @Test
  void aSumThatIsNotWithinItsBoundsIsExitCode1() {
    Ran refused = run("--min", "0", "--", "seats", "-1");
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("the sum is too low");
    assertThat(run("--min", "5", "--max", "4", "seats").exitCode()).isNotZero();
    assertThat(run("seats", "many").exitCode()).isEqualTo(ExitCode.USAGE);
  }
}
