package io.quorate.mutant;

import static io.quorate.codemutant.Edit.callsGoTo;
import static io.quorate.codemutant.Edit.callsReturn;
import static io.quorate.codemutant.Edit.doesNothing;
import static io.quorate.codemutant.Edit.returns;
import static io.quorate.codemutant.Edit.withoutCalls;
import static io.quorate.codemutant.Edit.withoutReads;
import static io.quorate.codemutant.Edit.withoutWrites;

import io.quorate.codemutant.CodeMutant;
import java.util.List;
import java.util.stream.Stream;

/** The rules that are left out, by where they are kept. */
final class CodeMutants {
  private static final String RAFT = "io.quorate.raft.";
  private static final String BELIEF = RAFT + "BeliefTest#";
  private static final String ROCKS = "io.quorate.storage.rocks.";
  private static final String READ = "io.quorate.replication.coordinator.read.";
  private static final String REGISTER = "io.quorate.replication.coordinator.register.";
  private static final String VERSION = "io.quorate.version.";
  private static final String CLUSTER = "io.quorate.cluster.";
  private static final String TRANSPORT = "io.quorate.transport.";

  private CodeMutants() {}

  static List<CodeMutant> all() {
    return Stream.of(
            numbersOfRaft(),
            contradictions(),
            terms(),
            storage(),
            pages(),
            unknownMessages(),
            upgrades(),
            recordModels(),
            fieldsOfRegisters(),
            replica(),
            placementStreams(),
            requests())
        .flatMap(List::stream)
        .toList();
  }

  private static List<CodeMutant> numbersOfRaft() {
    String bounds = RAFT + "Bounds";
    String numbers = BELIEF + "impossibleNumbersAreRefused";
    String snapshots = BELIEF + "snapshotsThatCannotBeAreRefused";
    return List.of(
        new CodeMutant(
            "a node says nothing to itself",
            bounds,
            callsReturn("whyImpossible", "equals", false),
            numbers,
            "[Heartbeat[from=0000000000000001"),
        new CodeMutant(
            "a term is not negative",
            bounds,
            callsReturn("whyImpossible", "term", 5L),
            numbers,
            "[NewerTerm["),
        new CodeMutant(
            "the term that was asked about is not negative",
            bounds,
            callsReturn("whyImpossible", "asked", 0L),
            numbers,
            "[PreVoteReply["),
        new CodeMutant(
            "no entry is of a later term than its sender",
            bounds,
            callsReturn("ofEntry", "term", 0L),
            numbers,
            "[PreVote["),
        new CodeMutant(
            "the index of an entry is one that a group can come to",
            bounds,
            callsReturn("ofEntry", "lastNumber", Long.MAX_VALUE),
            snapshots,
            "Index 0 out of bounds"),
        new CodeMutant(
            "an index is not negative and one that a group can come to",
            bounds,
            doesNothing("ofIndex"),
            numbers,
            "[Heartbeat["),
        new CodeMutant(
            "a count is not negative", bounds, doesNothing("ofCount"), numbers, "round=-1"),
        new CodeMutant(
            "entries follow each other without a gap",
            bounds,
            doesNothing("ofAppend"),
            numbers,
            "appended 2/5 NORMAL 1 B to a log that ends at 2/3"),
        new CodeMutant(
            "a membership can be read and has voters",
            bounds,
            doesNothing("ofMembership"),
            numbers,
            "format 0, and this node knows"),
        new CodeMutant(
            "a piece of a snapshot is within it",
            bounds,
            doesNothing("ofChunk"),
            snapshots,
            "Index 0 out of bounds"),
        new CodeMutant(
            "a piece of a snapshot begins within it",
            bounds,
            callsReturn("ofChunk", "offset", 0L),
            snapshots,
            "offset=1"),
        new CodeMutant(
            "a snapshot is no larger than is taken",
            bounds,
            callsReturn("ofChunk", "snapshotBytesMax", Integer.MAX_VALUE),
            snapshots,
            "totalBytes="),
        new CodeMutant(
            "the membership of a snapshot has voters and its recoveries lead there",
            RAFT + "Following",
            doesNothing("ofMembership"),
            snapshots,
            "[SnapshotChunk["));
  }

