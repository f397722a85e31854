package io.quorate.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A short campaign of each target of a node, always with the same seeds. */
@Tag("patient")
class FuzzTest {

  @BeforeAll
  static void quietly() {
    Quiet.begin();
  }

  @AfterAll
  static void loudly() {
    Quiet.end();
  }

  static Stream<Named<FuzzTarget>> targets() {
    return Targets.ALL.stream().map(target -> Named.of(target.name(), target));
  }

  @ParameterizedTest
  @MethodSource("targets")
  void wildInputIsRefused(FuzzTarget target) {
    Campaign.inCi(target);
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
