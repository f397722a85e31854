package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.Failure.Reason;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.OperationResult;
import io.quorate.proto.v1.RequestId;
import io.quorate.proto.v1.Retries;
import io.quorate.proto.v1.Tenant;
import io.quorate.proto.v1.WriteStamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Writes of a tenant with retries ONCE: the client gives them their versions, and keeps to them.
 */
class WritesOnceTest {
  private static final String ONCE = "once";
  private static final byte[] KEY = FakeCluster.utf8("k");
  private static final byte[] VALUE = FakeCluster.utf8("v");
  private static final long NOW_MILLIS = 1_700_000_000_000L;
  private static final WriteOptions OPTIONS =
      WriteOptions.DEFAULT.tenant(ONCE).timeout(Duration.ofSeconds(20));

  /** Of a call that ends at once, and at the end of its time where the rule is left out. */
  private static final WriteOptions ENDS_AT_ONCE = OPTIONS.timeout(Duration.ofSeconds(5));

  /** Is answered later, or never. */
  private static final OperationResult HELD = OperationResult.newBuilder().setId(-1).build();

  private final FakeCluster cluster = new FakeCluster(3);

  /** The writes that arrived at any node, in order. */
  private final List<Operation> writes = new CopyOnWriteArrayList<>();

  private @Nullable QuorateClient opened;

  WritesOnceTest() {
    cluster.placementHlc = hlc(NOW_MILLIS);
    cluster.epoch = 7;
    cluster.clock.set(hlc(NOW_MILLIS));
    answer((attempt, write) -> null);
  }

  @AfterEach
  void close() {
    if (opened != null) {
      opened.close();
    }
    cluster.close();
  }

  @Test
  void stampsRiseAboveWhatThePlacementAndAnswersTell() {
    createTenant(0);
    kv().put(KEY, VALUE, OPTIONS);
    assertThat(stamp(0).getHlc()).isGreaterThan(hlc(NOW_MILLIS));
    assertThat(stamp(0).getEpoch()).isEqualTo(7);
    assertThat(stamp(0).getFirstAttempt()).isTrue();
    cluster.clock.set(hlc(NOW_MILLIS + 3_600_000));
    for (int i = 0; i < 50; i++) { // of each node
      kv().get(FakeCluster.utf8("key-" + i), ReadOptions.DEFAULT.tenant(ONCE));
    }
    kv().delete(KEY, OPTIONS);
    assertThat(stamp(1).getHlc()).isGreaterThan(hlc(NOW_MILLIS + 3_600_000));
    kv().put(KEY, VALUE, OPTIONS);
    assertThat(stamp(2).getHlc()).isGreaterThan(stamp(1).getHlc());
  }

