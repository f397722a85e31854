package io.quorate.sim.check;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.quorate.model.Key;
import io.quorate.model.KeyRange;
import io.quorate.model.NodeId;
import io.quorate.model.RequestId;
import io.quorate.placement.Level;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ResultInfo;
import io.quorate.replication.api.ScanPage;
import io.quorate.sim.check.AtRest.PartitionAtRest;
import io.quorate.sim.check.Inside.Queue;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** No checker is blind: each is shown what it must not let pass, and what it must. */
class PromiseCheckerTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId C = new NodeId(3);
  private static final NodeId D = new NodeId(4);
  private static final Tenant TENANT =
      new Tenant(1, Tenant.DEFAULT_NAME, 3, Level.QUORUM, Level.QUORUM, 0);
  private static final long DEADLINE = 1_000;
  private static final long LATE_MAX = 50;

  private final PromiseChecker checker = new PromiseChecker(TENANT, 3, LATE_MAX);

  // ---- versions

  @Test
  void readThatMissesAnAcknowledgedWrite() {
    written(put("k"), 5);
    Attempt get = get("k");
    assertBreaks("versions", () -> read(get, null, null));
  }

  @Test
  void readThatGoesBehindAnEarlierRead() {
    Attempt old = put("k");
    written(old, 5);
    Attempt put = put("k");
    Attempt first = get("k");
    read(first, value(put, 7), version(7));
    Attempt second = get("k");
    assertBreaks("versions", () -> read(second, value(old, 5), version(5)));
  }

  /** What is acknowledged while a read is under way may be missed by it. */
  @Test
  void readThatBeganBeforeTheAcknowledgementMayMissIt() {
    Attempt get = get("k");
    written(put("k"), 5);
    read(get, null, null);
  }

  @Test
  void laterWriteBelowAnEarlierOne() {
    written(put("k"), 5);
    Attempt later = put("k");
    assertBreaks("versions", () -> written(later, 4));
  }

  /** A write and a read at one replica each need not meet: nothing is promised. */
  @Test
  void levelsThatDoNotMeetPromiseNothing() {
    Attempt put = put("k", Level.ONE);
    checker.end(put, new Outcome.Written(version(5), info(true, A)), 0, false);
    Attempt get =
        checker.begin(
            checker.nextNumber(), A, new Operation.Get("", key("k"), Level.ONE), DEADLINE);
    checker.end(get, Outcome.Read.absent(null, info(true, B)), 0, false);
  }

  @Test
  void scanThatMissesAnAcknowledgedKey() {
    written(put("k"), 5);
    ScanAttempt scan = checker.beginScan("", null, KeyRange.ALL, null);
    assertBreaks("versions", () -> checker.endScan(scan, found()));
  }

  @Test
  void scanMayMissWhatADeleteMayHaveTaken() {
    written(put("k"), 5);
    Attempt delete = delete("k");
    checker.cutOff(delete);
    checker.endScan(checker.beginScan("", null, KeyRange.ALL, null), found());
  }

  @Test
  void acknowledgedWriteThatIsOnNoDiskInTheEnd() {
    written(put("k"), 5);
    assertBreaks("versions", () -> checker.rests("", rest(Map.of(), Map.of(), Map.of())));
  }

  // ---- expiry

  @Test
  void pageThatShowsWhatHadExpiredWhenItWasAskedFor() {
    ScanAttempt scan = checker.beginScan("", null, KeyRange.ALL, null);
    var brief = Record.value(version(5), 1, 1_000, new byte[] {1});
    var page = new ScanPage(List.of(new ScanPage.Entry(key("k"), brief, null)), new byte[0], false);
    checker.page(scan, page, 999); // it may have expired on the way
    assertBreaks("expiry", () -> checker.page(scan, page, 1_000));
  }

  // ---- values

  @Test
  void valueThatWasNeverPut() {
    Attempt get = get("k");
    Record strange = Record.value(version(5), 1, 0, UniqueValue.of(77, 10));
    assertBreaks("values", () -> read(get, strange, version(5)));
  }

  @Test
  void valueOfAnotherKey() {
    Attempt put = put("other");
    Attempt get = get("k");
    assertBreaks("values", () -> read(get, value(put, 5), version(5)));
  }

  @Test
  void versionThatStandsForTwoValues() {
    Attempt one = put("k");
    Attempt two = put("k");
    read(get("k"), value(one, 5), version(5));
    Attempt get = get("k");
    assertBreaks("values", () -> read(get, value(two, 5), version(5)));
  }

  @Test
  void versionThatStandsForAValueAndForNothing() {
    written(put("k"), 5);
    Attempt get = get("k");
    assertBreaks("values", () -> read(get, null, version(5)));
  }

  /** An expired value may be absent; one that does not expire must not be. */
  @Test
  void versionOfAValueThatExpiresMayStandForNothing() {
    int number = checker.nextNumber();
    byte[] value = UniqueValue.of(number, 10);
    var operation = new Operation.Put("", key("k"), value, null, 7, RequestId.NONE);
    Attempt brief = checker.begin(number, A, operation, DEADLINE);
    written(brief, 5);
    read(get("k"), null, version(5));
    checker.endScan(checker.beginScan("", null, KeyRange.ALL, null), found());
    written(put("k"), 6);
    Attempt get = get("k");
    assertBreaks("values", () -> read(get, null, version(6)));
  }

  @Test
  void valueThatWasSaidToBeAppliedNowhere() {
    Attempt put = put("k");
    refused(put);
    Attempt get = get("k");
    assertBreaks("values", () -> read(get, value(put, 5), version(5)));
  }

  @Test
  void valueThatIsSaidToBeAppliedNowhereAfterItWasRead() {
    Attempt put = put("k");
    read(get("k"), value(put, 5), version(5));
    assertBreaks("values", () -> refused(put));
  }

  @Test
  void acknowledgedValueThatTakesEffectAgain() {
    Attempt put = put("k");
    written(put, 5);
    Attempt get = get("k");
    assertBreaks("values", () -> read(get, value(put, 9), version(9)));
  }

  @Test
  void valueOnADiskThatWasNeverPut() {
    Record strange = Record.value(version(5), 1, 0, UniqueValue.of(77, 10));
    Map<Key, Record> disk = Map.of(new Key(1, key("k")), strange);
    assertBreaks("values", () -> checker.rests("", rest(disk, disk, disk)));
  }

  // ---- answers

  @Test
  void readAnsweredByTooFew() {
    Attempt get = get("k");
    assertBreaks(
        "answers", () -> checker.end(get, Outcome.Read.absent(null, info(false, A)), 0, false));
  }

  @Test
  void readThatSaysItMayBeStaleAndCannot() {
    Attempt get = get("k");
    assertBreaks(
        "answers", () -> checker.end(get, Outcome.Read.absent(null, info(true, A, B)), 0, false));
  }

  @Test
  void readAnsweredAsAWrite() {
    Attempt get = get("k");
    assertBreaks("answers", () -> written(get, 5));
  }

  @Test
  void refusalThatMayHaveApplied() {
    Attempt put = put("k");
    Failure failure =
        Failure.builder(Reason.UNAVAILABLE, "").mayHaveApplied(true).partition(0).build();
    assertBreaks("answers", () -> checker.end(put, new Outcome.Failed(failure), 0, false));
  }

  @Test
  void scanThatFindsAKeyTwice() {
    Attempt put = put("k");
    ScanPage.Entry entry = new ScanPage.Entry(key("k"), value(put, 5), null);
    ScanAttempt scan = checker.beginScan("", null, KeyRange.ALL, null);
    assertBreaks("answers", () -> checker.endScan(scan, found(entry, entry)));
  }

  // ---- deadlines

  @Test
  void answerAfterTheDeadline() {
    Attempt get = get("k");
    Outcome outcome = Outcome.Read.absent(null, info(false, A, B));
    assertBreaks("deadlines", () -> checker.end(get, outcome, DEADLINE + LATE_MAX + 1, false));
  }

  @Test
  void answerOfAPausedNodeAfterTheDeadline() {
    checker.end(
        get("k"), Outcome.Read.absent(null, info(false, A, B)), DEADLINE + LATE_MAX + 1, true);
  }

  @Test
  void twoAnswers() {
    Attempt get = get("k");
    read(get, null, null);
    assertBreaks("deadlines", () -> read(get, null, null));
  }

  @Test
  void noAnswer() {
    Attempt unused = get("k");
    assertBreaks("deadlines", () -> checker.allEnded(attempt -> false));
  }

  // ---- convergence

  @Test
  void replicasThatDiffer() {
    Map<Key, Record> one = Map.of(new Key(1, key("k")), Record.tombstone(version(5), 1));
    Map<Key, Record> other = Map.of(new Key(1, key("k")), Record.tombstone(version(5), 2));
    assertBreaks("convergence", () -> checker.rests("", rest(one, one, other)));
    assertBreaks("convergence", () -> checker.rests("", rest(one, one, Map.of())));
    checker.rests("", rest(one, one, one));
  }

  @Test
  void nodeThatHoldsWhatIsNotIts() {
    Map<Key, Record> one = Map.of(new Key(1, key("k")), Record.tombstone(version(5), 1));
    var partition =
        new PartitionAtRest(0, List.of(A, B, C), Map.of(A, one, B, one, C, one, D, one));
    assertBreaks("convergence", () -> checker.rests("", new AtRest(List.of(partition))));
  }

  // ---- bounds

  @Test
  void queueThatGrows() {
    checker.sampled("a", new Queue("queue", 10, 10, 0));
    assertBreaks("bounds", () -> checker.sampled("a", new Queue("queue", 11, 10, 0)));
  }

  @Test
  void requestThatIsLeftBehind() {
    checker.rests("a", new Queue("requests", 0, 10, 0));
    assertBreaks("bounds", () -> checker.rests("a", new Queue("requests", 1, 10, 0)));
  }

  // ---- what they are shown

  private Attempt put(String key) {
    return put(key, null);
  }

  private Attempt put(String key, @Nullable Level level) {
    int number = checker.nextNumber();
    byte[] value = UniqueValue.of(number, 10);
    var operation = new Operation.Put("", key(key), value, level, 0, RequestId.NONE);
    return checker.begin(number, A, operation, DEADLINE);
  }

  private Attempt delete(String key) {
    var operation = new Operation.Delete("", key(key), null, RequestId.NONE);
    return checker.begin(checker.nextNumber(), A, operation, DEADLINE);
  }

  private Attempt get(String key) {
    return checker.begin(checker.nextNumber(), A, new Operation.Get("", key(key), null), DEADLINE);
  }

  private void written(Attempt attempt, long hlc) {
    checker.end(attempt, new Outcome.Written(version(hlc), info(false, A, B)), 0, false);
  }

  private void read(Attempt attempt, @Nullable Record live, @Nullable Version version) {
    checker.end(attempt, new Outcome.Read(live, version, info(false, A, B), 0, 0, null), 0, false);
  }

  private void refused(Attempt attempt) {
    Failure failure = Failure.refused(Reason.UNAVAILABLE, "");
    checker.end(attempt, new Outcome.Failed(failure), 0, false);
  }

  private static ScanAttempt.Found found(ScanPage.Entry... entries) {
    return new ScanAttempt.Found(List.of(entries), false);
  }

  private static AtRest rest(Map<Key, Record> a, Map<Key, Record> b, Map<Key, Record> c) {
    return new AtRest(List.of(new PartitionAtRest(0, List.of(A, B, C), Map.of(A, a, B, b, C, c))));
  }

  private static Record value(Attempt put, long hlc) {
    return Record.value(version(hlc), 1, 0, ((Operation.Put) put.operation()).value());
  }

  private static Version version(long hlc) {
    return new Version(0, hlc, A, 1);
  }

  private static ResultInfo info(boolean stale, NodeId... answered) {
    return new ResultInfo(0, 1, List.of(answered), stale, 0);
  }

  private static byte[] key(String key) {
    return key.getBytes(StandardCharsets.UTF_8);
  }

  private static void assertBreaks(String name, ThrowingCallable what) {
    assertThatExceptionOfType(PromiseBroken.class)
        .isThrownBy(what)
        .matches(broken -> broken.checker().equals(name), "found by " + name);
  }
}
