package io.quorate.sim.run;

import io.quorate.sim.fault.Swarm;
import io.quorate.sim.workload.WorkloadShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The dangerous places that a batch must have been in, or it has shown nothing of them: all of
 * them, in this one place. {@code RequiredWindowsTest} sees to it that what the code under test can
 * say of itself is named here, one way or another.
 */
public final class RequiredWindows {
  /** A batch of fewer seeds may miss some by chance: then it is only told. */
  public static final long SEEDS_MIN = 400;

  /**
   * Returns how many seeds a batch of a scope has from which on windows are demanded of it. Fewer
   * may miss some by chance: then that is only told.
   */
  public static long seedsMin(Scope scope) {
    return Math.min(SEEDS_MIN, scope.windowSeeds());
  }

  /** Seeds from which windows are required that not every hundredth run enters. */
  static final long SEEDS_MIN_FOR_SELDOM = 3_000;

  /** Seeds from which rare windows are required. */
  static final long SEEDS_MIN_FOR_RARE = 20_000;

  /** Required of every batch, whatever runs on its nodes. */
  private static final List<String> DATA =
      List.of(
          "answered by header",
          "BreakerClosed",
          "BreakerOpened",
          "CaughtUp",
          "ClockCompared",
          "ClockSkewed",
          "DeadLettered",
          "Compared",
          "compared after all",
          "comparison broken off",
          "crash while comparing",
          "Expired, at replica",
          "Expired, waiting",
          "FailedFast",
          "FellBehind",
          "HedgeRefused",
          "Hedged",
          "held back for clients",
          "HintDelivered",
          "HintDiscarded",
          "HintRejected",
          "Hinted",
          "HintsOverflowed",
          "Node heard again",
          "Node not heard",
          "NotLiveYet",
          "Overloaded",
          "Overloaded, replica bytes",
          "Overloaded, replica requests",
          "Overloaded, waiting bytes",
          "Overloaded, waiting requests",
          "LeftUnrepaired",
          "merged by header",
          "NotUnderstood",
          "read to merge",
          "ReadFailed",
          "RepairAsked",
          "RepairBegun",
          "RepairDone",
          "mark gone after a comparison",
          "RepairedBeforeAnswering",
          "RepairedByChance",
          "RepairedEveryone",
          "RepairedInBackground",
          "ReplicationLag",
          "Restamped",
          "Restamped after it was read",
          "StampRefused",
          "StoodStill",
          "WriteSpared",
          "acknowledged by the believed dead",
          "answered while repairing",
          "breaker probed",
          "call of unknown outcome",
          "hints paused",
          "repair called off",
          "repair found all equal",
          "waited for hints",
          "crash mid-operation",
          "disk full",
          "escalated below floor",
          "expired while read",
          "failed with another",
          "forward came twice",
          "forwarded write lost",
          "frame delivered twice",
          "frame held back",
          "frame lost",
          "frame scattered",
          "healed without being read",
          "lag routed around",
          "lie: clock",
          "lie: epoch",
          "lie: stamp",
          "lie: tree",
          "newer: answer",
          "newer: request",
          "merged with unsynced",
          "minimum found",
          "minimum not found",
          "minimum sought",
          "on probation",
          "other tenant of factor 1: put",
          "other tenant of factor 1: read",
          "other tenant of factor 3: put",
          "other tenant of factor 3: read",
          "other tenant of factor 5: put",
          "other tenant of factor 5: read",
          "tenant that marks: put",
          "tenant that rejects: put",
          "tenant that rejects: was heard",
          "tenant whose values expire: put",
          "tenant whose values expire: read",
          "tenant whose values stay: put",
          "page merged again",
          "pause mid-operation",
          "read beside a write",
          "read forwarded again",
          "read sent again",
          "record fetched after version",
          "repaired in place of another",
          "restart with the clock set back",
          "scan read to its end",
          "scan yielded",
          "slow replica not awaited",
          "spared in vain",
          "stamp given up",
          "stamped above session",
          "stepped over twice",
          "stop in order",
          "suspected though alive",
          "silent together",
          "sync failed",
          "tree changes replayed",
          "tree forgotten",
          "tree kept over crash",
          "tree kept over restart",
          "tree log cut",
          "tree rebuilt after crash",
          "unsynced lost",
          "waited for sync of another",
          "went on after clients",
          "StampTooLow",
          "VersionNoted",
          "VersionsForgotten",
          "floor raised instead",
          "forgotten as old",
          "found noted",
          "noted as older",
          "noted as overtaken",
          "once: acknowledged after several attempts",
          "once: answer lost",
          "once: stamped again",
          "once: tried again while under way",
          "ballot below promise",
          "ballot outbid",
          "prepared below promise",
          "register proposed by reserved ballot",
          "register read disagreed",
          "register read in one round",
          "registers: acknowledged after several attempts",
          "registers: added",
          "registers: answer lost",
          "registers: compared and not set",
          "registers: compared and set",
          "registers: fields not updated",
          "registers: fields updated",
          "registers: not added",
          "registers: tried again while under way",
          "reserved ballot outbid",
          "write of register waited",
          "read of register waited",
          "writes of register together",
          "fenced: acknowledged after several attempts",
          "fenced: answer lost",
          "fenced: asked under an old token",
          "fenced: goes on under its token",
          "fenced: read refused",
          "fenced: refused",
          "fenced: tried again while under way",
          "token fenced off",
          "locked: asked under an old token",
          "locked: goes on under its token",
          "locked: read",
          "locked: read refused",
          "locked: read twice at a time",
          "locked: read under a token",
          "locked: refused",
          "locked: written",
          "locked: written under a token",
          "marked below another",
          "raised",
          "raised again",
          "read what is fresh",
          "stamped above fence",
          "stored under a mark",
          "sibling added",
          "sibling taken before",
          "siblings read",
          "fields: acknowledged after several attempts",
          "fields: answer lost",
          "fields: read",
          "fields: several additions read",
          "fields: tried again while under way",
          "fields: writer opened",
          "removal looked up",
          "removal taken before",
          "siblings: acknowledged after several attempts",
          "siblings: answer lost",
          "siblings: at most one read",
          "siblings: several read",
          "siblings: tried again while under way",
          "probe sent again",
          "stamp offered before",
          "stamp settled",
          "stored below another",
          "write of a tenant that wants it refused",
          "write sent again");

