package io.quorate.replication.health;

import io.quorate.event.Counter;
import io.quorate.event.Event;
import io.quorate.event.EventLog;
import io.quorate.event.Gauge;
import io.quorate.event.Tally;
import io.quorate.event.Unmetered;
import io.quorate.model.NodeId;

/** What a node notices about the others, and about itself beside them. */
public sealed interface HealthEvent extends Event {
  Gauge NODE_LIVE = Gauge.of("quorate.node.live", "Whether another node is heard").by("node");

  Counter CLOCK_SKEWED =
      Counter.of(
          "quorate.clock.skewed",
          "Times that this node stopped coordinating writes since its clock was off");

  Gauge CLOCK_SKEW =
      Gauge.of(
          "quorate.clock.skew.seconds",
          "By how much this node's clock is ahead of most others'; below 0: behind");

  Gauge CLOCK_OFF =
      Gauge.of(
          "quorate.clock.off",
          "Whether this node takes no writes, since its clock is off from most others'");

  Counter STANDSTILLS =
      Counter.of(
          "quorate.standstills",
          "Times that this node noticed to have stood still, and blamed no other for it");

  /** A node was last heard too long ago to count on, or is heard again. */
  record Liveness(NodeId node, boolean live) implements HealthEvent {
    @Override
    public void count(Tally tally) {
      tally.set(NODE_LIVE, live ? 1 : 0, node);
    }

    @Override
    public void tell(EventLog log) {
      if (live) {
        log.info("node {} is up", node);
      } else {
        log.warn("node {} is not heard any more", node);
      }
    }
  }

  /** A node has not been live since this node began, or since it became a member. */
  record NotLiveYet(NodeId node) implements HealthEvent {
    @Override
    public void count(Tally tally) {
      tally.set(NODE_LIVE, 0, node);
    }

    @Override
    public void tell(EventLog log) {
      log.info("node {} is not heard yet", node);
    }
  }

  /** This node's clock is off from most of the others', so it coordinates no writes. */
  record ClockSkewed(long skewMillis) implements HealthEvent {
    @Override
    public void count(Tally tally) {
      tally.add(CLOCK_SKEWED);
      tally.set(CLOCK_SKEW, skewMillis / 1e3);
    }

    @Override
    public void tell(EventLog log) {
      if (log.isDue("clock")) {
        log.error(
            "this node's clock is {} ms {} most others': it takes no writes until its clock is"
                + " right",
            Math.abs(skewMillis),
            skewMillis < 0 ? "behind" : "ahead of");
      }
    }
  }

  /**
   * How this node's clock compares with most others'; told again and again, whatever it is.
   *
   * @param aheadMillis of the median of the others'; 0 if none is known
   * @param skewed whether it is so far off that this node stamps nothing
   */
  record ClockCompared(long aheadMillis, boolean skewed) implements HealthEvent {
    @Override
    public void count(Tally tally) {
      tally.set(CLOCK_SKEW, aheadMillis / 1e3);
      tally.set(CLOCK_OFF, skewed ? 1 : 0);
    }
  }

  /** This node was paused for this long; it blames no other node for silence in that time. */
  record StoodStill(long millis) implements HealthEvent {
    @Override
    public void count(Tally tally) {
      tally.add(STANDSTILLS);
    }

    @Override
    public void tell(EventLog log) {
      if (log.isDue("stood still")) {
        log.warn("this node stood still for {} ms; it blames no other for that time", millis);
      }
    }
  }

  /** A rare branch was taken that answers a race. */
  @Unmetered("only simulated runs must meet each")
  enum Window implements HealthEvent {
    /** A node was suspected for its silence, and heard again over the same connection. */
    SUSPECTED_THOUGH_ALIVE,
    /** Most others fell silent together, which was borne for a while. */
    SILENT_TOGETHER,
    /** A node that had come and gone before was heard, and not counted on until it had stayed. */
    ON_PROBATION
  }
}
