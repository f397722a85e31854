package io.quorate.sim.run;

import java.util.Map;

/** What no simulated cluster can come to today, each with the reason. */
final class OutOfReach {
  private static final String BESIDE_ITS_NODE =
      "a client stands beside its node: its call begins when the node turns to it";

  private static final String NOBODY_RECOVERS =
      "no run loses the metadata majority for good: LostMetadataMajorityTest does";

  private static final String DAMAGE_AS_IT_LEAVES =
      "hardly a run damages what a partition that moves has left behind: DamagedHandOverTest does";

  /** By the name of the window. */
  static final Map<String, String> REASONS =
      Map.ofEntries(
          Map.entry("raft: SteppedDown, removed", "a leader that is to leave hands over before"),
          Map.entry("change: plan failed", "a run in which it happens fails: PlanMakerTest"),
          Map.entry(
              "BarrierOverdue", "no run keeps a node that is heard from applying for so long"),
          Map.entry(
              "register forgot",
              "no client tries a write again after 32 others of its key: RegisterProposalTest"),
          Map.entry("update too large", "simulated keys have few values: UpdateTest"),
          Map.entry("fields read for session", "simulated sessions are of the first tenant"),
          Map.entry("Expired, arrived", BESIDE_ITS_NODE),
          Map.entry("Expired, coordinated", BESIDE_ITS_NODE),
          Map.entry(
              "read told of loss",
              "no run gives most replicas of a partition up: the schedules of sim.topology do"),
          Map.entry(
              "write given to a replica",
              "no run of 18,000 has two epochs within one old write, and a write between them: the"
                  + " schedule write-given-before-its-stamp does"),
          Map.entry("raft: LogAbandoned", NOBODY_RECOVERS),
          Map.entry("raft: EntryRefused", "all nodes run one version: see StuckMetadataTest"),
          Map.entry(
              "proposal refused: invalid",
              "no run proposes what no cluster takes: MetadataGroupTest"),
          Map.entry(
              "proposal refused: still heard",
              "no run gives nodes up: ForeignProposalsTest has it"),
          Map.entry(
              "proposal refused: too large", "no run has as many partitions: ForeignProposalsTest"),
          Map.entry("proposal refused: too many", "no run proposes as much: ForeignProposalsTest"),
          Map.entry("raft: VoteRefused, old generation", NOBODY_RECOVERS),
          Map.entry("Throttled", "no tenant of a run has a quota"),
          Map.entry(
              "VersionConflict", "no two processes of a run are one node: scenarios forge records"),
          Map.entry(
              "history: ended",
              "no run lasts for ten minutes, as long as a history stays that is not wanted:"
                  + " ReplicaHistoryTest"),
          Map.entry("HintsLost", "no simulated disk damages hints: HintsTest has it"),
          Map.entry("DamageNotHandedOver", DAMAGE_AS_IT_LEAVES),
          Map.entry("DamagedLeftoversKept", DAMAGE_AS_IT_LEAVES),
          Map.entry("readable handed over", DAMAGE_AS_IT_LEAVES),
          Map.entry("PotentiallyStaleTenant", "all tenants of a run read and write at QUORUM"));

  private OutOfReach() {}
}
