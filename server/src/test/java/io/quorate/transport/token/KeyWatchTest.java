package io.quorate.transport.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.RSAKey;
import io.quorate.event.Event;
import io.quorate.runtime.Clock;
import io.quorate.runtime.DirectLane;
import io.quorate.runtime.Lane;
import io.quorate.runtime.TestClock;
import io.quorate.transport.event.TransportEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When the provider's keys are read, and which hold while it does not answer. */
class KeyWatchTest {
  private static final RSAKey FIRST = Provider.rsa("first");
  private static final RSAKey SECOND = Provider.rsa("second");

  private final List<Event> events = new ArrayList<>();
  private final List<TokenKeys> followed = new ArrayList<>();
  private final Deque<Runnable> apart = new ArrayDeque<>();
  private long now = 1;
  private long due = Long.MAX_VALUE;
  private @Nullable Runnable task;
  private @Nullable TokenKeys given;
  private boolean isEmpty;
  private int reads;
  private long slowMillis;

  private final Lane lane =
      new DirectLane(
          (delayNanos, each) -> {
            due = now + delayNanos;
            task = each;
            return () -> due = Long.MAX_VALUE;
          });

  private final Clock clock = TestClock.ofNanos(() -> now);

  private final KeyWatch watch =
      new KeyWatch(
          () -> {
            reads++;
            now += TimeUnit.MILLISECONDS.toNanos(slowMillis);
            if (isEmpty) {
              throw new NoTokenKeysException("it has 0 keys");
            }
            TokenKeys keys = given;
            if (keys == null) {
              throw new TokenKeysException("it is down");
            }
            return keys;
          },
          Duration.ofMinutes(5),
          lane,
          apart::add,
          clock,
          followed::add,
          events::add);

  /** Lets time pass, and what is due by then be read. */
  private void pass(long seconds) {
    long end = now + TimeUnit.SECONDS.toNanos(seconds);
    while (due <= end) {
      now = Math.max(now, due);
      due = Long.MAX_VALUE;
      Objects.requireNonNull(task).run();
      readApart();
    }
    now = end;
  }

  private void readApart() {
    while (!apart.isEmpty()) {
      apart.remove().run();
    }
  }

  @Test
  void theLastKeysHoldWhileTheProviderIsDown() {
    watch.start();
    readApart();
    assertThat(followed).isEmpty();
    assertThat(events).containsExactly(new TransportEvent.TokenKeysUnread("it is down", false));
    assertThat(watch.wrong()).isEqualTo("it is down");
    assertThat(watch.hasNone()).isTrue();
    pass(20);
    assertThat(events).contains(new TransportEvent.TokenKeysUnread("it is down", true));
    assertThat(watch.ageSeconds()).isEqualTo(20.0);
    given = Provider.keys(FIRST);
    pass(10);
    assertThat(followed).containsExactly(given);
    assertThat(events)
        .last()
        .isEqualTo(new TransportEvent.TokenKeysRead(true, true, List.of("first")));
    assertThat(watch.wrong()).isEmpty();
    assertThat(watch.hasNone()).isFalse();
    // It is tried again after 1, 2, 4, 8 and 10 s.
    assertThat(watch.ageSeconds()).isEqualTo(5.0);
    given = null;
    pass(600);
    assertThat(followed).hasSize(1);
    assertThat(watch.ageSeconds()).isEqualTo(605.0);
    assertThat(watch.wrong()).isEqualTo("it is down");
    assertThat(watch.hasNone()).as("the last ones hold").isFalse();
    given = Provider.keys(FIRST);
    pass(10);
    assertThat(followed).hasSize(1);
    assertThat(events)
        .last()
        .isEqualTo(new TransportEvent.TokenKeysRead(false, true, List.of("first")));
    given = Provider.keys(SECOND, FIRST);
    pass(300);
    assertThat(followed).hasSize(2);
  }

