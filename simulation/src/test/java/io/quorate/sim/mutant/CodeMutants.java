package io.quorate.sim.mutant;

import static io.quorate.codemutant.Edit.callsGoTo;
import static io.quorate.codemutant.Edit.callsReturn;
import static io.quorate.codemutant.Edit.doesNothing;
import static io.quorate.codemutant.Edit.returns;
import static io.quorate.codemutant.Edit.withoutCalls;

import io.quorate.codemutant.CodeMutant;
import java.util.List;
import java.util.stream.Stream;

/** The rules that are left out, by where they are kept, where a test of this module notices it. */
final class CodeMutants {
  private static final String COORDINATOR = "io.quorate.replication.coordinator.";
  private static final String REPLICA = "io.quorate.replication.replica.";
  private static final String REPLICA_TEST = REPLICA + "ReplicaTest#";
  private static final String EPOCH_TEST = REPLICA + "ReplicaEpochTest#";
  private static final String PURGE_TEST = REPLICA + "ReplicaPurgeTest#";
  private static final String NOTES_TEST = REPLICA + "ReplicaNotesTest#";
  private static final String MODEL_TEST = REPLICA + "ReplicaModelTest#";
  private static final String VERSION = "io.quorate.version.";
  private static final String SCENARIOS = "io.quorate.sim.scenario.SingleScenariosTest#";
  private static final String METADATA = "io.quorate.metadata.";
  private static final String REQUESTED_ONCE = METADATA + "RequestedOnceTest#";

  private CodeMutants() {}

  static List<CodeMutant> all() {
    return Stream.of(
            coordinator(),
            unknownMessages(),
            upgrades(),
            recordModels(),
            replica(),
            notes(),
            requests(),
            liars())
        .flatMap(List::stream)
        .toList();
  }

  private static List<CodeMutant> liars() {
    String test = "io.quorate.sim.run.LiarsTest#aLiarTakesNothingWithIt";
    return List.of(
        new CodeMutant(
            "terms rise by bounded steps",
            "io.quorate.raft.Raft",
            returns("mayRiseTo", true),
            test,
            "has come to term"),
        new CodeMutant(
            "a clock follows no time that is further ahead than clocks differ",
            VERSION + "HybridClock",
            callsReturn("observe", "millis", 0L),
            test,
            "ms ahead of all wall clocks"),
        new CodeMutant(
            "a snapshot of an index that no group comes to is refused",
            "io.quorate.raft.Bounds",
            doesNothing("ofChunk"),
            test,
            "raft"),
        new CodeMutant(
            "locks take no snapshot that they cannot read",
            "io.quorate.locks.LockGroup$Reading",
            doesNothing("refusalOf(Snapshot)"),
            test,
            "has format 99"),
        new CodeMutant(
            "a hint that is taken away twice leaves when the disk has answered twice",
            "io.quorate.replication.hint.TargetHints",
            doesNothing("removing"),
            "io.quorate.replication.hint.HintsTest#hintThatIsTakenAwayTwiceIsCountedOnce",
            "NoSuchElement"));
  }

  private static List<CodeMutant> coordinator() {
    return List.of(
        new CodeMutant(
            "one replica is not believed about a record of no clock",
            COORDINATOR + "write.WriteOperation",
            returns("isDoubtful", false),
            SCENARIOS + "farAheadToldByOne",
            "Broken"),
        new CodeMutant(
            "a replica that tells late of a record of no clock holds nothing that counts",
            COORDINATOR + "read.ReadOperation",
            withoutCalls("onReplyWhileRepairing", "doubtOf"),
            SCENARIOS + "farAheadToldLate",
            "expect r1 open"),
        new CodeMutant(
            "a question is answered by the replica that was asked",
            COORDINATOR + "peer.Asking",
            callsReturn("answered", "equals", true),
            SCENARIOS + "answerInAnothersNameTree",
            "(marks) a takes its mark of partition"),
        new CodeMutant(
            "a repair of a scan is answered by the replica that it went to",
            COORDINATOR + "scan.RangeRepair",
            callsReturn("onWriteReply", "equals", true),
            SCENARIOS + "answerInAnothersNameScan",
            "(versions)"));
  }

  private static List<CodeMutant> unknownMessages() {
    String messages = COORDINATOR + "UnknownMessages";
    return List.of(
        new CodeMutant(
            "a hint that is not understood is no dead letter",
            messages,
            callsGoTo("refuse", "onWriteReply", COORDINATOR + "RefusedForGood", "refused"),
            SCENARIOS + "notUnderstoodHint",
            "DeadLettered"),
        new CodeMutant(
            "a write that is not understood is not stored",
            messages,
            callsGoTo("refuse", "onWriteReply", COORDINATOR + "RefusedForGood", "stored"),
            SCENARIOS + "notUnderstoodWrite",
            "expect w1 unknown"));
  }

