package io.quorate.client.mutant;

import static io.quorate.codemutant.Edit.callsGoTo;
import static io.quorate.codemutant.Edit.callsReturn;
import static io.quorate.codemutant.Edit.doesNothing;
import static io.quorate.codemutant.Edit.withoutCalls;
import static io.quorate.codemutant.Edit.withoutReads;
import static io.quorate.codemutant.Edit.withoutWrites;

import io.quorate.codemutant.CodeMutant;
import io.quorate.codemutant.Edit;
import java.util.List;
import java.util.stream.Stream;

/** The rules that are left out. */
final class CodeMutants {
  private static final String CLIENT = "io.quorate.client.";
  private static final String INTERNAL = CLIENT + "internal.";
  private static final String NET = INTERNAL + "net.";
  private static final String CARRYING = INTERNAL + "engine.";
  private static final String DISPATCHER = CARRYING + "Dispatcher";
  private static final String RETRIES = CARRYING + "Retries";
  private static final String FAILURES = CARRYING + "Failures";
  private static final String FOLLOWING = CARRYING + "FollowingPlacementTest#";
  private static final String WAITING = CARRYING + "WaitingRoomTest#";
  private static final String FAILOVER = CLIENT + "FailoverTest#";
  private static final String ONCE = CLIENT + "WritesOnceTest#";
  private static final String UPDATES = CARRYING + "Updates";
  private static final String FIELDS = CLIENT + "FieldsTest#";
  private static final String WRITERS = INTERNAL + "update.WritersTest#";
  private static final String LOCKS = INTERNAL + "locks.";
  private static final String KEEPER = LOCKS + "LockKeeperTest#";
  private static final String RECIPES = CLIENT + "recipe.";
  private static final String ELECTION = RECIPES + "ElectionTest#";
  private static final String QUEUE = RECIPES + "WorkQueueTest#";
  private static final String BARRIER = RECIPES + "BarrierTest#";
  private static final String MODEL = CLIENT + "WrongModelTest#";
  private static final String REMEMBERED =
      CARRYING + "FailuresTest#whatIsGivenUpAfterAnAttemptThatMayHaveAppliedIsUnknown";
  private static final String MAY_HAVE_APPLIED = "mayHaveApplied";

  private CodeMutants() {}

  static List<CodeMutant> all() {
    return Stream.of(
            earlierAttempts(),
            waiting(),
            stamps(),
            models(),
            updates(),
            failures(),
            placement(),
            closing(),
            listening(),
            locks(),
            recipes())
        .flatMap(List::stream)
        .toList();
  }

  private static List<CodeMutant> earlierAttempts() {
    return List.of(
        new CodeMutant(
            "an attempt that was answered may have been applied",
            DISPATCHER,
            withoutWrites("onRefused", MAY_HAVE_APPLIED),
            FAILOVER + "unavailableAfterAnAttemptThatMayHaveAppliedIsUnknown",
            "OutcomeUnknownException"),
        new CodeMutant(
            "an attempt that was lost with its connection may have been applied",
            DISPATCHER,
            withoutWrites("onLost", MAY_HAVE_APPLIED),
            CLIENT + "DeadlineTest#writeLostWithItsConnectionIsUnknownThoughNoNodeIsLeft",
            "OutcomeUnknownException"),
        new CodeMutant(
            "an attempt that has no answer in time may have been applied",
            DISPATCHER,
            withoutWrites("onExpired", MAY_HAVE_APPLIED),
            CLIENT + "DeadlineTest#writeWithoutAnAnswerIsUnknown",
            "OutcomeUnknownException"),
        new CodeMutant(
            "an entry of a batch that may have been applied waits for room by itself",
            RETRIES,
            withoutReads("waitsForRoom(Call,boolean,boolean,long,long)", MAY_HAVE_APPLIED),
            CLIENT + "BatchTest#whatMayHaveBeenAppliedIsAskedAgainThoughItIsRefusedThen",
            "Failed"),
        new CodeMutant(
            "closing tells of attempts that may have been applied",
            FAILURES,
            withoutReads("cutOff", MAY_HAVE_APPLIED),
            INTERNAL + "ClosingTest#whatWaitsAfterAnAttemptThatMayHaveAppliedIsUnknown",
            "OutcomeUnknownException"));
  }