  /** Also required of a batch of the data plane alone, where clients have tokens at once. */
  private static final List<String> DATA_PLANE =
      List.of("locked: passed on while its key is written", "stamped above fence again");

  /** Also required of a batch of whole nodes. */
  private static final List<String> METADATA =
      List.of(
          "DamageDropped",
          "DamageGone",
          "DamageKept",
          "Dropped",
          "Expired, parked",
          "ParkedForEpoch",
          "StaleEpochRefused",
          "crash while a cluster forms",
          "faults from the start",
          "fenced: granted",
          "locked: granted",
          "FillCopied",
          "FillStuck",
          "HintMoved",
          "RepairMoved",
          "PartitionDamaged",
          "PartitionFilled",
          "asked while damaged",
          "floor raised by filling",
          "lock: acquired again",
          "lock: compacted",
          "lock: expired",
          "lock: founded",
          "lock: granted",
          "lock: granted after wait",
          "lock: granted beside others",
          "lock: is held",
          "lock: leases extended",
          "lock: queued",
          "lock: released",
          "lock: released before",
          "lock: renewed",
          "lock: renewed too late",
          "lock: withdrawn",
          "locks: a semaphore is full",
          "locks: exclusive after shared ones",
          "locks: shared by several",
          "metadata: adopted",
          "metadata: came back unheard",
          "metadata: cluster version raised",
          "metadata: command came twice",
          "metadata: command sent again",
          "metadata: died between genesis and identity",
          "metadata: formed",
          "proposed: filling of another",
          "proposed: member",
          "proposed: move",
          "proposed: number of another",
          "proposed: purge",
          "proposed: start far ahead",
          "proposed: start in anothers name",
          "proposed: start of another",
          "proposal refused: in anothers name",
          "proposal refused: leaders only",
          "proposal refused: not credible",
          "purge: abandoned",
          "purge: confirmed",
          "purge: equal after all",
          "purge: looked at again",
          "purge: opened",
          "purge: unequal",
          "metadata: group followed members",
          "metadata: waited for readmission",
          "raft: BecameLeader",
          "raft: Campaigned",
          "raft: Campaigned (pre-vote)",
          "raft: LogGapFound",
          "raft: LogTruncated",
          "raft: MembershipInForce",
          "raft: MessageRefused",
          "raft: SnapshotRefused",
          "raft: SnapshotRestored",
          "raft: SnapshotSendStarted",
          "raft: SteppedDown, newer term",
          "raft: SteppedDown, no quorum",
          "raft: VoteGranted",
          "raft: VoteGranted (pre-vote)",
          "raft: VoteRefused, leader heard",
          "raft: VoteRefused, log behind",
          "raft: VoteRefused, voted for another",
          "start refused for its disk",
          "upgrade: bytes of a later release not read",
          "upgrade: earlier release refused",
          "upgrade: finalize Accepted",
          "upgrade: finalize Rejected",
          "upgrade: node upgraded",
          "upgrade: stood still when the version was raised",
          "upgrade: version raised",
          "upgrade: went back",
          "readmission asked for again",
          "readmitted with an empty disk",
          "written while filling");

