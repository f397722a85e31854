package io.quorate.replication.admission;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.replication.api.RequestHandler;
import io.quorate.replication.background.Slowdown;
import io.quorate.runtime.LaneTime;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Admissions that lack a rule, for tests that must notice it. */
public final class LaxAdmission {
  private LaxAdmission() {}

  /** Makes one; a flag that is set leaves its rule out. */
  public static Admission create(
      boolean oneLine,
      boolean keepsExpired,
      boolean countsTwice,
      RequestHandler next,
      LaneTime time,
      Placements placements,
      Predicate<NodeId> isLive,
      Slowdown slowdown,
      AdmissionConfig config,
      Consumer<Event> events) {
    return new Admission(
        next,
        time,
        placements,
        isLive,
        slowdown,
        config,
        events,
        new AdmissionRules() {
          @Override
          String lineOf(String tenant) {
            return oneLine ? "everybody" : super.lineOf(tenant);
          }

          @Override
          boolean isHopeless(long leftNanos, long fastestNanos) {
            return !keepsExpired && super.isHopeless(leftNanos, fastestNanos);
          }

          @Override
          boolean isInVain(long leftNanos, long waitNanos, long fastestNanos) {
            return !keepsExpired && super.isInVain(leftNanos, waitNanos, fastestNanos);
          }

          @Override
          int quotaOperations(int operations) {
            return (countsTwice ? 2 : 1) * super.quotaOperations(operations);
          }
        });
  }
}
