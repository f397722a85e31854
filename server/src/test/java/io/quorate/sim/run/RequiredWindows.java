package io.quorate.sim.run;

import java.util.List;
import java.util.stream.Stream;

/**
 * The dangerous places that a batch must have been in, or it has shown nothing of them. A batch of
 * {@link #SEEDS_MIN} seeds enters each of them many times.
 */
public final class RequiredWindows {
  /** A batch of fewer seeds may miss some by chance: then it is only told. */
  public static final long SEEDS_MIN = 400;

  private static final List<String> DATA =
      List.of(
          "Restamped",
          "Restamped after it was read",
          "RepairedBeforeAnswering",
          "RepairedInBackground",
          "Hedged",
          "FailedFast",
          "ClockSkewed",
          "Node not heard",
          "crash mid-operation",
          "pause mid-operation",
          "unsynced lost",
          "restart with the clock set back",
          "disk full",
          "ReadFailed",
          "sync failed",
          "frame delivered twice",
          "frame scattered",
          "frame lost",
          "frame held back",
          "call of unknown outcome",
          "scan read to its end");

  private static final List<String> METADATA =
      List.of(
          "crash while a cluster forms",
          "raft: BecameLeader",
          "raft: SteppedDown",
          "start refused by the cluster",
          "start refused for its disk");

  private RequiredWindows() {}

  /** Those of a batch whose runs are of one scope. */
  public static List<String> of(Scope scope) {
    return switch (scope) {
      case DATA_PLANE -> DATA;
      case WHOLE_NODES -> Stream.concat(DATA.stream(), METADATA.stream()).toList();
    };
  }
}