  private static List<CodeMutant> contradictions() {
    String contradictions = RAFT + "Contradictions";
    return List.of(
        new CodeMutant(
            "a heartbeat's commit is within the log",
            contradictions,
            withoutCalls("in", "of"),
            BELIEF + "commitBeyondTheLogIsRefused",
            "told to commit index 4 of a log that ends at 2/3"),
        new CodeMutant(
            "logs agree on what is committed",
            contradictions,
            doesNothing("ofCommitted"),
            BELIEF + "whatIsCommittedIsNotReplaced",
            "[Append["),
        new CodeMutant(
            "an entry's id decides its content",
            contradictions,
            doesNothing("ofContent"),
            BELIEF + "whatIsCommittedIsNotReplaced",
            "[Append["),
        new CodeMutant(
            "a membership is one change away from the one before",
            contradictions,
            returns("follows", true),
            BELIEF + "impossibleNumbersAreRefused",
            "MEMBERSHIP"),
        new CodeMutant(
            "a term has one leader",
            RAFT + "Raft",
            withoutCalls("ofSender", "of"),
            BELIEF + "secondLeaderOfATermIsRefused",
            "[Append["),
        new CodeMutant(
            "no entries are accepted that the leader does not have",
            RAFT + "Leadership",
            callsReturn("doubt", "match", 0L),
            BELIEF + "answersToWhatWasNotAskedAreRefused",
            "[AppendAccepted["),
        new CodeMutant(
            "no entries are refused that the leader does not have",
            RAFT + "Leadership",
            callsReturn("doubt", "prevIndex", 0L),
            BELIEF + "answersToWhatWasNotAskedAreRefused",
            "[AppendRefused["),
        new CodeMutant(
            "no round of reads is answered that was not begun",
            RAFT + "Leadership",
            callsReturn("doubt", "round", 0L),
            BELIEF + "answersToWhatWasNotAskedAreRefused",
            "[HeartbeatReply["));
  }

  private static List<CodeMutant> terms() {
    return List.of(
        new CodeMutant(
            "a term far ahead is not entered at once",
            RAFT + "Raft",
            returns("mayRiseTo", true),
            BELIEF + "termFarAheadRaisesTheTermByAStepOnly",
            "Expected size: 1 but was: 0"),
        new CodeMutant(
            "what terms may rise by is used up",
            RAFT + "TermAllowance",
            withoutWrites("take", "left"),
            BELIEF + "termFarAheadRaisesTheTermByAStepOnly",
            "but was: 4098L"),
        new CodeMutant(
            "elections end when terms are used up",
            RAFT + "Elections",
            callsReturn("mayCampaign", "isOfGeneration", true),
            BELIEF + "termsThatAreUsedUpEndElections",
            "FOLLOWER"),
        new CodeMutant(
            "what terms may rise by grows again",
            RAFT + "TermAllowance",
            doesNothing("tick"),
            BELIEF + "nodeThatMissedManyElectionsComesBack",
            "but was: null"),
        new CodeMutant(
            "another generation is entered by proof only",
            RAFT + "Raft",
            callsReturn("onOtherGeneration", "lead", true),
            BELIEF + "generationIsEnteredByProofOnly",
            "[Recovered["),
        new CodeMutant(
            "what another generation committed says nothing of this log",
            RAFT + "Following",
            callsReturn("onHeartbeat", "isOfGeneration", true),
            BELIEF + "whatARecoveredGroupCommittedIsNotTakenForEntriesOfThisLog",
            "but was: 3L"));
  }

  private static List<CodeMutant> storage() {
    String lost = ROCKS + "LostFilesTest#";
    String opening = lost + "manifestOfAnInterruptedOpeningIsRefusedWhereItIsCut";
    String renewal = ROCKS + "RenewalTest#whatIsWrittenAndClearedAfterItWasCopiedIsSoInTheCopy";
    return List.of(
        new CodeMutant(
            "a log goes as far as was synced",
            ROCKS + "files.SyncedMark",
            returns("sequence", 0L),
            lost + "logThatLacksItsLastWriteIsRefused",
            "without its last write: was opened"),
        new CodeMutant(
            "the manifest is kept while the database is opened",
            ROCKS + "database.Opening",
            doesNothing("keepManifest"),
            opening,
            "manifest.before"),
        new CodeMutant(
            "a new manifest has all that the one before had",
            ROCKS + "files.Inventory",
            doesNothing("checkSucceeds"),
            lost + "manifestOfAnInterruptedOpeningThatLacksATableFileIsRefused",
            "Expecting code to raise a throwable"),
        new CodeMutant(
            "a new manifest has all that was written from the logs",
            ROCKS + "files.Inventory",
            doesNothing("checkRecovered"),
            opening,
            "cut at "),
        new CodeMutant(
            "what is written is written to the copy too",
            ROCKS + "database.RecordFamily",
            withoutReads("put", "next"),
            renewal,
            "but was: 0"),
        new CodeMutant(
            "what is removed is removed from the copy too",
            ROCKS + "database.RecordFamily",
            withoutReads("delete", "next"),
            renewal,
            "an empty Optional but was containing value: 0.8@"),
        new CodeMutant(
            "what is cleared is cleared in the copy too",
            ROCKS + "database.RecordFamily",
            withoutReads("deleteRange", "next"),
            renewal,
            "but was: 50"),
        new CodeMutant(
            "a write that RocksDB has no room for does not wait there",
            ROCKS + "writer.PacedWrites",
            withoutCalls("write", "getLongProperty"),
            ROCKS + "writer.PacedWritesTest#aWriteWaitsHereAndNotWithinRocksDb",
            "RUNNABLE"));
  }

