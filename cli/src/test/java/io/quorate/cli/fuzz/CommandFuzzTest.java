package io.quorate.cli.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.fuzz.Campaign;
import io.quorate.fuzz.FuzzTarget;
import io.quorate.fuzz.Quiet;
import io.quorate.fuzz.Targets;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** A short campaign of each target of commands, and {@code .ci/fuzz}, which runs all targets. */
@Tag("patient")
class CommandFuzzTest {

  @BeforeAll
  static void quietly() {
    Quiet.begin();
  }

  @AfterAll
  static void loudly() {
    Quiet.end();
  }

  static Stream<Named<FuzzTarget>> targets() {
    return CommandTargets.ALL.stream().map(target -> Named.of(target.name(), target));
  }

  @ParameterizedTest
  @MethodSource("targets")
  void wildInputIsRefused(FuzzTarget target) {
    Campaign.inCi(target);
  }

  @Test
  void allTargetsAreThereAndNamesDiffer() {
    assertThat(Fuzz.TARGETS)
        .containsAll(Targets.ALL)
        .containsAll(CommandTargets.ALL)
        .extracting(FuzzTarget::name)
        .doesNotHaveDuplicates();
  }

  @Test
  void commandTellsOfTargetsThatAreNotThere() {
    StringWriter err = new StringWriter();
    CommandLine command = Fuzz.commandLine().setErr(new PrintWriter(err));
    assertThat(command.execute("--target", "nothing")).isEqualTo(2);
    assertThat(err.toString()).contains("there is no target 'nothing'", "raft-message", "csv");
  }

  @Test
  void commandRunsOneSeed() {
    StringWriter out = new StringWriter();
    CommandLine command = Fuzz.commandLine().setOut(new PrintWriter(out));
    assertThat(command.execute("--target", "raft-message", "--seed", "3")).isZero();
    assertThat(out.toString()).contains("raft-message: 1 runs, all is well");
  }
}