  @Test
  void eachWriteHasAStampOfItsOwnHoweverItIsAsked() throws Exception {
    createTenant(0);
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      entries.add(Entry.of(FakeCluster.utf8("batch-" + i), VALUE));
    }
    assertThat(kv().putAll(entries, OPTIONS)).allMatch(Outcome.Done.class::isInstance);
    client().asyncKeyValue().put(KEY, VALUE, OPTIONS).get(20, TimeUnit.SECONDS);
    client().asyncKeyValue().delete(KEY, OPTIONS).get(20, TimeUnit.SECONDS);
    kv().put(KEY, VALUE, OPTIONS);
    kv().delete(KEY, OPTIONS);
    assertThat(writes).hasSize(504);
    assertThat(writes.stream().map(write -> stamp(write).getHlc()).distinct()).hasSize(504);
    assertThat(writes).allMatch(write -> stamp(write).getFirstAttempt());
  }

  @Test
  void tenantsThatRepeatHaveNoStamps() {
    cluster.moreTenants.add(
        tenant(0).setName("repeat").setId(8).setRetries(Retries.RETRIES_REPEAT).build());
    for (String tenant : List.of("default", "repeat", "unknown")) {
      kv().put(KEY, VALUE, OPTIONS.tenant(tenant).ttl(Duration.ofMillis(90)));
      kv().delete(KEY, OPTIONS.tenant(tenant));
    }
    assertThat(writes).hasSize(6).noneMatch(WritesOnceTest::isStamped);
    assertThat(writes.get(0).getPut().getTtlMs()).isEqualTo(90);
  }

  /** However often it is sent, and whatever is heard meanwhile, all attempts store one record. */
  @Test
  void allAttemptsAreTheSameAndOnlyTheFirstSaysThatItIs() {
    createTenant(60_000);
    answer(
        (attempt, write) -> {
          cluster.epoch = 8L + attempt;
          cluster.stateVersion = 10L + attempt;
          cluster.publish();
          return switch (attempt) {
            case 0 -> unknown();
            case 1 -> FakeCluster.failed(Reason.REASON_NOT_SERVING);
            case 2 -> FakeCluster.failed(Reason.REASON_UNAVAILABLE);
            default -> null;
          };
        });
    kv().put(KEY, VALUE, OPTIONS);
    assertThat(writes).hasSize(4);
    assertThat(writes.stream().map(write -> stamp(write).getFirstAttempt()))
        .containsExactly(true, false, false, false);
    assertThat(writes.stream().map(WritesOnceTest::withoutItsAttempt).distinct()).hasSize(1);
    assertThat(requestId(writes.get(0)).getNumber()).isPositive();
  }

  @Test
  void attemptsAfterALostConnectionAreTheSame() throws Exception {
    createTenant(0);
    CompletableFuture<FakeNode> first = new CompletableFuture<>();
    for (FakeNode node : cluster.nodes) {
      node.script =
          write -> {
            if (!write.hasPut()) {
              return cluster.serve(write);
            }
            writes.add(write);
            return first.complete(node) ? null : cluster.serve(write);
          };
    }
    CompletableFuture<WriteResult> put = client().asyncKeyValue().put(KEY, VALUE, OPTIONS);
    first.get(20, TimeUnit.SECONDS).kill();
    assertThat(put.get(20, TimeUnit.SECONDS)).isNotNull();
    assertThat(writes).hasSize(2);
    assertThat(stamp(0).getFirstAttempt()).isTrue();
    assertThat(stamp(1).getFirstAttempt()).isFalse();
    assertThat(withoutItsAttempt(writes.get(1))).isEqualTo(withoutItsAttempt(writes.get(0)));
  }

  @Test
  void stampThatIsTooLowIsReplacedByOneAboveAndTheWriteStartsOver() {
    createTenant(60_000);
    long above = hlc(NOW_MILLIS + 200_000);
    answer((attempt, write) -> attempt == 0 ? tooLow(above) : null);
    kv().put(KEY, VALUE, OPTIONS);
    assertThat(writes).hasSize(2);
    assertThat(stamp(1).getHlc()).isGreaterThan(above);
    assertThat(stamp(1).getFirstAttempt()).isTrue();
    assertThat(stamp(1).getExpiresAtMs()).isEqualTo((stamp(1).getHlc() >>> 16) + 60_000);
    assertThat(requestId(writes.get(1))).isEqualTo(requestId(writes.get(0)));
    kv().put(FakeCluster.utf8("another"), VALUE, OPTIONS);
    assertThat(stamp(2).getHlc()).as("of another key").isLessThan(above);
  }

  /** What an earlier attempt may have done is undone by it: nothing was applied, nor will be. */
  @Test
  void afterAStampThatWasTooLowNothingWasApplied() {
    createTenant(0);
    answer(
        (attempt, write) ->
            switch (attempt) {
              case 0 -> unknown();
              case 1 -> tooLow(hlc(NOW_MILLIS + 5));
              default -> FakeCluster.failed(Reason.REASON_UNAVAILABLE);
            });
    UnavailableException refused =
        catchThrowableOfType(UnavailableException.class, () -> kv().put(KEY, VALUE, ENDS_AT_ONCE));
    assertThat(refused).isNotNull();
    assertThat(refused.mayHaveApplied()).isFalse();
  }

  @Test
  void writeWhoseStampsAreAllTooLowIsGivenUp() {
    createTenant(0);
    answer((attempt, write) -> tooLow(stamp(write).getHlc()));
    UnavailableException refused =
        catchThrowableOfType(UnavailableException.class, () -> kv().put(KEY, VALUE, OPTIONS));
    assertThat(refused).hasMessageContaining("it was not applied");
    assertThat(refused.mayHaveApplied()).isFalse();
    assertThat(writes).hasSize(100);
  }

  /** The stamp that it was about is in no attempt any more. */
  @Test
  void secondAnswerToAnEarlierAttemptIsNotHeard() throws Exception {
    createTenant(0);
    answer((attempt, write) -> attempt == 0 ? tooLow(hlc(NOW_MILLIS + 5)) : HELD);
    CompletableFuture<WriteResult> put = client().asyncKeyValue().put(KEY, VALUE, OPTIONS);
    await().until(() -> writes.size() == 2);
    Operation first = writes.get(0);
    Operation second = writes.get(1);
    OperationResult late = tooLow(hlc(NOW_MILLIS + 99)).toBuilder().setId(first.getId()).build();
    cluster.nodes.forEach(node -> node.answer(late));
    OperationResult done = cluster.serve(second).toBuilder().setId(second.getId()).build();
    cluster.nodes.forEach(node -> node.answer(done));
    assertThat(put.get(20, TimeUnit.SECONDS)).isNotNull();
    assertThat(writes).hasSize(2);
  }

  @Test
  void outcomeThatTheClusterHasDecidedToBeUnknownEndsTheCall() {
    createTenant(0);
    answer(
        (attempt, write) ->
            attempt == 0
                ? unknown()
                : FakeCluster.failed(unknown().getFailure().toBuilder().setDecided(true).build()));
    OutcomeUnknownException unknown =
        catchThrowableOfType(
            OutcomeUnknownException.class, () -> kv().put(KEY, VALUE, ENDS_AT_ONCE));
    assertThat(unknown).hasMessageContaining("perhaps");
    assertThat(writes).hasSize(2);
  }

  /** Of a tenant that repeats, each attempt is another write: a few of them must do. */
  @Test
  void whileTheOutcomeIsUnknownItIsAskedFor() {
    createTenant(0);
    BiFunction<Integer, Operation, @Nullable OperationResult> script =
        (attempt, write) ->
            attempt == 0
                ? unknown()
                : attempt < 12 ? FakeCluster.failed(Reason.REASON_UNAVAILABLE) : null;
    answer(script);
    assertThat(kv().put(KEY, VALUE, OPTIONS)).isNotNull();
    assertThat(writes).hasSize(13);

    writes.clear();
    answer(script);
    assertThat(
            catchThrowableOfType(
                OutcomeUnknownException.class,
                () -> kv().put(KEY, VALUE, OPTIONS.tenant("default"))))
        .isNotNull();
    assertThat(writes).hasSizeLessThan(10);
  }

  @Test
  void outcomeThatIsUnknownUntilTheDeadlineIsUnknown() {
    createTenant(0);
    answer((attempt, write) -> unknown());
    assertThat(
            catchThrowableOfType(
                OutcomeUnknownException.class,
                () -> kv().put(KEY, VALUE, OPTIONS.timeout(Duration.ofSeconds(1)))))
        .isNotNull();
  }

  @Test
  void expiryIsATimeAndThatOfTheCallComesBeforeTheTenants() {
    createTenant(60_000);
    kv().put(KEY, VALUE, OPTIONS);
    kv().put(KEY, VALUE, OPTIONS.ttl(Duration.ofMillis(1)));
    kv().put(KEY, VALUE, OPTIONS.ttl(Duration.ofSeconds(Long.MAX_VALUE)));
    kv().delete(KEY, OPTIONS);
    assertThat(writes.stream().limit(3).map(write -> write.getPut().getTtlMs())).containsOnly(0L);
    assertThat(stamp(0).getExpiresAtMs()).isEqualTo((stamp(0).getHlc() >>> 16) + 60_000);
    assertThat(stamp(1).getExpiresAtMs()).isEqualTo((stamp(1).getHlc() >>> 16) + 1);
    assertThat(stamp(2).getExpiresAtMs()).as("later than all times").isZero();
    assertThat(stamp(3).getExpiresAtMs()).isZero();
  }

  @Test
  void whereValuesDoNotExpireThereIsNoTime() {
    createTenant(0);
    kv().put(KEY, VALUE, OPTIONS);
    assertThat(stamp(0).getExpiresAtMs()).isZero();
  }

  /** Another program has just created it. The default time to live is applied here. */
  @Test
  void writeOfATenantThatIsNotKnownYetWaitsForItsSettings() throws Exception {
    refuseWithoutStamp();
    client().keyValue().get("warm-up");
    CompletableFuture<WriteResult> put = client().asyncKeyValue().put(KEY, VALUE, OPTIONS);
    await().until(() -> writes.size() == 1);
    assertThat(isStamped(writes.get(0))).isFalse();
    assertThat(put).isNotDone();
    createTenant(60_000);
    assertThat(put.get(20, TimeUnit.SECONDS)).isNotNull();
    assertThat(writes).hasSize(2);
    assertThat(stamp(1).getExpiresAtMs()).isEqualTo((stamp(1).getHlc() >>> 16) + 60_000);
    assertThat(stamp(1).getEpoch()).isEqualTo(7);
    assertThat(stamp(1).getFirstAttempt()).isTrue();
  }

  @Test
  void writeOfATenantThatIsNotKnownNeedsNoSettingsIfItHasItsOwnTimeToLive() {
    refuseWithoutStamp();
    kv().put(KEY, VALUE, OPTIONS.ttl(Duration.ofSeconds(9)));
    kv().delete(KEY, OPTIONS);
    assertThat(writes).hasSize(4);
    assertThat(stamp(1).getExpiresAtMs()).isEqualTo((stamp(1).getHlc() >>> 16) + 9_000);
    assertThat(stamp(1).getEpoch()).isZero();
    assertThat(isStamped(writes.get(3))).isTrue();
  }

  @Test
  void writeThatWaitedForTheSettingsInVainWasNotApplied() {
    refuseWithoutStamp();
    client().keyValue().get("warm-up");
    UnavailableException inVain =
        catchThrowableOfType(
            UnavailableException.class,
            () -> kv().put(KEY, VALUE, OPTIONS.timeout(Duration.ofSeconds(2))));
    assertThat(inVain)
        .hasMessageContaining("no node told the settings of the tenant")
        .hasMessageContaining("nothing was applied");
    assertThat(writes).hasSize(1);
  }

  /** Older nodes tell no clock with the placement, and the date of this machine may be wrong. */
  @Test
  void beforeAnyClockIsToldTheFirstWriteAsksForIt() {
    cluster.placementHlc = 0;
    createTenant(0);
    refuseWithoutStamp();
    kv().put(KEY, VALUE, OPTIONS);
    assertThat(writes).hasSize(2);
    assertThat(isStamped(writes.get(0))).isFalse();
    assertThat(stamp(1).getHlc()).isBetween(hlc(NOW_MILLIS) + 1, hlc(NOW_MILLIS + 30_000));
    assertThat(stamp(1).getFirstAttempt()).isTrue();
  }

  private void refuseWithoutStamp() {
    answer((attempt, write) -> isStamped(write) ? null : tooLow(hlc(NOW_MILLIS)));
  }

  private void createTenant(long defaultTtlMillis) {
    cluster.moreTenants.add(tenant(defaultTtlMillis).build());
    cluster.stateVersion = 2;
    cluster.publish();
  }

  private static Tenant.Builder tenant(long defaultTtlMillis) {
    return Tenant.newBuilder()
        .setName(ONCE)
        .setId(7)
        .setReplicationFactor(3)
        .setDefaultTtlMs(defaultTtlMillis)
        .setRetries(Retries.RETRIES_ONCE);
  }

  private QuorateClient client() {
    QuorateClient known = opened;
    if (known == null) {
      known = cluster.client();
      opened = known;
    }
    return known;
  }

  private KeyValue kv() {
    return client().keyValue();
  }

  /**
   * Has the nodes answer writes.
   *
   * @param script takes the number of writes that came before; null: the write is carried out
   */
  private void answer(BiFunction<Integer, Operation, @Nullable OperationResult> script) {
    for (FakeNode node : cluster.nodes) {
      node.script =
          operation -> {
            if (operation.hasGet()) {
              return cluster.serve(operation);
            }
            OperationResult answer;
            synchronized (writes) {
              int before = writes.size();
              writes.add(operation);
              answer = script.apply(before, operation);
            }
            if (HELD.equals(answer)) {
              return null;
            }
            return answer == null ? cluster.serve(operation) : answer;
          };
    }
  }

  private static OperationResult unknown() {
    return FakeCluster.failed(
        Failure.newBuilder()
            .setReason(Reason.REASON_OUTCOME_UNKNOWN)
            .setMessage("perhaps")
            .setMayHaveApplied(true)
            .build());
  }

  private static OperationResult tooLow(long above) {
    return FakeCluster.failed(
        Failure.newBuilder()
            .setReason(Reason.REASON_STAMP_TOO_LOW)
            .setMessage("too low")
            .setAboveHlc(above)
            .build());
  }

  private WriteStamp stamp(int write) {
    return stamp(writes.get(write));
  }

  private static WriteStamp stamp(Operation write) {
    assertThat(isStamped(write)).isTrue();
    return write.hasPut() ? write.getPut().getStamp() : write.getDelete().getStamp();
  }

  private static boolean isStamped(Operation write) {
    return write.hasPut() ? write.getPut().hasStamp() : write.getDelete().hasStamp();
  }

  private static RequestId requestId(Operation write) {
    return write.getPut().getRequestId();
  }

  /** What must be equal in all attempts. */
  private static Object withoutItsAttempt(Operation write) {
    return write.getPut().toBuilder()
        .setStamp(write.getPut().getStamp().toBuilder().clearFirstAttempt())
        .build();
  }

  private static long hlc(long millis) {
    return millis << 16;
  }
}