  private static List<CodeMutant> pages() {
    String reading = "io.quorate.storage.PagedReading";
    String readingTest = reading + "Test#";
    return List.of(
        new CodeMutant(
            "each page is read from the last key of the page before, and each tenant from its first"
                + " key",
            reading,
            withoutWrites("turn(Key)", "after"),
            readingTest + "aKeyIsPastOnceItsPageIsTurned",
            "[2]"),
        new CodeMutant(
            "the last key of a page has been read",
            reading,
            callsGoTo("isPast", "compareUnsigned", VERSION + "OffByOne", "equalBytesAreGreater"),
            readingTest + "aKeyIsPastOnceItsPageIsTurned",
            "Expecting value to be true but was false"),
        new CodeMutant(
            "the tenant after one that is left out is read from its beginning",
            reading,
            withoutWrites("leaveOut", "after"),
            readingTest + "whoIsLeftOutInTheMiddleDoesNotMoveTheNextOne",
            "Expecting empty"));
  }

  private static List<CodeMutant> unknownMessages() {
    return List.of(
        new CodeMutant(
            "a message of an unknown kind ends no stream",
            TRANSPORT + "codec.peer.PeerMessageReader",
            callsGoTo("read", "of", TRANSPORT + "codec.peer.StreamEnds", "of"),
            TRANSPORT + "peer.PeerStreamsTest#unknownMessagesEndNoStream",
            "a message of unknown kind 33"),
        new CodeMutant(
            "a record of a newer version ends no stream",
            TRANSPORT + "codec.Wire",
            callsReturn("record", "isOfNewerVersion", false),
            TRANSPORT + "peer.PeerStreamsTest#recordsOfANewerVersionEndNoStreamAndDamagedOnesDo",
            "a record of 30 bytes and format 65"),
        new CodeMutant(
            "a batch with a field that is not known is refused",
            TRANSPORT + "codec.OperationCodec",
            callsReturn("readBatch", "unknownField", 0),
            TRANSPORT + "codec.OperationCodecTest#unknownFieldsBesideOperationsRefuseAllOfThem",
            "Expecting code to raise a throwable"));
  }

  private static List<CodeMutant> upgrades() {
    String rules = CLUSTER + "UpgradesTest#";
    return List.of(
        new CodeMutant(
            "the version is raised when all nodes can follow, and those that cannot are named",
            CLUSTER + "Upgrades",
            callsReturn("raise", "isEmpty", true),
            rules + "theVersionIsRaisedOnceAllNodesCanFollow",
            "before all of its nodes can"),
        new CodeMutant(
            "no member's release is one that the cluster is past",
            CLUSTER + "StateRules",
            callsReturn("checkMembers", "worksAt", true),
            rules + "aNodeMayGoBackUntilTheVersionIsRaisedAndNotAfter",
            "Rejected"),
        new CodeMutant(
            "a node of another release does not open a stream to a cluster that is past it",
            TRANSPORT + "peer.PeerStreams",
            callsReturn("misfit", "worksAt", true),
            TRANSPORT + "peer.PeerStreamsTest#helloIsChecked",
            "TimeoutException"),
        new CodeMutant(
            "two nodes that speak no version of the protocol in common do not speak",
            TRANSPORT + "peer.PeerStreams",
            callsReturn("misfit", "common", 1),
            TRANSPORT + "peer.PeerStreamsTest#helloIsChecked",
            "TimeoutException"),
        new CodeMutant(
            "nothing is sent in a version of the protocol that this node does not speak",
            TRANSPORT + "peer.PeerLink$Attempt",
            callsReturn("onAccepted", "includes", true),
            TRANSPORT
                + "peer.PeerLinkTest#aPeerThatWantsAnUnknownVersionOfTheProtocolIsSentNothing",
            "it wants version"));
  }