  /** Also required of a batch of whole nodes that is not small. */
  private static final List<String> SELDOM =
      List.of(
          "register mended",
          "fenced: refused, for its lock is over",
          "fence forgotten",
          "kept a later time",
          "token asked for",
          "token not held",
          "deletion taken before",
          "DeadLetterDropped",
          "DeadLetterReplayed",
          "DeadLetterSettled",
          "HintGivenUp",
          "asked while filling",
          "crash while filling",
          "fill begun again",
          "last full replica lost while another is filled",
          "leader lost while some partition is filling",
          "lie: count",
          "minimum purged",
          "old disk came too late",
          "raft: VoteRefused, old term",
          "start refused by the cluster");

  /** Required of a batch in which the topology changes, and that no other batch enters. */
  private static final List<String> TOPOLOGY =
      List.of(
          "lock: snapshot taken",
          "lock: voters followed",
          "Copied",
          "CopyComplete",
          "HandedOver",
          "LeftoversDropped",
          "PartitionCleared",
          "arrival waited for leftovers",
          "asked in place of a silent one",
          "change: begun",
          "change: cut over",
          "change: ended",
          "change: finished",
          "change: node left",
          "change: planned",
          "copy begun again",
          "floor raised by move",
          "first word awaited",
          "forwarded to another",
          "metadata: leader handed over",
          "metadata: request came again",
          "node left",
          "raft: TransferStarted",
          "read at new replica",
          "read given to a replica",
          "read of ended epoch",
          "read while moving",
          "topology: change at its end",
          "topology: cleanup",
          "topology: cutover",
          "topology: dual write",
          "topology: factor altered: cleanup",
          "topology: factor altered: cutover",
          "topology: factor altered: dual write",
          "topology: factor altered while a node joins",
          "topology: factor altered while a node leaves",
          "topology: invited as spare",
          "topology: invited with share",
          "topology: partition moved",
          "topology: refused, for it was changed meanwhile",
          "topology: request repeated: Accepted",
          "topology: request repeated: Rejected",
          "topology: step back",
          "topology: tenant has fewer replicas",
          "topology: tenant has more replicas",
          "update sent with folded",
          "waited for other set",
          "write of ended epoch",
          "written to both sets",
          "written to sets of two sizes");

  /** Required of a batch of nodes in several regions. */
  private static final List<String> REGIONS =
      List.of(
          "CarriedBetweenRegions",
          "WriteRelayed",
          "fault: region cut",
          "fault: region down",
          "region cut: both ways",
          "regions: EACH_QUORUM refused at once",
          "regions: step waits for a region that is away",
          "regions: written at LOCAL_QUORUM while cut off",
          "relay down",
          "relay refused",
          "relay silent",
          "relayed half way");