  /** Else who has stolen the last key of a provider could sign with it for ever. */
  @Test
  void aProviderThatShowsNoKeyHasTakenBackThoseThatItHad() {
    isEmpty = true;
    watch.start();
    readApart();
    assertThat(followed).as("it may not have made its keys yet").isEmpty();
    assertThat(watch.held()).isZero();
    assertThat(events).containsExactly(new TransportEvent.TokenKeysUnread("it has 0 keys", false));
    isEmpty = false;
    given = Provider.keys(FIRST);
    pass(1);
    assertThat(followed).containsExactly(given);

    isEmpty = true;
    pass(300);
    assertThat(followed).containsExactly(given, TokenKeys.NONE);
    assertThat(watch.held()).as("a reading that counts").isEqualTo(watch.begun());
    assertThat(events).contains(new TransportEvent.TokenKeysGone("it has 0 keys", false));
    pass(60);
    assertThat(followed).hasSize(2);
    assertThat(events).last().isEqualTo(new TransportEvent.TokenKeysGone("it has 0 keys", true));
    isEmpty = false;
    given = null;
    pass(20);
    assertThat(followed).as("it is down, and had none").hasSize(2);
    given = Provider.keys(FIRST);
    pass(10);
    assertThat(followed).hasSize(3).last().isEqualTo(given);
    assertThat(events)
        .last()
        .isEqualTo(new TransportEvent.TokenKeysRead(true, true, List.of("first")));
  }

  private long waitMillis() {
    return TimeUnit.NANOSECONDS.toMillis(watch.onUnknownKey());
  }

  /** Tokens may name keys that there are not, as many as they like. */
  @Test
  void keysAreAskedForWhenOneIsUnknownButNotOften() {
    given = Provider.keys(FIRST);
    watch.start();
    readApart();
    assertThat(reads).isEqualTo(1);
    pass(2);
    given = Provider.keys(FIRST, SECOND);
    assertThat(waitMillis()).as("8 s, and 1 s to read").isEqualTo(9_000);
    pass(7);
    assertThat(waitMillis()).isEqualTo(2_000);
    assertThat(reads).isEqualTo(1);
    pass(1);
    assertThat(reads).as("before the 5 minutes are over").isEqualTo(2);
    assertThat(followed).hasSize(2);
    pass(20);
    for (int i = 0; i < 1_000; i++) {
      assertThat(waitMillis()).isEqualTo(1_000);
    }
    assertThat(apart).hasSize(1);
    readApart();
    pass(100);
    int before = reads;
    for (int i = 0; i < 1_000; i++) {
      watch.onUnknownKey();
      pass(0);
      readApart();
      now += TimeUnit.MILLISECONDS.toNanos(50);
    }
    assertThat(reads - before).as("in 50 s").isBetween(5, 6);
    before = reads;
    pass(290);
    assertThat(reads - before).as("as often as before").isBetween(1, 2);
  }

  @Test
  void aReadingCountsForWhatWasShownBeforeItBegan() {
    assertThat(watch.held()).isZero();
    watch.start();
    watch.start();
    assertThat(apart).hasSize(1);
    assertThat(watch.begun()).isEqualTo(1);
    readApart();
    assertThat(watch.held()).as("it has failed").isZero();
    given = Provider.keys(FIRST);
    pass(1);
    assertThat(watch.begun()).isEqualTo(2);
    assertThat(watch.held()).isEqualTo(2);
    pass(10);
    watch.onUnknownKey();
    assertThat(watch.begun()).isEqualTo(3);
    assertThat(watch.held()).as("it is under way").isEqualTo(2);
    readApart();
    assertThat(watch.held()).as("the same keys, as of later").isEqualTo(3);
  }

  /** Else each token would add to what a provider has to bear that does not cope already. */
  @Test
  void aProviderThatFailsIsNotAskedMoreOftenBecauseOfTokens() {
    slowMillis = 10_000;
    watch.start();
    readApart();
    for (int i = 0; i < 1_000; i++) {
      assertThat(waitMillis()).isBetween(1_000L, 11_000L);
      assertThat(apart).isEmpty();
      pass(0);
    }
    assertThat(reads).isEqualTo(1);
    pass(1);
    assertThat(reads).isEqualTo(2);
  }
}