  private static List<CodeMutant> recordModels() {
    String session = "io.quorate.replication.repair.Session";
    String bothWays = session + "Test#bringsBothWaysWhatEachOfTheTwoLacks";
    return List.of(
        new CodeMutant(
            "a read returns the merge of what replicas hold",
            READ + "ReadTally",
            callsGoTo("found", "merge", VERSION + "NoMerge", "second"),
            READ + "ReadTallyTest#recordsThatAreNotOrderedAreMergedAndHeldByThoseThatHoldTheMerge",
            "but was: 2.0@"),
        new CodeMutant(
            "the other replica is brought what it lacks",
            session,
            callsReturn("compareKey", "hasMore", false),
            bothWays,
            "other of seed 0"),
        new CodeMutant(
            "this node is brought what it lacks",
            session,
            callsReturn("compareKey", "lacks", false),
            bothWays,
            "own of seed 0"),
        new CodeMutant(
            "of two records of one version the hash decides",
            VERSION + "LastWriteWins",
            withoutCalls("isLater", "compareUnsigned"),
            VERSION + "LastWriteWinsTest#ofOneVersionWithTwoValuesOneWinsWhicheverComesFirst",
            "but was"));
  }

  private static List<CodeMutant> fieldsOfRegisters() {
    String update = REGISTER + "RegisterEdit$UpdateFields";
    String edits = REGISTER + "RegisterEditTest#";
    return List.of(
        new CodeMutant(
            "fields have what an update expects of them",
            update,
            returns("holds", true),
            edits + "allConditionsAreJudgedOnTheMapBefore",
            "not met: 3"),
        new CodeMutant(
            "a map is no larger than a value may be",
            update,
            callsReturn("of", "bytes", 0L),
            edits + "aMapHasBounds",
            "not met: -4"),
        new CodeMutant(
            "all attempts at an update are told which field it was",
            REGISTER + "RegisterChange$Write",
            callsReturn("apply", "sum", 0L),
            REGISTER
                + "RegisterProposalTest#anUpdateOfFieldsThatIsNotMetIsToldAgainWhichFieldItWas",
            "field 'owner' must be absent"),
        new CodeMutant(
            "fields in another order are no map",
            VERSION + "FieldMap",
            callsReturn("of", "compare", -1),
            VERSION + "FieldMapTest#aMapInAnotherOrderIsNone",
            "expected: null"));
  }

  private static List<CodeMutant> replica() {
    return List.of(
        new CodeMutant(
            "a replica that holds less than it said may lack something",
            "io.quorate.replication.repair.RecordTransfer",
            returns("isOlderThanTold", false),
            "io.quorate.replication.repair.SessionTest#isNotCompleteIfTheOtherHoldsLessThanItSaid",
            "Expecting"),
        new CodeMutant(
            "a register that a replica does not take is proposed above its promise",
            REGISTER + "RegisterSettler",
            returns("mendedAbove", 0L),
            REGISTER
                + "RegisterProposalTest#aRegisterThatAReplicaDoesNotTakeIsProposedAboveWhatItHasPromised",
            "to be greater than"),
        new CodeMutant(
            "of two versions of one moment the node decides",
            VERSION + "Version",
            withoutCalls("compareTo", "compareTo"),
            VERSION + "RecordPropertiesTest#versionsOfOneMomentAreOrderedByNodeAndThenByStart",
            "Expecting value to be true but was false"),
        new CodeMutant(
            "a scan that failed gives its place back",
            TRANSPORT + "client.RequestEntry$1",
            withoutCalls("failed", "ended"),
            TRANSPORT + "client.RequestEntryTest#failedScanGivesItsPlaceBack",
            "OVERLOADED"),
        new CodeMutant(
            "a page gives its place back",
            TRANSPORT + "client.RequestEntry$1",
            withoutCalls("page", "ended"),
            TRANSPORT + "client.RequestEntryTest#pageGivesItsPlaceBack",
            "OVERLOADED"),
        new CodeMutant(
            "an operation gives its place back",
            TRANSPORT + "client.RequestEntry$Request",
            withoutWrites("done", "inFlight"),
            TRANSPORT + "client.RequestEntryTest#operationGivesItsPlaceBackHoweverItEnds",
            "but was: 16"));
  }

  private static List<CodeMutant> placementStreams() {
    return List.of(
        new CodeMutant(
            "a stream whose client does not read ends",
            TRANSPORT + "client.PlacementStream",
            doesNothing("onBeat"),
            TRANSPORT + "client.PlacementWatchersTest#streamThatIsNotReadForTooLongEnds",
            "not ended"),
        new CodeMutant(
            "after a recovery of the metadata group a client is told everything",
            TRANSPORT + "client.PlacementChanges",
            callsReturn("canFollow", "equals", true),
            TRANSPORT + "client.PlacementUpdatesTest#recoveredGroupBeginsFromNothing",
            "Table[nodes="));
  }

  private static List<CodeMutant> requests() {
    return List.of(
        new CodeMutant(
            "a request is refused after a change that its author has not seen",
            CLUSTER + "Requests",
            callsReturn("decide", "expectedStateVersion", 0L),
            CLUSTER
                + "RequestsTest#aRequestIsRefusedOnceAnotherChangeWasAcceptedThanItsAuthorHasSeen",
            "Accepted"));
  }
}