  /** Required of a batch in which a member's streams lie about the future. */
  private static final List<String> LIARS =
      List.of(
          "fault: liar",
          "liar: clock ahead, arrived",
          "liar: clock, arrived",
          "liar: clock, not followed",
          "liar: cut off",
          "liar: cut off while it lies, and nothing else goes wrong",
          "liar: epoch ahead, arrived",
          "liar: epoch, arrived",
          "liar: epoch, refused",
          "liar: far report, arrived",
          "liar: far snapshot of locks, arrived",
          "liar: far snapshot, arrived",
          "liar: far snapshot, refused",
          "liar: far term of locks, arrived",
          "liar: far term, arrived",
          "liar: far term, refused",
          "liar: let in again",
          "liar: others decided soon",
          "liar: restarted",
          "liar: stamp, arrived",
          "liar: stamp, refused",
          "liar: term ahead of locks, arrived",
          "liar: term ahead, arrived",
          "liar: version ahead, arrived");

  /** Required of a batch in which tenants come and go. */
  private static final List<String> TENANTS =
      List.of(
          "Cleared",
          "refused as dropped",
          "tenants that go: CreateTenant Accepted",
          "tenants that go: DropTenant Accepted",
          "tenants that go: TruncateTenant Accepted",
          "tenants that go: done",
          "tenants that go: not there");

  /** Also required of such a batch of {@link #SEEDS_MIN} or more. */
  private static final List<String> TENANTS_SELDOM = List.of("looked later for a write");

  /** Required of a batch in which backups are taken. */
  private static final List<String> BACKUPS =
      List.of(
          "OfBackup",
          "armed too late",
          "backup: exact made",
          "backup: exact made amid faults",
          "backup: exact made while nodes come and go",
          "backup: exact refused",
          "backup: exact void",
          "backup: fuzzy made",
          "backup: fuzzy made amid faults",
          "backup: past made",
          "backup: past made amid faults",
          "backup: past made while nodes come and go",
          "backup: past refused",
          "backup: past void",
          "came late for cut",
          "cut: armed again",
          "cut: closed",
          "cut: ended",
          "cut: sealed",
          "cut: taken up",
          "cut: void",
          "history: asked too early",
          "history: begun",
          "history: begun again",
          "history: copied",
          "history: forgotten",
          "history: kept",
          "history: kept expired",
          "history: kept late",
          "history: kept while copying",
          "history: taken",
          "image fixed",
          "kept for cut",
          "refused below cut",
          "waited for seal");

  /** Also required of such a batch of {@link #SEEDS_MIN} or more. */
  private static final List<String> BACKUPS_SELDOM = List.of("backup: past gone", "image void");

  /** Required of a batch in which backups are restored into tenants that exist. */
  private static final List<String> RESTORES =
      List.of(
          "refused as closed",
          "restore: begun",
          "restore: finished",
          "restore: given up",
          "restore: given up at any time",
          "restore: given up before it was begun",
          "restore: given up while it stored",
          "restore: given up with what was stored",
          "restore: given up, and ended while the next one went on",
          "restore: node killed while it looked",
          "restore: read",
          "restore: read while nodes come and go",
          "restore: refused, for there are keys",
          "restore: written where the closing was not heard of",
          "restored under another epoch");

  /** Also required of such a batch of {@link #SEEDS_MIN} or more. */
  private static final List<String> REGIONS_SELDOM =
      List.of(
          "region cut: in only",
          "region cut: out only",
          "region cut: some nodes",
          "regions: EACH_QUORUM refused, and the region named",
          "regions: lost region given up",
          "regions: moved while another region is away",
          "regions: region lost for good",
          "registers: read while replicas in a region change",
          "registers: written while a region is away",
          "registers: written while replicas in a region change");

  /** Also required of such a batch of {@link #SEEDS_MIN_FOR_SELDOM} or more. */
  private static final List<String> REGIONS_RARE =
      List.of(
          "held back between regions",
          "registers: read after a region was lost",
          "registers: read while a region is away",
          "registers: written after a region was lost",
          "settling gave way");

  /** Also required of such a batch that is not small. */
  private static final List<String> TOPOLOGY_SELDOM =
      List.of(
          "sibling made again",
          "CopyStuck",
          "change: cut over without all",
          "copy found newer",
          "handed over what was lacking",
          "leftovers dropped at arrival",
          "leftovers handed over",
          "missed from outside",
          "node marked down",
          "node marked down no more",
          "raft: TransferAborted",
          "write waited for move",
          "written from outside");

