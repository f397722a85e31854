package io.quorate.replication.background;

import io.quorate.event.Event;
import io.quorate.runtime.Clock;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * At which rate work is done together with one other node: it grows while clients feel nothing of
 * it, and falls when they do, each second by a share (multiplicative increase and decrease: what
 * fits spans three powers of ten). It never falls so low that a difference stays for good, as that
 * would be worse for clients than what they feel.
 */
final class Allowance {
  /** Records per second. */
  private static final double MOST = 200_000;

  /** Growth and shrinking undo each other: what is measured amiss now and then leads nowhere. */
  private static final double GROWTH = 1.25;

  private static final double SHRINKING = 0.8;

  /** What is not used is not saved up for longer than this. */
  private static final double BURST_SECONDS = 0.02;

  /** What rested for longer than this begins again. */
  private static final long FORGOTTEN_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Urgency urgency;
  private final Clock clock;
  private final IntSupplier slowdownPercent;
  private final Consumer<Event> events;
  private double rate;
  private double room;
  private long filledNanos;
  private long tookNanos;
  private long second;
  private boolean heldBack;

  Allowance(Urgency urgency, Clock clock, IntSupplier slowdownPercent, Consumer<Event> events) {
    this.urgency = urgency;
    this.rate = urgency.first();
    this.clock = clock;
    this.slowdownPercent = slowdownPercent;
    this.events = events;
    this.filledNanos = clock.nanos();
    this.tookNanos = filledNanos;
    this.second = secondNow();
  }

  private long secondNow() {
    return Math.floorDiv(clock.wallMillis(), Rest.SECOND_MILLIS);
  }

  boolean isOpen() {
    boolean open = hasRoom();
    if (open == heldBack) {
      heldBack = !open;
      events.accept(
          open
              ? BackgroundEvent.Window.WENT_ON_AFTER_CLIENTS
              : BackgroundEvent.Window.HELD_BACK_FOR_CLIENTS);
    }
    return open;
  }

  private boolean hasRoom() {
    int slowdown = slowdownPercent.getAsInt();
    adjust(slowdown);
    if (slowdown == Slowdown.NO_CLIENTS) {
      room = 0; // what no client felt is no debt
      filledNanos = clock.nanos();
      return true;
    }
    fill();
    return room > 0 && !Rest.isNow(clock.wallMillis());
  }

  private void adjust(int slowdown) {
    long now = secondNow();
    if (now == second) {
      return;
    }
    second = now;
    if (clock.nanos() - tookNanos > FORGOTTEN_NANOS) {
      rate = urgency.first();
    } else if (slowdown <= urgency.toleratedPercent()) {
      rate = Math.min(MOST, rate * GROWTH);
    } else {
      events.accept(BackgroundEvent.Window.SLOWED_FOR_CLIENTS);
      double share = slowdown > urgency.badPercent() ? SHRINKING * SHRINKING : SHRINKING;
      rate = Math.max(urgency.least(), rate * share);
    }
  }

  private void fill() {
    long now = clock.nanos();
    double passed = (double) (now - filledNanos) / TimeUnit.SECONDS.toNanos(1);
    filledNanos = now;
    room = Math.min(room + passed * rate, Math.max(1, rate * BURST_SECONDS));
  }

  void took(int records) {
    tookNanos = clock.nanos();
    room -= records;
  }

  /** Records per second. */
  double rate() {
    return rate;
  }
}