  private static List<CodeMutant> upgrades() {
    String group = METADATA + "ClusterVersionTest#";
    String bootstrap = METADATA + "bootstrap.";
    return List.of(
        new CodeMutant(
            "a node that went back stands still when the version is raised",
            METADATA + "ClusterVersionRule",
            doesNothing("refusalOf"),
            group
                + "aNodeThatWentBackUnheardStandsStillWhenTheVersionIsRaisedAndReturnsWithALaterRelease",
            "Expecting value to be true but was false"),
        new CodeMutant(
            "a node takes no snapshot of a version that its release does not work at",
            METADATA + "SnapshotReader",
            withoutCalls("refusalOf", "refusalOf"),
            group + "aSnapshotOfAVersionThatTheReleaseCannotWorkAtIsNotTaken",
            "the snapshot at"),
        new CodeMutant(
            "a newcomer whose release does not work at the cluster's version is refused",
            bootstrap + "MemberHost",
            callsReturn("refusalOf", "worksAt", true),
            bootstrap
                + "BootstrapRefusalTest#aNewcomerWhoseReleaseCannotWorkAtTheClustersVersionIsRefused",
            "was not refused"),
        new CodeMutant(
            "nothing is written at a version before the group has decided on it",
            METADATA + "ProposalRules",
            callsReturn("writesAt", "clusterVersion", 2),
            METADATA + "NamesOfNodesTest#namesAreToldOnceTheVersionIsRaised",
            "Expecting value to be true but was false"),
        new CodeMutant(
            "an earlier release reads nothing that a later one has written",
            "io.quorate.model.ByteFormat",
            returns("isReadAt", true),
            bootstrap
                + "BootstrapRefusalTest#anEarlierReleaseOnADataDirectoryOfALaterOneIsRefusedForItsRelease",
            "a later release wrote its data directory"));
  }

  private static List<CodeMutant> recordModels() {
    String purged = MODEL_TEST + "whatAPurgeLeavesOfARecordIsReadAndComparedAndHashed";
    return List.of(
        new CodeMutant(
            "what is held and what arrives are merged",
            REPLICA + "ReplicaRules",
            callsGoTo("merge", "merge", VERSION + "NoMerge", "second"),
            REPLICA_TEST + "anOlderRecordNeverReplacesANewerOne",
            "HoldsNewer"),
        new CodeMutant(
            "a purge takes a part of a record away",
            REPLICA + "PurgeView",
            callsGoTo(
                "present(int,RecordModel,Record)", "counted", VERSION + "NoPurge", "allOrNothing"),
            purged,
            "Held["),
        new CodeMutant(
            "what a purge leaves of a record is hashed",
            REPLICA + "Replica$HeldHere",
            callsGoTo("reported", "present", REPLICA + "NoPurgeView", "present"),
            purged,
            "but was"),
        new CodeMutant(
            "what is reported to a purge is hashed for it",
            "io.quorate.replication.tree.TreeChange",
            callsGoTo("reported", "reported", VERSION + "NoPurge", "allReported"),
            purged,
            "but was"));
  }

