package io.quorate.replication.repair;

import io.quorate.placement.Placements;

/** A mending that drops at once what is damaged, for tests that must notice it. */
public final class LaxMending {
  private LaxMending() {}

  /** Makes one. */
  public static DamageRepair create(DamageRepair.Collaborators with, Placements placements) {
    return new DamageRepair(
        with,
        placements,
        new RepairRules() {
          @Override
          boolean askedBeforeDropped() {
            return false;
          }
        });
  }
}