  private static List<CodeMutant> waiting() {
    return List.of(
        new CodeMutant(
            "a write of unknown outcome waits for room until its deadline",
            RETRIES,
            withoutReads("isUnsettled(Call)", MAY_HAVE_APPLIED),
            WAITING + "writeOfUnknownOutcomeThatTakesEffectOnceIsSentAgainUntilItsDeadline",
            "not to be done"),
        new CodeMutant(
            "a call for which a thread waits takes its turn before it is sent",
            DISPATCHER,
            callsReturn("begin", "takesItsTurn", false),
            WAITING + "callsForWhichAThreadWaitsTakeTheirTurnAndThoseOfABatchDoNot",
            "to be less than"),
        new CodeMutant(
            "calls of one tenant that wait leave places to others",
            CARRYING + "WaitingRoom",
            callsReturn("hold", "hasPlaceFor", true),
            WAITING + "oneTenantThatIsRefusedLeavesHalfOfAllPlacesToTheOthers",
            "expected: 50L"),
        new CodeMutant(
            "a place is free again when a call that waited is done",
            DISPATCHER,
            withoutCalls("end(Call)", "onDone"),
            WAITING + "placesOfThoseThatAreDoneAreFreeAgain",
            "Expecting no elements of"),
        new CodeMutant(
            "a pause of a node is waited out",
            DISPATCHER,
            callsReturn("onBehind", "waitsForRoom", false),
            WAITING + "aPauseOfANodeIsWaitedOut",
            "expected: 0L"),
        new CodeMutant(
            "a call that all nodes refused holds up none that was not",
            CARRYING + "Parked",
            callsReturn("add", "wasRefused", false),
            CARRYING + "ParkedTest#aCallThatAllNodesRefusedHoldsUpNoneThatWasNot",
            "[]"),
        new CodeMutant(
            "the last refusal is named",
            DISPATCHER,
            withoutWrites("onRefused", "lastRefusal"),
            CLIENT + "DrainedNodeTest#whatNoNodeTookInTimeTellsThatAllAreDrained",
            "no Quorate node could be asked"));
  }

  private static List<CodeMutant> stamps() {
    return List.of(
        new CodeMutant(
            "a write keeps its stamp in all attempts",
            CARRYING + "ClusterView",
            callsReturn("stamp", "isStamped", false),
            ONCE + "allAttemptsAreTheSameAndOnlyTheFirstSaysThatItIs",
            "[true, true, true, true]"),
        new CodeMutant(
            "only the first attempt says that it is",
            CARRYING + "Call$Write",
            callsReturn("takeStamp", "getFirstAttempt", false),
            ONCE + "allAttemptsAreTheSameAndOnlyTheFirstSaysThatItIs",
            "[true, true, true, true]"),
        new CodeMutant(
            "a stamp that is too low is given up",
            CARRYING + "Call$Write",
            withoutWrites("onStampTooLow", "stamp"),
            ONCE + "stampThatIsTooLowIsReplacedByOneAboveAndTheWriteStartsOver",
            "greater than"),
        new CodeMutant(
            "a new stamp is above what a node says",
            CARRYING + "Call$Write",
            withoutWrites("onStampTooLow", "aboveHlc"),
            ONCE + "stampThatIsTooLowIsReplacedByOneAboveAndTheWriteStartsOver",
            "greater than"),
        new CodeMutant(
            "after a stamp that was too low nothing was applied",
            CARRYING + "Call$Write",
            withoutWrites("onStampTooLow", MAY_HAVE_APPLIED),
            ONCE + "afterAStampThatWasTooLowNothingWasApplied",
            "UnavailableException"),
        new CodeMutant(
            "a write waits for the default time to live of its tenant",
            DISPATCHER,
            callsReturn("routeOnceSettingsAreKnown", "lacksDefaultTtl", false),
            ONCE + "writeOfATenantThatIsNotKnownYetWaitsForItsSettings",
            ""),
        new CodeMutant(
            "what the cluster has decided ends the call",
            CARRYING + "RetryRule",
            callsReturn("waitNanos", "getDecided", false),
            ONCE + "outcomeThatTheClusterHasDecidedToBeUnknownEndsTheCall",
            "Expected size: 2"));
  }

  private static List<CodeMutant> models() {
    return List.of(
        new CodeMutant(
            "writes of keys with siblings are stamped",
            CARRYING + "Nodes",
            callsReturn("pick", "getModelValue", 1),
            CLIENT + "SiblingsTest#writesAreStampedAndNameTheirContextInAllAttempts",
            "Expecting value to be true"),
        new CodeMutant(
            "what is for another model is not sent",
            DISPATCHER,
            withoutCalls("give", "wrongModel"),
            MODEL + "keyValueIsRefusedWhereAKeyHasSiblingsBeforeAnythingIsSent",
            "Expecting code to raise a throwable"),
        new CodeMutant(
            "siblings are not returned as a key without a value",
            DISPATCHER,
            callsReturn("onAnswered", "suits", true),
            MODEL + "readOfATenantThatIsNotKnownYetIsRefusedByItsAnswer",
            "Expecting code to raise a throwable"),
        new CodeMutant(
            "sessions remember nothing of keys with siblings",
            CARRYING + "InSession",
            callsReturn("onAnswered", "isOfSiblings", false),
            MODEL + "sessionsRememberNothingOfKeysWithSiblings",
            "expected"));
  }