  private static List<CodeMutant> replica() {
    return List.of(
        new CodeMutant(
            "an epoch that no cluster reaches is not awaited",
            REPLICA + "EpochAdmission",
            callsReturn("enter", "current", Long.MAX_VALUE),
            EPOCH_TEST + "anEpochThatNoClusterReachesIsRefusedAtOnce",
            "Expected size: 1 but was: 0"),
        new CodeMutant(
            "records that are brought hold leases until they are durable",
            REPLICA + "RecordMerge",
            callsGoTo("leased", "lease", REPLICA + "NoLease", "lease"),
            EPOCH_TEST + "recordsThatAreBroughtTogetherHoldTheNextEpochBackUntilAllAreDurable",
            "Expecting value to be false but was true"),
        new CodeMutant(
            "no change is told before it is durable",
            REPLICA + "RecordMerge",
            callsGoTo("put", "put", REPLICA + "ToldEarly", "put"),
            REPLICA
                + "ReplicaListenerTest#changesAreToldOnceTheyAreDurableAndBeforeTheyAreAnswered",
            "stored 10 over nothing, disk: nothing"),
        new CodeMutant(
            "a record that is dropped is told",
            REPLICA + "RecordDrop",
            withoutCalls("stored", "dropped"),
            REPLICA + "ReplicaListenerTest#aRecordThatIsPurgedIsToldAsDropped",
            "dropped 10, disk: nothing"),
        new CodeMutant(
            "a partition that is cleared is told",
            REPLICA + "Clearing$1",
            withoutCalls("stored", "cleared"),
            REPLICA + "ReplicaListenerTest#aPartitionThatHasLeftIsToldAsGone",
            "dropped: true"),
        new CodeMutant(
            "a purge takes what was deleted exactly at its mark",
            VERSION + "PurgeRule",
            callsGoTo("isUpTo", "compareUnsigned", VERSION + "OffByOne", "equalIsGreater"),
            PURGE_TEST + "aTombstoneAtTheMarkIsGoneAndTheNextIsNot",
            "HeldSummary"),
        new CodeMutant(
            "a purge takes nothing that was deleted after its mark",
            VERSION + "PurgeRule",
            callsGoTo("isUpTo", "compareUnsigned", VERSION + "OffByOne", "nextIsEqual"),
            PURGE_TEST + "aTombstoneAtTheMarkIsGoneAndTheNextIsNot",
            "[Same[], Same[]]"),
        new CodeMutant(
            "a fresh stamp exactly at the promise is refused",
            VERSION + "PurgeRule",
            callsGoTo("isUpTo", "compareUnsigned", VERSION + "OffByOne", "equalIsGreater"),
            PURGE_TEST + "aFreshStampAtThePromiseIsRefusedAndTheNextIsTaken",
            "BelowPromise"),
        new CodeMutant(
            "a fresh stamp after the promise is taken",
            VERSION + "PurgeRule",
            callsGoTo("isUpTo", "compareUnsigned", VERSION + "OffByOne", "nextIsEqual"),
            PURGE_TEST + "aFreshStampAtThePromiseIsRefusedAndTheNextIsTaken",
            "but was: BelowPromise"));
  }

  private static List<CodeMutant> notes() {
    return List.of(
        new CodeMutant(
            "no version is durable above the ceiling of its partition",
            REPLICA + "Notes",
            withoutCalls("offered(int,Version)", "setCeiling"),
            NOTES_TEST + "noVersionIsDurableAboveTheCeilingWhichIsSetSeldom",
            "expected: 2"),
        new CodeMutant(
            "a version that is refused as older is noted before that is answered",
            REPLICA + "memory.KeyWrites",
            doesNothing("noteBegun"),
            NOTES_TEST + "aNoteThatIsNotStoredIsNotSaidToBe",
            "HoldsNewer"),
        new CodeMutant(
            "versions of a tenant that is not known are noted",
            "io.quorate.placement.Tenants",
            returns("mayWriteOnce", false),
            NOTES_TEST + "ofATenantThatIsNotKnownVersionsAreNoted",
            "Expecting actual"),
        new CodeMutant(
            "notes that an earlier start took are forgotten",
            REPLICA + "Notes",
            withoutCalls("loaded", "set"),
            NOTES_TEST + "notesOfTheStartBeforeAreThereAndAreForgotten",
            "Expecting empty"),
        new CodeMutant(
            "notes of clocks that are ahead are forgotten later",
            REPLICA + "Notes",
            withoutCalls("forget", "set"),
            NOTES_TEST + "notesOfClocksThatAreAheadAreForgottenLater",
            "Expecting empty"),
        new CodeMutant(
            "a version at the floor counts as forgotten",
            REPLICA + "Notes",
            callsGoTo("isUpTo", "compareUnsigned", VERSION + "OffByOne", "equalIsGreater"),
            NOTES_TEST + "aVersionAtTheFloorIsForgottenAndTheNextIsNot",
            "FORGOTTEN"),
        new CodeMutant(
            "a version right after the floor does not",
            REPLICA + "Notes",
            callsGoTo("isUpTo", "compareUnsigned", VERSION + "OffByOne", "nextIsEqual"),
            NOTES_TEST + "aVersionAtTheFloorIsForgottenAndTheNextIsNot",
            "NEVER"));
  }

  private static List<CodeMutant> requests() {
    return List.of(
        new CodeMutant(
            "a request that is repeated is not folded in again",
            METADATA + "ProposalRules",
            doesNothing("earlier"),
            REQUESTED_ONCE + "aLateCopyDoesNotUndoWhatAnotherAskedForSince",
            "changeId=4"),
        new CodeMutant(
            "a request that is repeated is not folded in again, by whichever node of a group",
            METADATA + "ProposalRules",
            doesNothing("earlier"),
            REQUESTED_ONCE + "anAnswerThatIsLostAndARequestThatIsRepeatedMakeOneChange",
            "changeId="),
        new CodeMutant(
            "what was decided about requests is part of a snapshot",
            METADATA + "RecentCommandsCodec",
            withoutCalls("readRequests", "keep"),
            REQUESTED_ONCE + "aSnapshotHoldsWhatWasDecided",
            "changeId=4"));
  }
}