  /** Also required of a large batch. */
  private static final List<String> RARE =
      List.of(
          "update of forgotten writer",
          "fields: made by another writer",
          "BelowPromiseRefused",
          "proposal refused: not a member",
          "reserved ballot unfit",
          "filled reported again",
          "damage not dropped",
          "damaged while filling",
          "drop came too late",
          "page started over",
          "refill asked again",
          "slowed for clients",
          "FoundForgotten",
          "StampForgotten",
          "forgotten as too many",
          "stamp overtaken",
          "token not known",
          "stamped above promise",
          "taken while looked up",
          "metadata: decided by snapshot");

  private static final String BESIDE_ITS_NODE =
      "a client stands beside its node: its call begins when the node turns to it";

  private static final String NOBODY_RECOVERS =
      "no run loses the metadata majority for good: LostMetadataMajorityTest does";

  private static final String DAMAGE_AS_IT_LEAVES =
      "hardly a run damages what a partition that moves has left behind: DamagedHandOverTest does";

  /** What no simulated cluster can come to today, each with the reason. */
  static final Map<String, String> OUT_OF_REACH =
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

  /** Kinds that mean nothing where the data plane runs alone. */
  private static final List<String> NEEDS_WHOLE_NODES =
      List.of(
          "fault: empty disk",
          "fault: losses in turn",
          "fault: lying member",
          "fault: unreadable metadata",
          "fault: upgrade",
          "workload: tenant commands");

  private RequiredWindows() {}

  /** Returns the windows that a batch of this many seeds of one scope must enter. */
  public static List<String> of(Scope scope, long seeds) {
    if (scope == Scope.REGIONS) {
      return seeds < SEEDS_MIN
          ? REGIONS
          : Stream.of(
                  REGIONS,
                  REGIONS_SELDOM,
                  kindsOfRegions(),
                  seeds < SEEDS_MIN_FOR_SELDOM ? List.<String>of() : REGIONS_RARE)
              .flatMap(List::stream)
              .distinct()
              .toList();
    }
    if (scope == Scope.LIARS) {
      return LIARS;
    }
    if (scope == Scope.TENANTS) {
      return seeds < SEEDS_MIN
          ? TENANTS
          : Stream.concat(TENANTS.stream(), TENANTS_SELDOM.stream()).toList();
    }
    if (scope == Scope.BACKUPS) {
      return seeds < SEEDS_MIN
          ? BACKUPS
          : Stream.concat(BACKUPS.stream(), BACKUPS_SELDOM.stream()).toList();
    }
    if (scope == Scope.RESTORES) {
      return RESTORES;
    }
    if (scope == Scope.TOPOLOGY) {
      return seeds < SEEDS_MIN_FOR_SELDOM
          ? TOPOLOGY
          : Stream.concat(TOPOLOGY.stream(), TOPOLOGY_SELDOM.stream()).toList();
    }
    Stream<String> everywhere = Stream.concat(DATA.stream(), kinds(scope));
    if (scope == Scope.DATA_PLANE) {
      return Stream.concat(everywhere, DATA_PLANE.stream()).toList();
    }
    Stream<String> all = Stream.concat(everywhere, METADATA.stream());
    List<String> required = new ArrayList<>(all.toList());
    required.addAll(seeds < SEEDS_MIN_FOR_SELDOM ? List.of() : SELDOM);
    required.addAll(seeds < SEEDS_MIN_FOR_RARE ? List.of() : RARE);
    return required;
  }

  private static List<String> kindsOfRegions() {
    return Stream.concat(
            Swarm.kindsOfRegions().stream().map(kind -> "fault: " + kind),
            WorkloadShape.kindsOfRegions().stream().map(kind -> "workload: " + kind))
        .toList();
  }

  /** Every kind of fault has struck, and every kind of client was there. */
  private static Stream<String> kinds(Scope scope) {
    return Stream.concat(
            Swarm.kinds().stream().map(kind -> "fault: " + kind),
            WorkloadShape.kinds().stream().map(kind -> "workload: " + kind))
        .filter(kind -> scope == Scope.WHOLE_NODES || !NEEDS_WHOLE_NODES.contains(kind));
  }
}
