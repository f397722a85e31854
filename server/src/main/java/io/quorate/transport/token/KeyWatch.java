package io.quorate.transport.token;

import io.quorate.event.Event;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.transport.event.TransportEvent;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the provider's keys in the background: at the start, from time to time, and when a token
 * names a key that is not known. While they cannot be had, those that were read last hold; a
 * provider that shows none has taken them back. Owned by the lane.
 */
public final class KeyWatch implements KeyReadings {
  /** Between two readings because of keys that are not known: tokens may name any. */
  static final long ASKED_NANOS_MIN = TimeUnit.SECONDS.toNanos(10);

  /** What most readings take less than. */
  static final long READING_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long AFTER_FAILURE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long AFTER_FAILURE_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);
  private static final int DOUBLINGS_MAX = 10;

  private final KeySource source;
  private final long everyNanos;
  private final Lane lane;
  private final Executor apart;
  private final Clock clock;
  private final Consumer<TokenKeys> follower;
  private final Consumer<Event> events;

  private TokenKeys keys = TokenKeys.NONE;
  private boolean isReading;

  /** In a row. */
  private int failures;

  private long begun;
  private long held;
  private long begunNanos;
  private Lane.@Nullable Timer next;

  /** When the next reading begins. It counts while none is under way. */
  private long nextNanos;

  /** What was last found wrong; null if nothing is. */
  private @Nullable String wrong;

  /** When the keys were had last, or else the start; written on the lane, read by meters. */
  private volatile long hadNanos;

  /**
   * @param every how often they are read if all is well
   * @param apart reads them: not on the lane
   * @param follower given other keys on the lane
   * @param events told on the lane
   */
  public KeyWatch(
      KeySource source,
      Duration every,
      Lane lane,
      Executor apart,
      Clock clock,
      Consumer<TokenKeys> follower,
      Consumer<Event> events) {
    this.source = source;
    this.everyNanos = every.toNanos();
    this.lane = lane;
    this.apart = apart;
    this.clock = clock;
    this.follower = follower;
    this.events = events;
    this.hadNanos = clock.nanos();
    this.begunNanos = hadNanos - ASKED_NANOS_MIN;
  }

  /** Reads them for the first time. */
  public void start() {
    if (begun == 0) {
      read();
    }
  }

  @Override
  public long begun() {
    return begun;
  }

  @Override
  public long held() {
    return held;
  }

  @Override
  public long onUnknownKey() {
    // After a failure the next reading is near. A provider that is slow to fail is not asked by
    // each token, too.
    if (!isReading && failures == 0) {
      bringForward(begunNanos + ASKED_NANOS_MIN);
    }
    return isReading ? READING_NANOS : Math.max(nextNanos - clock.nanos(), 0) + READING_NANOS;
  }

  private void bringForward(long dueNanos) {
    long wait = dueNanos - clock.nanos();
    if (wait <= 0) {
      read();
    } else if (nextNanos - dueNanos > 0) {
      cancel();
      readIn(wait);
    }
  }

  /** How old the keys are, in seconds; since the start, if there were none yet. For all threads. */
  public double ageSeconds() {
    return (clock.nanos() - hadNanos) / 1e9;
  }

  /** Why the keys could not be read when that was last tried; empty if they could. */
  public String wrong() {
    String why = wrong;
    return why == null ? "" : why;
  }

  /** Whether there is no key, so that no token is taken. */
  public boolean hasNone() {
    return keys.equals(TokenKeys.NONE);
  }

  private void readIn(long nanos) {
    nextNanos = clock.nanos() + nanos;
    next = lane.schedule(nanos, this::read);
  }

  private void cancel() {
    Lane.Timer waiting = next;
    if (waiting != null) {
      waiting.cancel();
      next = null;
    }
  }

  private void read() {
    cancel();
    isReading = true;
    begun++;
    begunNanos = clock.nanos();
    try {
      apart.execute(this::readApart);
    } catch (RejectedExecutionException busyOrClosing) {
      isReading = false;
      readIn(AFTER_FAILURE_NANOS);
    }
  }

  private void readApart() {
    try {
      TokenKeys found = source.read();
      lane.execute(() -> had(found));
    } catch (NoTokenKeysException none) {
      String why = String.valueOf(none.getMessage());
      lane.execute(() -> hadNone(why));
    } catch (TokenKeysException unread) {
      String why = String.valueOf(unread.getMessage());
      lane.execute(() -> failed(why));
    } catch (RuntimeException | StackOverflowError | LinkageError unexpected) {
      lane.execute(() -> failed("the keys could not be read: " + unexpected));
    }
  }

  private void had(TokenKeys found) {
    isReading = false;
    failures = 0;
    held = begun;
    hadNanos = clock.nanos();
    boolean others = !found.areThoseOf(keys);
    boolean again = wrong != null;
    wrong = null;
    if (others) {
      keys = found;
      follower.accept(found);
    }
    events.accept(new TransportEvent.TokenKeysRead(others, again, found.ids()));
    readIn(everyNanos);
  }

  /**
   * The keys are gone, with which someone may have signed tokens who has stolen one. A node that
   * never had any has read what is no set of a provider.
   */
  private void hadNone(String why) {
    if (held == 0) {
      failed(why);
      return;
    }
    held = begun;
    hadNanos = clock.nanos(); // they were read, and there are none
    if (!keys.equals(TokenKeys.NONE)) {
      keys = TokenKeys.NONE;
      follower.accept(keys);
    }
    failed(why, new TransportEvent.TokenKeysGone(why, why.equals(wrong)));
  }

  private void failed(String why) {
    failed(why, new TransportEvent.TokenKeysUnread(why, why.equals(wrong)));
  }

  private void failed(String why, Event told) {
    isReading = false;
    events.accept(told);
    wrong = why;
    long wait = AFTER_FAILURE_NANOS << Math.min(failures, DOUBLINGS_MAX);
    failures++;
    readIn(Math.min(wait, AFTER_FAILURE_NANOS_MAX));
  }
}
