package io.quorate.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.event.Event;
import io.quorate.runtime.Clock;
import io.quorate.runtime.DirectLane;
import io.quorate.runtime.Lane;
import io.quorate.runtime.TestClock;
import io.quorate.transport.event.TransportEvent.HandshakeHeldUp;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many connections a second begin with TLS, and whose turn it is. */
class HandshakeTurnsTest {
  private static final int PER_SECOND = 100;
  private static final int BURST = 5;
  private static final int WAITING_MAX = 20;
  private static final long MILLI_NANOS = 1_000_000;
  private static final String MEMBER = "10.9.9.9";

  private final List<String> begun = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();
  private final List<Event> events = new ArrayList<>();
  private long now;
  private final List<Runnable> scheduled = new ArrayList<>();

  private final Lane lane =
      new DirectLane(
          (delayNanos, task) -> {
            scheduled.add(task);
            return () -> {};
          });

  private final Clock clock = TestClock.ofNanosOnly(() -> now);

  private final HandshakeTurns turns =
      new HandshakeTurns(
          PER_SECOND,
          WAITING_MAX,
          lane,
          clock,
          address -> address.getHostAddress().equals(MEMBER),
          events::add);

  private Turn ask(String address) {
    try {
      Turn turn =
          new Turn(
              new InetSocketAddress(InetAddress.getByName(address), 1),
              () -> begun.add(address),
              () -> refused.add(address));
      turns.ask(turn);
      return turn;
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private void ask(int times, String address) {
    for (int i = 0; i < times; i++) {
      Turn unused = ask(address);
    }
  }

  /** Lets time go by in steps, as long as any is scheduled. */
  private void runFor(long millis) {
    for (long step = 0; step < millis; step += 10) {
      now += 10 * MILLI_NANOS;
      assertThat(scheduled).hasSizeLessThanOrEqualTo(1);
      List<Runnable> due = List.copyOf(scheduled);
      scheduled.clear();
      due.forEach(Runnable::run);
    }
  }

  @Test
  void aFewBeginAtOnceAndTheOthersByTheRate() {
    ask(20, "10.0.0.1");
    assertThat(begun).hasSize(BURST);
    runFor(100);
    assertThat(begun).hasSize(BURST + 10);
    runFor(50);
    assertThat(begun).hasSize(20);
    assertThat(refused).isEmpty();
    assertThat(Collections.frequency(events, new HandshakeHeldUp(false))).isEqualTo(15);
    assertThat(scheduled).as("nothing is looked at when none waits").isEmpty();
  }

  @Test
  void timeWithoutConnectionsIsNotSavedForABurst() {
    for (long millis : new long[] {100, 900, 1_000, 3_600_000}) {
      runFor(200);
      begun.clear();
      now += millis * MILLI_NANOS;
      ask(20, "10.0.0.1");
      assertThat(begun).as("after " + millis + " ms").hasSize(BURST);
    }
  }

  /** Those that come all the time would else have the turns of those that came before. */
  @Test
  void oneThatComesDoesNotTakeTheTurnOfOneThatWaits() {
    ask(BURST + 1, "10.0.0.1");
    begun.clear();
    now += 10 * MILLI_NANOS;
    ask(1, "10.0.1.1");
    assertThat(begun).isEmpty();
    runFor(10);
    assertThat(begun).containsExactly("10.0.0.1", "10.0.1.1");
  }

  @Test
  void aNetworkThatFloodsLeavesEveryOtherTurnToAnother() {
    ask(BURST + 15, "10.0.0.1");
    ask(2, "10.0.1.1");
    ask(1, "10.0.2.1");
    begun.clear();
    runFor(60);
    assertThat(begun)
        .containsExactly("10.0.0.1", "10.0.1.1", "10.0.2.1", "10.0.0.1", "10.0.1.1", "10.0.0.1");
  }

  @Test
  void oneNetworkIsOneHoweverManyAddressesItHas() {
    ask(BURST, "10.0.0.1");
    ask(1, "2001:db8:0:1::1");
    ask(1, "2001:db8:0:1:ffff::2");
    ask(1, "2001:db8:0:2::1");
    ask(1, "10.0.0.7");
    ask(1, "10.0.0.8");
    begun.clear();
    runFor(50);
    assertThat(begun)
        .containsExactly(
            "2001:db8:0:1::1", "2001:db8:0:2::1", "10.0.0.7", "2001:db8:0:1:ffff::2", "10.0.0.8");
  }

  @Test
  void nodesOfTheClusterComeFirst() {
    ask(BURST + 10, "10.0.0.1");
    ask(2, MEMBER);
    begun.clear();
    runFor(30);
    assertThat(begun).containsExactly(MEMBER, MEMBER, "10.0.0.1");
  }

  @Test
  void whatIsTooManyIsEnded() {
    ask(BURST + WAITING_MAX + 3, "10.0.0.1");
    assertThat(refused).hasSize(3);
    assertThat(Collections.frequency(events, new HandshakeHeldUp(true))).isEqualTo(3);
    runFor(1_000);
    assertThat(begun).hasSize(BURST + WAITING_MAX);
  }

  /** Otherwise a network that fills all places keeps everyone else out. */
  @Test
  void aNewcomerTakesThePlaceOfTheNetworkThatHasMost() {
    ask(BURST + WAITING_MAX, "10.0.0.1");
    ask(3, "10.0.1.1");
    ask(1, MEMBER);
    assertThat(refused).containsExactly("10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.1");
    begun.clear();
    runFor(60);
    assertThat(begun).contains(MEMBER).filteredOn("10.0.1.1"::equals).hasSizeGreaterThan(1);
  }

  /** Many networks with one connection each are what hired machines look like. */
  @Test
  void aMemberIsTakenInAlsoWhenEachNetworkHasButOne() {
    ask(BURST, "10.0.0.1");
    for (int i = 1; i <= WAITING_MAX; i++) {
      ask(1, "10.0." + i + ".1");
    }
    ask(1, "10.1.0.1");
    assertThat(refused).as("one more network puts no other one out").containsExactly("10.1.0.1");
    ask(2, MEMBER);
    assertThat(refused).hasSize(3).doesNotContain(MEMBER);
    begun.clear();
    runFor(20);
    assertThat(begun).containsExactly(MEMBER, MEMBER);
  }

  @Test
  void whatHasEndedTakesNoTurnAndNoPlace() {
    ask(BURST, "10.0.0.1");
    List<Turn> gone = new ArrayList<>();
    for (int i = 0; i < WAITING_MAX; i++) {
      gone.add(ask("10.0.1.1"));
    }
    gone.forEach(turns::leave);
    gone.forEach(turns::leave);
    begun.clear();
    ask(WAITING_MAX, "10.0.2.1");
    assertThat(refused).isEmpty();
    runFor(1_000);
    assertThat(begun).hasSize(WAITING_MAX).containsOnly("10.0.2.1");
  }
}