  private static List<CodeMutant> updates() {
    return List.of(
        new CodeMutant(
            "what is asked for while an update is under way waits for it",
            UPDATES,
            callsReturn("add", "admits", false),
            FIELDS + "whatIsAskedForWhileAnUpdateIsUnderWayGoesIntoOneMore",
            "Expected size: 3"),
        new CodeMutant(
            "only the first attempt at an update says that it is",
            DISPATCHER,
            withoutWrites("onRefused", "mayHaveApplied"),
            FIELDS + "allAttemptsAreTheSameButForTheFirst",
            "[true, true, true]"),
        new CodeMutant(
            "an update is made once for all attempts",
            CARRYING + "UpdateCall",
            withoutWrites("writeTo", "made"),
            FIELDS + "allAttemptsAreTheSameButForTheFirst",
            "Expected size: 1"),
        new CodeMutant(
            "what was refused is taken out of the totals",
            UPDATES,
            withoutCalls("onEnded", "takeBack"),
            FIELDS + "countThatWasRefusedIsTakenOutOfTheTotals",
            "expected: 2"),
        new CodeMutant(
            "what may have been applied stays in the totals",
            UPDATES,
            callsReturn("onEnded", MAY_HAVE_APPLIED, false),
            FIELDS + "countOfUnknownOutcomeStaysInTheTotals",
            "expected: 7"),
        new CodeMutant(
            "what was sent with a higher number stays in the totals",
            INTERNAL + "update.Writers$Made",
            callsReturn("takeBack", "getNumber", 2L),
            WRITERS + "whatWasSentSinceWithAHigherNumberStays",
            "expected: 9"),
        new CodeMutant(
            "a writer that is too old is followed by another one",
            UPDATES,
            withoutCalls("onWriterTooOld", "renew"),
            FIELDS + "writerThatIsTooOldIsFollowedByAnotherOneThatMakesTheUpdateAgain",
            "it was not applied"),
        new CodeMutant(
            "a removal of what another caller adds waits",
            INTERNAL + "update.Fold",
            callsReturn("admits", "removesAdded", false),
            WRITERS + "removalOfWhatAnotherCallerAddsGoesIntoAnotherUpdate",
            "Expecting value to be false"),
        new CodeMutant(
            "a caller whose time is over may have been applied with the others",
            DISPATCHER,
            callsReturn("onLeft", "isMade", false),
            FIELDS + "callerWhoseTimeIsOverIsToldThatTheOutcomeIsUnknownWhileOthersWaitOn",
            "OutcomeUnknownException"),
        new CodeMutant(
            "nothing is sent before a node has told its clock",
            DISPATCHER,
            callsReturn("give", "knowsClock", true),
            FIELDS + "beforeAnyClockIsToldNothingIsSent",
            "sent before a clock was told"),
        new CodeMutant(
            "closing leaves no update that was sent for one that was not",
            CARRYING + "ChangeCall",
            callsReturn("carrier", "isBegun", false),
            FIELDS + "callsAfterClosingFailAndWhatWasUnderWayIsUnknown",
            "OutcomeUnknownException"));
  }

  private static List<CodeMutant> failures() {
    return Stream.concat(
            Stream.of("givenUp", "heldBack", "notSent", "tooLarge", "wrongModel", "timedOut")
                .map(
                    how ->
                        new CodeMutant(
                            "a call that ends as " + how + " may have been applied before",
                            FAILURES,
                            withoutReads(how, MAY_HAVE_APPLIED),
                            REMEMBERED,
                            how)),
            Stream.of(
                new CodeMutant(
                    "a refusal does not undo an earlier attempt",
                    FAILURES,
                    callsReturn("of", MAY_HAVE_APPLIED, true),
                    CARRYING + "FailuresTest#whatAnEarlierAttemptMayHaveDoneIsNotForgotten",
                    "Expecting value to be true")))
        .toList();
  }

