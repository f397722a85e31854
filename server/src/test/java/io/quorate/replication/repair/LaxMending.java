package io.quorate.replication.repair;

import io.quorate.placement.Placements;

/** A mending that drops at once what is damaged, for tests that must notice it. */
public final class LaxMending {
  private LaxMending() {}

  /** Makes one. */
  public static DamageRepair create(
      RepairContext context,
      Filler filler,
      DamageRepair.Request request,
      RepairConfig config,
      Placements placements) {
    return new DamageRepair(
        context,
        filler,
        request,
        config,
        placements,
        new RepairRules() {
          @Override
          boolean askedBeforeDropped() {
            return false;
          }

          @Override
          boolean keepsWhatIsToBeHandedOver() {
            return false;
          }
        });
  }
}
