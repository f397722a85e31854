package io.quorate.client.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.proto.v1.GetRequest;
import org.junit.jupiter.api.Test;

/** The line in front of one node, by a clock of the test. */
class SendQueueTest {
  private static final long MILLI = 1_000_000;
  private static final long SECONDS = 1000 * MILLI;

  private final SendQueue queue = new SendQueue();
  private long now = 7 * SECONDS;
  private int taken;
  private int sent;

  @Test
  void firstComeIsFirstSentWithoutThoseGivenUp() {
    Call<?> first = call(5 * SECONDS);
    Call<?> second = call(5 * SECONDS);
    Call<?> third = call(5 * SECONDS);
    queue.add(first, now);
    queue.add(second, now);
    queue.add(third, now);
    second.done = true;
    assertThat(queue.next(now, Long.MAX_VALUE)).isSameAs(first);
    assertThat(queue.next(now, Long.MAX_VALUE)).isSameAs(third);
    assertThat(queue.next(now, Long.MAX_VALUE)).isNull();
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void aCallIsNoneOfTheOthers() {
    Call<?> first = call(5 * SECONDS);
    Call<?> second = call(5 * SECONDS);
    assertThat(queue.others(first)).isZero();
    queue.add(first, now);
    assertThat(queue.others(first)).isZero();
    assertThat(queue.others(second)).isEqualTo(1);
    queue.add(second, now);
    assertThat(queue.next(now, Long.MAX_VALUE)).isSameAs(first);
    assertThat(queue.others(first)).isEqualTo(1);
    assertThat(queue.takeAll()).containsExactly(second);
    queue.add(first, now);
    assertThat(queue.others(second)).isEqualTo(1);
  }

  @Test
  void oneThatIsTooLargeForTheRestOfAMessageStaysFirst() {
    Call<?> first = call(5 * SECONDS);
    queue.add(first, now);
    assertThat(queue.next(now, first.bytes - 1)).isNull();
    assertThat(queue.size()).isEqualTo(1);
    assertThat(queue.next(now, first.bytes)).isSameAs(first);
  }

  @Test
  void burstIsTakenWholeWhenItCanBeSentInTime() {
    pass(40, 20, 10); // what the node does in a millisecond becomes known
    for (int i = 0; i < 20_000; i++) {
      assertThat(queue.refuses(Patience.NONE, 5 * SECONDS, now)).isFalse();
      queue.add(call(5 * SECONDS), now);
    }
    assertThat(queue.waitNanos(now)).isBetween(1900 * MILLI, 2100 * MILLI);
  }

  @Test
  void whoHasLittleTimeIsRefusedAtOnce() {
    pass(40, 20, 10);
    while (queue.size() < 1000) {
      queue.add(call(5 * SECONDS), now);
    }
    assertThat(queue.refuses(Patience.NONE, 150 * MILLI, now))
        .as("100 ms of line in front of it")
        .isTrue();
    assertThat(queue.refuses(Patience.NONE, 250 * MILLI, now)).isFalse();
  }

  @Test
  void lineThatStandsHoldsNoMoreThanIsSoonSent() {
    pass(3_000, 100, 10);
    assertThat(queue.waitNanos(now)).isLessThan(SendQueue.WAIT_NANOS_MAX + 25 * MILLI);
    assertThat(queue.size()).isBetween(800, 1300);
    assertThat(taken).as("no more than can be sent").isLessThan(sent + 1300);
  }

  @Test
  void nodeThatTakesNothingAnyMoreGetsNoLongerLine() {
    pass(1_000, 20, 10);
    int before = queue.size();
    pass(2_000, 20, 0);
    assertThat(queue.size() - before).as("of 40,000 that came").isLessThan(4_000);
  }

  @Test
  void lineThatWasEmptyIsABurstAgain() {
    pass(1_000, 100, 10);
    while (queue.next(now, Long.MAX_VALUE) != null) {
      sent++;
    }
    assertThat(queue.refuses(Patience.NONE, 5 * SECONDS, now)).isFalse();
    for (int i = 0; i < 5_000; i++) {
      queue.add(call(5 * SECONDS), now);
    }
    assertThat(queue.refuses(Patience.NONE, 5 * SECONDS, now)).isFalse();
    now += SendQueue.STANDING_NANOS + MILLI;
    assertThat(queue.refuses(Patience.NONE, 5 * SECONDS, now)).isTrue();
  }

  @Test
  void whoIsWaitedForWaitsInALineThatStandsIfItWillBeInTime() {
    pass(40, 20, 10);
    while (queue.size() < 30_000) {
      queue.add(call(5 * SECONDS), now);
    }
    now += SendQueue.STANDING_NANOS + MILLI;
    assertThat(queue.waitNanos(now)).isGreaterThan(3 * SECONDS);
    assertThat(queue.refuses(Patience.NONE, 5 * SECONDS, now)).isTrue();
    assertThat(queue.refuses(Patience.WAITS, 5 * SECONDS, now)).isFalse();
    assertThat(queue.refuses(Patience.WAITS, 3 * SECONDS, now)).as("in vain").isTrue();
    assertThat(queue.refuses(Patience.PACED, 3 * SECONDS, now)).isFalse();
  }

  /** Each millisecond so many come, with five seconds of time, and so many are sent. */
  private void pass(int millis, int come, int go) {
    for (int i = 0; i < millis; i++) {
      for (int j = 0; j < come; j++) {
        if (!queue.refuses(Patience.NONE, 5 * SECONDS, now)) {
          taken++;
          queue.add(call(5 * SECONDS), now);
        }
      }
      now += MILLI;
      for (int j = 0; j < go; j++) {
        sent += queue.next(now, Long.MAX_VALUE) == null ? 0 : 1;
      }
    }
  }

  private Call<?> call(long timeoutNanos) {
    return new Call.Get<>(
        Face.VALUES,
        "default",
        new byte[1],
        null,
        GetRequest.getDefaultInstance(),
        now,
        timeoutNanos);
  }
}
