package io.quorate.sim.fault;

import io.quorate.sim.kernel.SimRandom;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A kind of fault that a seed may draw.
 *
 * @param name in reports
 * @param probability that it exists in a run
 * @param strength draws one of the kind
 */
record Kind(String name, double probability, Function<SimRandom, Fault> strength) {

  /** Every kind there is. */
  static final List<Kind> ALL =
      List.of(
          new Kind("crash", 0.65, Crash::draw),
          new Kind("pause", 0.4, Pause::draw),
          new Kind("shutdown", 0.3, Shutdown::draw),
          new Kind("ambush", 0.6, Ambush::draw),
          new Kind("partition", 0.6, Partition::draw),
          new Kind("clog", 0.3, Clog::draw),
          new Kind("flapping link", 0.3, FlappingLink::draw),
          new Kind("uneven links", 0.3, UnevenLinks::draw),
          new Kind("loss", 0.4, Loss::draw),
          new Kind("duplication", 0.5, Duplication::draw),
          new Kind("reordering", 0.5, Reordering::draw),
          new Kind("late frames", 0.4, LateFrames::draw),
          new Kind("clock jump", 0.6, ClockJump::draw),
          new Kind("clock skew", 0.3, ClockSkew::draw),
          new Kind("slow disk", 0.3, SlowDisk::draw),
          new Kind("full disk", 0.3, FullDisk::draw),
          new Kind("failing sync", 0.3, FailingSync::draw),
          new Kind("refusal", 0.3, Refusal::draw),
          new Kind("unreadable records", 0.3, UnreadableRecords::draw),
          new Kind("unreadable metadata", 0.2, UnreadableMetadata::draw),
          new Kind("empty disk", 0.35, EmptyDisk::draw),
          new Kind("losses in turn", 0.4, LossesInTurn::draw),
          new Kind("lying member", 0.25, LyingMember::draw),
          new Kind("lying replica", 0.2, LyingReplica::draw),
          new Kind("newer node", 0.15, NewerNode::draw),
          new Kind("upgrade", 0.25, Upgrade::draw));

  /** Kinds that exist where nodes stand in several regions. */
  static final List<Kind> OF_REGIONS =
      List.of(
          new Kind("region cut", 0.75, RegionCut::draw),
          new Kind("region down", 0.3, RegionDown::draw));

  /** Kinds that exist where a member's streams lie about the future. */
  static final List<Kind> OF_LIARS = List.of(new Kind("liar", 1, Liar::draw));

  /**
   * Draws a fault of this kind, or none. Each kind has its own random source, so that a new kind
   * changes no other.
   */
  @Nullable Fault draw(SimRandom swarm) {
    SimRandom own = swarm.split(name);
    return own.chance(probability) ? strength.apply(own) : null;
  }
}
