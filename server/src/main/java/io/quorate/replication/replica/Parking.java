package io.quorate.replication.replica;

import io.quorate.event.Event;
import io.quorate.replication.event.RequestEvent;
import io.quorate.runtime.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * Requests planned on an epoch that this replica does not serve yet: it is behind, and catches up
 * before it serves. They wait until it has, at most until their deadline or for a fixed time, and
 * at most a fixed number of them.
 */
final class Parking {
  private static final int REQUESTS_MAX = 4096;

  /**
   * However long the sender would wait: a place that is held for days by a member that names
   * nonsense would be missed by all others.
   */
  private static final long WAIT_NANOS_MAX = 5_000_000_000L;

  private final Clock clock;
  private final Consumer<Event> events;
  private List<Parked> parked = new ArrayList<>();

  private record Parked(
      int partition, long deadlineNanos, IntConsumer again, Consumer<String> refuse) {}

  Parking(Clock clock, Consumer<Event> events) {
    this.clock = clock;
    this.events = events;
  }

  /**
   * Keeps a request.
   *
   * @param again serves it, once its partition serves a new epoch; told how many milliseconds it
   *     may still wait
   * @param refuse told why, when it will not be served
   */
  void park(int partition, int timeoutMillis, IntConsumer again, Consumer<String> refuse) {
    if (parked.size() >= REQUESTS_MAX) {
      refuse.accept(REQUESTS_MAX + " requests wait for newer epochs already");
      return;
    }
    events.accept(new ReplicaEvent.ParkedForEpoch());
    long wait = Math.min(TimeUnit.MILLISECONDS.toNanos(timeoutMillis), WAIT_NANOS_MAX);
    long deadline = clock.nanos() + wait;
    parked.add(new Parked(partition, deadline, again, refuse));
  }

  /** Serves what waited for a partition; what is still ahead parks again. */
  void resume(int partition) {
    List<Parked> all = parked;
    parked = new ArrayList<>();
    for (Parked request : all) {
      if (request.partition() == partition) {
        long left = TimeUnit.NANOSECONDS.toMillis(request.deadlineNanos() - clock.nanos());
        request.again().accept((int) Math.max(0, left));
      } else {
        parked.add(request);
      }
    }
  }

  /** Lets those go whose senders gave up. */
  void expire() {
    if (parked.isEmpty()) {
      return;
    }
    long now = clock.nanos();
    List<Parked> all = parked;
    parked = new ArrayList<>();
    for (Parked request : all) {
      if (request.deadlineNanos() - now > 0) {
        parked.add(request);
      } else {
        events.accept(new RequestEvent.Expired(RequestEvent.Stage.PARKED));
        request.refuse().accept("it waited for its epoch until its deadline");
      }
    }
  }
}
