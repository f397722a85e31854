package io.quorate.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** A short campaign of each target, always with the same seeds; {@code .ci/fuzz} runs others. */
class FuzzTest {

  @BeforeAll
  static void quietly() {
    Quiet.begin();
  }

  @AfterAll
  static void loudly() {
    Quiet.end();
  }

  static Stream<String> targets() {
    return Targets.names().stream();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void wildInputIsRefused(String name) throws Exception {
    FuzzTarget target =
        Targets.ALL.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
    for (long seed = 1; seed <= target.runsInCi(); seed++) {
      try {
        target.run(seed);
      } catch (Exception | AssertionError | StackOverflowError | OutOfMemoryError broken) {
        throw new AssertionError("replay: .ci/fuzz --target " + name + " --seed " + seed, broken);
      }
    }
  }

  @Test
  void namesDiffer() {
    assertThat(Targets.names()).doesNotHaveDuplicates();
  }

  @Test
  void failuresThatAreAlikeAreToldOnceWithTheLowestSeed() {
    Campaign campaign = new Campaign(List.of(new EverySeventhFails()), 1);
    List<Campaign.Result> results = campaign.run(70, 3, () -> false);
    assertThat(results).hasSize(1);
    assertThat(results.get(0).runs()).isEqualTo(70);
    assertThat(results.get(0).findings()).hasSize(1);
    assertThat(results.get(0).findings().get(0).seed()).isEqualTo(7);
    assertThat(results.get(0).findings().get(0).times()).isEqualTo(10);
  }

  @Test
  void decoderThatThrowsAnythingElseIsFound() {
    DecoderTarget<Integer> lengthBelieved =
        new DecoderTarget<>(
            "length-believed",
            random -> new byte[] {2, 7, 7},
            bytes -> new byte[bytes[0]].length,
            length -> new byte[] {(byte) (int) length},
            List.of(ArrayIndexOutOfBoundsException.class));
    List<Campaign.Result> results =
        new Campaign(List.of(lengthBelieved), 1).run(20, 1, () -> false);
    assertThat(results.get(0).findings())
        .isNotEmpty()
        .allSatisfy(
            finding ->
                assertThat(finding.thrown().getCause())
                    .isInstanceOf(NegativeArraySizeException.class));
  }

  @Test
  void mutationsChangeBytesAndLeaveTheOriginal() {
    byte[] real = {1, 2, 3, 4, 5, 6, 7, 8};
    WildBytes wild = new WildBytes(new SplittableRandom(1));
    long changed =
        Stream.generate(() -> wild.mutated(real))
            .limit(1_000)
            .filter(bytes -> !Arrays.equals(bytes, real))
            .count();
    assertThat(changed).isGreaterThan(900);
    assertThat(real).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
  }

  @Test
  void commandTellsOfTargetsThatAreNotThere() {
    StringWriter err = new StringWriter();
    CommandLine command = Fuzz.commandLine().setErr(new PrintWriter(err));
    assertThat(command.execute("--target", "nothing")).isEqualTo(2);
    assertThat(err.toString()).contains("there is no target 'nothing'", "raft-message");
  }

  @Test
  void commandRunsOneSeed() {
    StringWriter out = new StringWriter();
    CommandLine command = Fuzz.commandLine().setOut(new PrintWriter(out));
    assertThat(command.execute("--target", "raft-message", "--seed", "3")).isZero();
    assertThat(out.toString()).contains("raft-message: 1 runs, all is well");
  }

  private record EverySeventhFails() implements FuzzTarget {
    @Override
    public String name() {
      return "every-seventh";
    }

    @Override
    public void run(long seed) {
      if (seed % 7 == 0) {
        throw new IllegalStateException("seed " + seed);
      }
    }
  }
}
