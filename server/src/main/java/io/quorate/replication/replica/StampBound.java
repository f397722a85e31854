package io.quorate.replication.replica;

import io.quorate.event.Event;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.runtime.Clock;
import io.quorate.version.Hlc;
import io.quorate.version.HybridClock;
import io.quorate.version.RecordHeader;
import io.quorate.version.Version;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Refuses records that no clock of the cluster can have stamped ({@link HybridClock#isCredible}).
 * They would have every later write of their key stamped above them, until there is no time left
 * (docs/design/protocol.md#f11).
 *
 * <p>Where such a record is held already, as when the clocks of a whole cluster were wrong and have
 * been set back, others above it are taken: the key can be read and written as before.
 *
 * <p>A refused hint becomes a dead letter that says why; a comparison that brings such a record
 * fails, and is told as overdue; a read that finds one asks another replica.
 */
final class StampBound {
  private final OwnedPartitions owned;
  private final HybridClock hybridClock;
  private final Clock clock;
  private final ReplicaRules rules;
  private final Consumer<Event> events;
  private long refused;

  StampBound(OwnedPartitions owned, ReplicaContext context, HybridClock hybridClock) {
    this.owned = owned;
    this.hybridClock = hybridClock;
    this.clock = context.clock();
    this.rules = context.rules();
    this.events = context.events();
  }

  /** How many records were refused since the start. */
  long refused() {
    return refused;
  }

  /**
   * Why a record is not taken; null if it is.
   *
   * @param held what lies under its key
   */
  @Nullable Refused refusal(Version stamped, @Nullable RecordHeader held) {
    if (isCredible(stamped)
        || !rules.refusesStampsOfNoClock()
        || (held != null && !isCredible(held.version()) && !Hlc.isBeyondEnd(stamped.hlc()))) {
      return null;
    }
    refused++;
    boolean byMember = owned.isMember(stamped.node());
    events.accept(new ReplicaEvent.StampRefused(stamped.node(), stamped.hlc(), byMember));
    return new Refused(
        (byMember ? "node " + stamped.node() : "a client, or a node that is no member,")
            + " stamped the record at "
            + Hlc.toString(stamped.hlc())
            + ", which is far ahead of all clocks (health.stamp_bound): look after the "
            + (byMember ? "clock of that node" : "clocks of clients"));
  }

  /** Whether a clock of the cluster can have shown the time of a version. */
  boolean isCredible(Version version) {
    return hybridClock.isCredible(version.hlc(), clock.wallMillis());
  }
}