  private static List<CodeMutant> placement() {
    return List.of(
        new CodeMutant(
            "a node of another cluster is followed only with most others",
            CARRYING + "OtherClusters",
            callsReturn("ofMoreThanHalf", "intValue", 1_000),
            FOLLOWING + "oneFormerMemberOfAnotherClusterIsNotFollowed",
            "expected: 193"),
        new CodeMutant(
            "while a node of the cluster tells what changes, no other cluster is followed",
            CARRYING + "PlacementWatch",
            callsReturn("onRoundFailed", "lives", false),
            FOLLOWING + "whileOneNodeOfTheClusterTellsMostOthersAreNotFollowed",
            "expected: 193"),
        new CodeMutant(
            "a connection is not opened again to a node of another cluster",
            CARRYING + "Connection$Answers",
            callsReturn("onTold", "isOfCluster", true),
            FOLLOWING + "connectionIsNotOpenedAgainToANodeOfAnotherCluster",
            "expected: 1"),
        new CodeMutant(
            "a node is asked for its cluster before it gets calls",
            CARRYING + "Connection$Answers",
            callsReturn("onTold", "isOfCluster", true),
            FOLLOWING + "strayEndpointGetsNoCallsThoughNoOtherNodeIsThere",
            "Expecting empty"),
        new CodeMutant(
            "a node that tells nothing any more is left",
            CARRYING + "PlacementFollower",
            withoutCalls("listen" + Edit.LAMBDAS, "leave"),
            FOLLOWING + "nodeThatFallsSilentIsLeft",
            "Expecting empty"),
        new CodeMutant(
            "while no node tells what changes, one is asked",
            CARRYING + "PlacementWatch",
            callsReturn("scheduleRefresh" + Edit.LAMBDAS, "lives", true),
            FOLLOWING + "whereNoNodeTellsOneIsAskedFromTimeToTime",
            "expected: 6"));
  }

  private static List<CodeMutant> listening() {
    return List.of(
        new CodeMutant(
            "a listener is called on the event loop only",
            INTERNAL + "kv.ListenerCalls",
            callsReturn("tell", "inLoop", true),
            CLIENT + "RequestListenerTest#refusalOnTheCallersThreadIsToldOnTheEventLoop",
            "to match given predicate"));
  }

  private static List<CodeMutant> locks() {
    return List.of(
        new CodeMutant(
            "a lock is held until its time is over by the clock, whatever the loop does",
            LOCKS + "Tenure",
            callsReturn("leftNanos", "nanos", 0L),
            KEEPER + "aPausedClientSeesAtOnceThatItHoldsNoLock",
            "Expecting value to be false"),
        new CodeMutant(
            "an answer that comes too late does not bring a lock back",
            LOCKS + "Renewals",
            callsReturn("onAnswer", "isHeld", true),
            KEEPER + "anAnswerThatIsReadFirstAfterAPauseDoesNotBringTheLockBack",
            "Expecting value to be false"),
        new CodeMutant(
            "what the cluster does not name is lost",
            LOCKS + "Renewals",
            callsReturn("onAnswer", "contains", true),
            KEEPER + "aLockThatTheClusterDoesNotNameIsLostAtOnce",
            "a at 333"),
        new CodeMutant(
            "a lock that was waited for is renewed before it is relied on",
            LOCKS + "Slot",
            callsReturn("onGranted", "nanos", 0L),
            KEEPER + "aLockThatWasWaitedForIsRenewedBeforeItIsReliedOn",
            "Expected size: 1"),
        new CodeMutant(
            "a lock that was lost before its grant was heard of is not relied on",
            LOCKS + "Slot",
            callsReturn("renewFirst" + Edit.LAMBDAS, "isAmong", true),
            KEEPER + "aLockThatWasLostBeforeItsGrantWasHeardOfIsAcquiredAgain",
            "Expected size: 2"),
        new CodeMutant(
            "a release that is not answered is sent again before its owner acquires",
            LOCKS + "Slot",
            callsReturn("proceed", "isEmpty", true),
            KEEPER + "anOwnerAcquiresNothingWhileItsReleaseIsNotAnswered",
            "Expected size: 2"),
        new CodeMutant(
            "what was acquired for no one is released",
            LOCKS + "Slot",
            withoutCalls("onNotAcquired", "letGo"),
            KEEPER + "whatMayHaveBeenAcquiredIsReleased",
            "Expected size: 1"),
        new CodeMutant(
            "the last release gives a lock up, and no other",
            LOCKS + "Slot",
            callsReturn("release(OpenLock,CompletableFuture)", "isEmpty", true),
            KEEPER + "anOwnerHoldsALockMoreThanOnceUntilItsLastRelease",
            ""),
        new CodeMutant(
            "who holds a lock is told when its time is over",
            LOCKS + "Slot",
            withoutCalls("watch", "schedule"),
            KEEPER + "whatIsToBeDoneOnLossIsDoneBeforeTheTimeIsOver",
            "a at 988"),
        new CodeMutant(
            "closing releases what the client renews",
            LOCKS + "Slot",
            withoutCalls("close", "release"),
            KEEPER + "closingReleasesWhatTheClientRenewsAndTellsNoLoss",
            ""));
  }

