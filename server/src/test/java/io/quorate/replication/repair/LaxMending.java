package io.quorate.replication.repair;

import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.replication.fact.Fact;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A mending that drops at once what is damaged, for tests that must notice it. */
public final class LaxMending {
  private LaxMending() {}

  /** Makes one. */
  public static Mending create(
      NodeId self,
      Mending.Ward ward,
      Filler filler,
      Peers peers,
      Predicate<NodeId> isLive,
      Mending.Request request,
      Lane lane,
      Clock clock,
      Placements placements,
      RepairConfig config,
      Consumer<Fact> facts) {
    return new Mending(
        self,
        ward,
        filler,
        peers,
        isLive,
        request,
        lane,
        clock,
        placements,
        config,
        facts,
        new Rules() {
          @Override
          boolean askedBeforeDropped() {
            return false;
          }
        });
  }
}
