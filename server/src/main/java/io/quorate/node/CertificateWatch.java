package io.quorate.node;

import io.quorate.event.Event;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.transport.event.TransportEvent;
import io.quorate.transport.tls.CertificateReload;
import io.quorate.transport.tls.NodeTls;
import io.quorate.transport.tls.TlsReload;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks from time to time whether the files of a node's certificates have changed, and at once when
 * it is asked to.
 */
final class CertificateWatch implements CertificateReload {
  private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final NodeTls tls;
  private final Lane lane;
  private final Executor longTasks;
  private final Clock clock;
  private final Consumer<Event> events;

  /** What was last found wrong, so that it is told once; null if nothing is. On the lane. */
  private @Nullable String wrong;

  /**
   * The last concern about the files in use, so that it is told once; null if none. On the lane.
   */
  private @Nullable String concern;

  /**
   * @param longTasks reads the files
   * @param events told on the lane
   */
  CertificateWatch(
      NodeTls tls, Lane lane, Executor longTasks, Clock clock, Consumer<Event> events) {
    this.tls = tls;
    this.lane = lane;
    this.longTasks = longTasks;
    this.clock = clock;
    this.events = events;
  }

  void start() {
    if (tls.expires() != null) {
      Lane.Timer unused = lane.schedule(EVERY_NANOS, this::look);
    }
  }

  /**
   * Says what an operator has to put right about the files, as of the last look; empty: nothing. On
   * the lane.
   */
  String toPutRight() {
    if (wrong != null) {
      return "it would not start with what its files say now, and goes on with what they said"
          + " before: "
          + wrong
          + (concern == null ? "" : "; and of those that it uses now: " + concern);
    }
    return concern == null ? "" : concern;
  }

  private void look() {
    try {
      longTasks.execute(this::read);
    } catch (RejectedExecutionException busyOrClosing) {
      start();
    }
  }

  private void read() {
    TlsReload found = tls.reload(clock.wallMillis());
    lane.execute(
        () -> {
          tell(found);
          start();
        });
  }

  @Override
  public void reload(Consumer<TlsReload> done, Runnable busy) {
    try {
      longTasks.execute(
          () -> {
            TlsReload found = tls.reload(clock.wallMillis());
            lane.execute(
                () -> {
                  tell(found);
                  done.accept(found);
                });
          });
    } catch (RejectedExecutionException busyOrClosing) {
      busy.run();
    }
  }

  private void tell(TlsReload found) {
    Instant expires = tls.expires();
    String why = found.refusal();
    if (found.changed() && expires != null) {
      events.accept(new TransportEvent.CertificatesRenewed(expires.toEpochMilli()));
    }
    if (why != null && !why.equals(wrong)) {
      events.accept(new TransportEvent.CertificatesRefused(why));
    }
    wrong = why;
    tellConcern();
  }

  private void tellConcern() {
    String now = tls.concern(clock.wallMillis());
    if (now != null && !now.equals(concern)) {
      events.accept(new TransportEvent.CertificatesNeedCare(now));
    }
    concern = now;
  }
}
