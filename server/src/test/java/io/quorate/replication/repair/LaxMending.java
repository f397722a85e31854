package io.quorate.replication.repair;

import io.quorate.placement.Placements;

/** A mending that drops at once what is damaged, for tests that must notice it. */
public final class LaxMending {
  private LaxMending() {}

  /** Makes one. */
  public static Mending create(Mending.Collaborators with, Placements placements) {
    return new Mending(
        with,
        placements,
        new Rules() {
          @Override
          boolean askedBeforeDropped() {
            return false;
          }
        });
  }
}
