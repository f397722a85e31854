package io.quorate.client.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PromptnessTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final Promptness promptness = new Promptness();

  @Test
  void allKeysGoToANodeThatKeepsUp() {
    tenths(100, 4);
    assertThat(share()).isEqualTo(1);
  }

  @Test
  void fewKeysGoToANodeThatIsMuchSlowerThanOthers() {
    tenths(10, 40);
    assertThat(share()).isBetween(0.001, 0.03);
  }

  @Test
  void theSameKeysAreSentElsewhereAsLongAsItLasts() {
    tenths(3, 40);
    var before = IntStream.range(0, 1000).filter(this::takes).boxed().toList();
    tenths(1, 40);
    var after = IntStream.range(0, 1000).filter(this::takes).boxed().toList();
    assertThat(before).containsAll(after);
    assertThat(after).hasSizeBetween(1, before.size() - 1);
  }

  @Test
  void itsKeysComeBackToItLittleByLittle() {
    tenths(10, 40);
    tenths(10, 2);
    double early = share();
    tenths(60, 2);
    assertThat(early).isBetween(0.02, 0.3);
    assertThat(share()).isEqualTo(1);
  }

  @Test
  void silenceIsSlowness() {
    tenths(10, 2);
    for (int i = 1; i <= 10; i++) {
      double unused = promptness.fold(100L * i * MILLI);
      promptness.compare(2.0 * MILLI);
    }
    assertThat(share()).isLessThan(0.1);
  }

  @Test
  void aNodeThatAnswersNothingIsNoMeasureForOthers() {
    tenths(10, 2);
    assertThat(promptness.fold(0)).isEqualTo(2.0 * MILLI);
    for (int i = 0; i < 10; i++) {
      // It owes answers for a moment each time, and then refuses.
      double unused = promptness.fold(MILLI);
    }
    assertThat(promptness.fold(0)).isNaN();
  }

  @Test
  void aNodeThatWasAwayBeginsWithLittle() {
    tenths(10, 2);
    promptness.cameBack();
    assertThat(share()).isLessThan(0.03);
    tenths(40, 2);
    assertThat(share()).isBetween(0.04, 0.12);
    tenths(40, 2);
    assertThat(share()).isBetween(0.3, 0.7);
    tenths(20, 2);
    assertThat(share()).isEqualTo(1);
  }

  /** Its first calls may take a second, in which nothing else is known of it. */
  @Test
  void aNodeThatWasAwayIsGivenNoMoreUntilItAnswers() {
    tenths(10, 2);
    promptness.cameBack();
    for (int i = 1; i <= 15; i++) {
      double unused = promptness.fold(100L * i * MILLI);
      promptness.compare(2.0 * MILLI);
    }
    assertThat(share()).isLessThan(0.03);
  }

  @Test
  void aNodeThatWasAwayAndIsSlowAtFirstIsGivenLess() {
    promptness.cameBack();
    tenths(40, 2);
    double early = share();
    tenths(2, 40);
    assertThat(share()).isLessThan(early / 2);
    // The mean of late has to fall first.
    tenths(110, 2);
    assertThat(share()).isEqualTo(1);
    tenths(10, 40);
    tenths(60, 2);
    assertThat(share()).as("it is as any other by now").isEqualTo(1);
  }

  @Test
  void aNodeThatIsNotAskedIsGivenItsKeysBack() {
    tenths(10, 40);
    for (int i = 0; i < 60; i++) {
      double unused = promptness.fold(0);
      promptness.compare(2.0 * MILLI);
    }
    assertThat(share()).isEqualTo(1);
  }

  /** Tenths of a second in which it takes so many milliseconds, and the promptest two. */
  private void tenths(int count, long millis) {
    for (int i = 0; i < count; i++) {
      promptness.answered(millis * MILLI);
      double unused = promptness.fold(0);
      promptness.compare(2.0 * MILLI);
    }
  }

  private double share() {
    return IntStream.range(0, 10_000).filter(this::takes).count() / 10_000.0;
  }

  private boolean takes(int key) {
    return promptness.takes(("user" + key).getBytes(StandardCharsets.UTF_8));
  }
}