  private static List<CodeMutant> recipes() {
    return List.of(
        new CodeMutant(
            "a leader is told to stop before the time of its lock is over",
            RECIPES + "Term",
            callsReturn("leftNanos", "toNanos", 1_000_000_000_000L),
            ELECTION + "aProcessThatWasPausedSeesAtOnceThatItLeadsNoMore",
            "Expecting value to be false"),
        new CodeMutant(
            "a body is told to stop while its lock is still held",
            RECIPES + "Term",
            withoutReads("leftNanos", "marginNanos"),
            ELECTION + "aLeaderThatIsCutOffIsToldToStopBeforeAnotherOneLeads",
            "between"),
        new CodeMutant(
            "a body that is to stop is interrupted",
            RECIPES + "CandidacyThread",
            withoutCalls("lead", "interrupt"),
            ELECTION + "closingStopsTheBodyWaitsForItAndThenReleases",
            ""),
        new CodeMutant(
            "one that was to stop does not lead again under the same token",
            RECIPES + "Term",
            withoutCalls("leftNanos", "end"),
            ELECTION + "aLeaderThatWasToStopLeadsNoMoreThoughItsRenewalIsAnsweredThen",
            "Expecting value to be false"),
        new CodeMutant(
            "a lock is not released while the body runs",
            RECIPES + "CandidacyThread",
            withoutCalls("lead", "join"),
            ELECTION + "aBodyThatDoesNotStopKeepsTheLock",
            ""),
        new CodeMutant(
            "two campaigns never share an owner",
            RECIPES + "Ids",
            callsReturn("unique", "random", "0"),
            ELECTION + "twoCandidatesOfOneNameAreTwo",
            ""),
        new CodeMutant(
            "an item is deleted under the token of its delivery",
            RECIPES + "WorkQueue",
            callsGoTo("writeUnder", "fencedBy", RECIPES + "LeftOut", "notFenced"),
            QUEUE + "oneThatWasOvertakenCannotHaveItDone",
            "Expecting value to be false"),
        new CodeMutant(
            "an item is read under the token before it is handed out",
            RECIPES + "WorkQueue",
            callsGoTo("readUnder", "fencedBy", RECIPES + "LeftOut", "notFencedRead"),
            QUEUE + "oneThatWasOvertakenCannotHaveItDoneOnceTheNextHasSeenIt",
            ""),
        new CodeMutant(
            "the lock of an item that is handed out is not renewed by itself",
            RECIPES + "WorkQueue",
            callsGoTo("tryTake", "renewed", RECIPES + "LeftOut", "renewed"),
            QUEUE + "anItemIsTakenByOneAndSeenAgainWhenItsTimeIsOver",
            ""),
        new CodeMutant(
            "one that gives up has all others know it",
            RECIPES + "Barrier$Entering",
            callsReturn("giveUp", "change", true),
            BARRIER + "oneThatGivesUpBreaksTheRoundForAll",
            ""),
        new CodeMutant(
            "a party that has died is given up",
            RECIPES + "Party",
            withoutCalls("look", "removeAll"),
            BARRIER + "noneEntersBeforeAllAreThereAndNoneReturnsBeforeAllHaveLeft",
            ""));
  }

  private static List<CodeMutant> closing() {
    return List.of(
        new CodeMutant(
            "closing waits for channels",
            NET + "Channels",
            doesNothing("awaitEnd"),
            INTERNAL + "ChannelsTest#loopStillRunsWhileChannelsEnd",
            "still runs"),
        new CodeMutant(
            "the event loop ends after what it is to wait for",
            NET + "Loop",
            withoutCalls("end", "run"),
            INTERNAL + "ChannelsTest#loopStillRunsWhileChannelsEnd",
            "still runs"),
        new CodeMutant(
            "who closes a client has it wait for its channels",
            INTERNAL + "Wiring",
            withoutCalls("open" + Edit.LAMBDAS, "awaitEnd"),
            INTERNAL + "ClosingTest#closingWaitsForTheEndOfTheChannels",
            "to have value"));
  }
}
