package io.quorate.node;

import io.quorate.node.core.NodeCore;
import io.quorate.storage.Storage;

/** Looks several times a second at what runs in a node, for its health, meters and log. */
final class PulseCheck {
  private final NodeCore core;
  private final Storage storage;
  private final Vitals vitals;
  private final NodeLog nodeLog;
  private final Lifetime life;

  /**
   * @param vitals shows what was found
   */
  PulseCheck(NodeCore core, Storage storage, Vitals vitals, NodeLog nodeLog, Lifetime life) {
    this.core = core;
    this.storage = storage;
    this.vitals = vitals;
    this.nodeLog = nodeLog;
    this.life = life;
  }

  /** Looks, unless the node is ending. On the lane. */
  void look() {
    if (life.isEnding()) {
      return;
    }
    vitals.disk(storage.health());
    vitals.beat(
        core.readiness(),
        core.metadataStatus(),
        core.underWay(),
        core.damaged(),
        core.owed(),
        core.comparisons(),
        core.filling(),
        core.purging(),
        core.health());
    if (core.readiness().ready()) {
      life.serves(); // not before all who look at it see it so
    }
    nodeLog.filling(core.filling());
    if (vitals.isCountDue()) {
      vitals.count(
          core.comparisonAges(),
          core.byTarget(),
          core.regionLags(),
          core.metadataLog(),
          core.historyOverdueMillis());
    }
  }
}
