package io.quorate.client.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quorate.client.KeyValue;
import io.quorate.client.OverloadedException;
import io.quorate.client.QuorateClient;
import io.quorate.client.ReadOptions;
import io.quorate.client.ServerFaultException;
import io.quorate.client.WriteResult;
import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import io.quorate.client.internal.net.Backoff;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.Failure.Reason;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.OperationResult;
import io.quorate.proto.v1.PutRequest;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Retries help where they can, and never become the load themselves. */
class RetryTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private final Random random = new Random(7);

  @Test
  void budgetIsATenthOfTheAnswersBesideATrickle() {
    RetryBudget budget = RetryBudget.again(0);
    int atFirst = 0;
    while (budget.take(0)) {
      atFirst++;
    }
    assertThat(atFirst).isEqualTo(200);
    for (int i = 0; i < 100; i++) {
      budget.onAnswer();
    }
    int afterAnswers = 0;
    while (budget.take(0)) {
      afterAnswers++;
    }
    assertThat(afterAnswers).isBetween(9, 10);
    int afterASecond = 0;
    while (budget.take(SECOND)) {
      afterASecond++;
    }
    assertThat(afterASecond).isBetween(19, 21);
  }

  @Test
  void retriesElsewhereCostNothingOnceTheyAreAnswered() {
    RetryBudget budget = RetryBudget.elsewhere(0);
    for (int i = 0; i < 100_000; i++) {
      assertThat(budget.take(0)).isTrue();
      budget.giveBack(1);
    }
    int inVain = 0;
    while (budget.take(0)) {
      inVain++;
    }
    assertThat(inVain).isEqualTo(4096);
  }

  @Test
  void backoffDoublesWithinItsBoundAndIsJittered() {
    Backoff backoff = Backoff.ofMillis(10, 500);
    for (int i = 0; i < 1000; i++) {
      assertThat(backoff.nanos(1, random)).isBetween(5_000_000L, 10_000_000L);
      assertThat(backoff.nanos(3, random)).isBetween(20_000_000L, 40_000_000L);
      assertThat(backoff.nanos(90, random)).isBetween(250_000_000L, 500_000_000L);
    }
  }

  @Test
  void eachReasonHasItsWait() {
    assertThat(wait(Reason.REASON_NOT_SERVING, 1)).isZero();
    assertThat(wait(Reason.REASON_NOT_SERVING, 3)).isPositive();
    assertThat(wait(Reason.REASON_UNAVAILABLE, 1)).as("at the next replica").isZero();
    assertThat(wait(Reason.REASON_UNAVAILABLE, 2)).as("at the third replica").isZero();
    assertThat(wait(Reason.REASON_UNAVAILABLE, 3)).isPositive();
    assertThat(wait(Reason.REASON_UNAVAILABLE, 5)).isEqualTo(RetryRule.NEVER);
    assertThat(wait(Reason.REASON_OUTCOME_UNKNOWN, 1)).isPositive();
    assertThat(wait(Reason.REASON_INVALID, 1)).isEqualTo(RetryRule.NEVER);
    assertThat(wait(Reason.REASON_PERMISSION_DENIED, 1)).isEqualTo(RetryRule.NEVER);
    assertThat(wait(Reason.REASON_DEADLINE_EXCEEDED, 1)).isEqualTo(RetryRule.NEVER);
    assertThat(wait(Reason.REASON_NOT_SERVING, RetryRule.ATTEMPTS_MAX)).isEqualTo(RetryRule.NEVER);
    Failure overloaded =
        Failure.newBuilder().setReason(Reason.REASON_OVERLOADED).setRetryAfterMs(80).build();
    assertThat(RetryRule.waitNanos(overloaded, 1, 3, true, false, random))
        .isBetween(80_000_000L, 121_000_000L);
    Failure noTenant = Failure.newBuilder().setReason(Reason.REASON_UNKNOWN_TENANT).build();
    assertThat(RetryRule.waitNanos(noTenant, 1, 3, false, false, random))
        .isEqualTo(RetryRule.NEVER);
    assertThat(RetryRule.waitNanos(noTenant, 1, 3, true, false, random)).isPositive();
  }

  /** A call is not to fail while its client logs in, and once more as the password was changed. */
  @Test
  void aCallOutlastsTwoLogins() {
    long all = 0;
    for (int attempts = 1; attempts < RetryRule.ATTEMPTS_MAX; attempts++) {
      long wait = wait(Reason.REASON_UNAUTHENTICATED, attempts);
      assertThat(wait).isPositive();
      all += wait;
    }
    assertThat(all).isBetween(2 * SECOND, 5 * SECOND);
    assertThat(wait(Reason.REASON_UNAUTHENTICATED, RetryRule.ATTEMPTS_MAX))
        .isEqualTo(RetryRule.NEVER);
  }

  @Test
  void nodeWhoseClockIsBehindIsAskedAgainWhenItHasCaughtUp() {
    Failure failure = FakeCluster.aheadOfClock(300).getFailure();
    assertThat(RetryRule.isAheadOfClock(failure)).isTrue();
    assertThat(RetryRule.isAheadOfClock(failure.toBuilder().clearAboveHlc().build())).isFalse();
    long until = RetryRule.caughtUpAfterNanos(failure);
    assertThat(until).isEqualTo(300_000_000L);
    assertThat(RetryRule.waitUntilCaughtUp(1, 3, until, random)).as("the next replica").isZero();
    assertThat(RetryRule.waitUntilCaughtUp(2, 3, until, random)).as("the third").isZero();
    assertThat(RetryRule.waitUntilCaughtUp(3, 3, until, random)).isBetween(until, until + SECOND);
    assertThat(RetryRule.waitUntilCaughtUp(RetryRule.ATTEMPTS_MAX, 3, until, random))
        .isEqualTo(RetryRule.NEVER);
    assertThat(RetryRule.caughtUpAfterNanos(failure.toBuilder().clearRetryAfterMs().build()))
        .as("the node does not say")
        .isGreaterThan(60 * SECOND);
  }

  @Test
  void nodeWhoseClockIsBehindIsPassedOverAndNotBlamed() {
    try (FakeCluster cluster = new FakeCluster(3);
        QuorateClient client = cluster.client()) {
      KeyValue kv = client.keyValue();
      FakeNode behind = cluster.coordinator("k");
      behind.script = operation -> FakeCluster.aheadOfClock(60_000);
      int puts = 4 * Breaker.JUDGED_FROM_CALLS;
      for (int i = 0; i < puts; i++) {
        assertThat(kv.put("k", "v")).isNotNull();
      }
      assertThat(behind.operations())
          .as("its breaker stays closed")
          .hasSizeGreaterThan(2 * Breaker.JUDGED_FROM_CALLS);
    }
  }

  @Test
  void writeWaitsUntilTheFirstClockHasCaughtUp() {
    try (FakeCluster cluster = new FakeCluster(3);
        QuorateClient client = cluster.client()) {
      long start = System.nanoTime();
      FakeNode first = cluster.coordinator("k");
      for (FakeNode node : cluster.nodes) {
        node.script =
            operation ->
                System.nanoTime() - start < SECOND / 5
                    ? FakeCluster.aheadOfClock(node == first ? 100 : 60_000)
                    : cluster.serve(operation);
      }
      assertThat(client.keyValue().put("k", "v")).isNotNull();
    }
  }

  @Test
  void writeThatTakesEffectOnceIsAskedForWhileItsOutcomeIsUnknown() {
    int last = RetryRule.ATTEMPTS_MAX - 1;
    for (Reason reason :
        List.of(
            Reason.REASON_UNAVAILABLE,
            Reason.REASON_NOT_SERVING,
            Reason.REASON_OUTCOME_UNKNOWN,
            Reason.REASON_INTERNAL,
            Reason.REASON_UNKNOWN_TENANT)) {
      Failure failure = Failure.newBuilder().setReason(reason).build();
      assertThat(RetryRule.waitNanos(failure, last, 3, false, true, random))
          .as("%s", reason)
          .isPositive();
      assertThat(
              RetryRule.waitNanos(
                  failure.toBuilder().setDecided(true).build(), 1, 3, true, true, random))
          .as("%s, decided", reason)
          .isEqualTo(RetryRule.NEVER);
    }
    assertThat(
            RetryRule.waitNanos(
                Failure.newBuilder().setReason(Reason.REASON_INVALID).build(),
                1,
                3,
                true,
                true,
                random))
        .isEqualTo(RetryRule.NEVER);
  }

  /** Nor does it matter how many tokens are left: it waits in place of being given up. */
  @Test
  void writeThatTakesEffectOnceIsSentAgainHoweverOftenItIsLost() {
    Retries retries = new Retries(new Throttles(0), random, 0);
    Call<WriteResult> repeats = put();
    Call<WriteResult> once = put();
    once.once = true;
    for (Call<WriteResult> call : List.of(repeats, once)) {
      call.losses = 1;
      call.attempts = 1;
      assertThat(retries.waitAfterLoss(call, 0)).isZero();
      call.losses = RetryRule.ATTEMPTS_MAX;
      call.attempts = RetryRule.ATTEMPTS_MAX;
    }
    assertThat(retries.waitAfterLoss(repeats, 0)).isEqualTo(RetryRule.NEVER);
    assertThat(retries.waitAfterLoss(once, 0)).isPositive();
    assertThat(retries.waitAfterLoss(once, 5 * SECOND))
        .as("at its deadline")
        .isEqualTo(RetryRule.NEVER);
  }

  private static Failure overloaded() {
    return Failure.newBuilder().setReason(Reason.REASON_OVERLOADED).setRetryAfterMs(100).build();
  }

  /** It waits for up to half of its time, and then it is one of the ten attempts that there are. */
  @Test
  void whatBecomesOfARefusedCallIsDecidedOnce() {
    Retries retries = new Retries(new Throttles(0), random, 0);
    Call<WriteResult> call = put();
    call.attempts = 5 * RetryRule.ATTEMPTS_MAX;
    assertThat(retries.afterRefusal(call, overloaded(), null, SECOND))
        .isInstanceOf(AfterRefusal.WaitForRoom.class);
    long late =
        2 * SECOND + SECOND / 2 - 50_000_000; // before half of its time, with its wait after
    assertThat(retries.afterRefusal(call, overloaded(), null, late))
        .isInstanceOf(AfterRefusal.GiveUp.class);
    call.attempts = RetryRule.ATTEMPTS_MAX - 1;
    assertThat(retries.afterRefusal(call, overloaded(), null, late))
        .isInstanceOf(AfterRefusal.SendAgain.class);
    assertThat(retries.afterRefusal(call, overloaded(), null, 4 * SECOND + SECOND * 19 / 20))
        .as("at its deadline")
        .isInstanceOf(AfterRefusal.GiveUp.class);
  }

  /** What is asked again is no request for more: it is how the outcome becomes known. */
  @Test
  void writeOfUnknownOutcomeThatTakesEffectOnceWaitsForRoomUntilItsDeadline() {
    Retries retries = new Retries(new Throttles(0), random, 0);
    Call<WriteResult> once = put();
    once.once = true;
    once.attempts = 1;
    assertThat(retries.waitsForRoom(once, 0, 4 * SECOND)).isFalse();
    once.mayHaveApplied = true;
    assertThat(retries.waitsForRoom(once, 0, 4 * SECOND)).isTrue();
    assertThat(retries.afterRefusal(once, overloaded(), null, 4 * SECOND))
        .isInstanceOf(AfterRefusal.WaitForRoom.class);
    Call<WriteResult> repeats = put();
    repeats.attempts = 1;
    repeats.mayHaveApplied = true;
    assertThat(retries.waitsForRoom(repeats, 0, 4 * SECOND)).isFalse();
  }

  @Test
  void writeOfUnknownOutcomeIsSentAgainThoughOthersHaveUsedUpTheirRetries() {
    Throttles throttles = new Throttles(0);
    Retries retries = new Retries(throttles, random, 0);
    throttles.of("t").onRefused(100);
    assertThat(throttles.of("t").isMomentary(SECOND)).isTrue(); // it is folded by then
    Call<WriteResult> other = put();
    other.attempts = 1;
    int sent = 0;
    while (retries.mayLeave(other, SECOND)) {
      sent++;
    }
    assertThat(sent).isEqualTo(200);
    Call<WriteResult> once = put();
    once.once = true;
    once.mayHaveApplied = true;
    once.attempts = 1;
    assertThat(retries.mayLeave(once, SECOND)).isTrue();
    assertThat(once.elsewhere).as("what is given back when it is answered").isEqualTo(1);
  }

  private static Call<WriteResult> put() {
    return new Call.Put<>(
        Face.VALUES, "t", new byte[] {'k'}, null, PutRequest.getDefaultInstance(), 0, 5 * SECOND);
  }

  private long wait(Reason reason, int attempts) {
    return RetryRule.waitNanos(
        Failure.newBuilder().setReason(reason).build(), attempts, 3, true, false, random);
  }

  @Test
  void overloadedNodesAreNotBuriedUnderRetries() {
    try (FakeCluster cluster = new FakeCluster(2);
        QuorateClient client = cluster.client()) {
      AtomicInteger attempts = new AtomicInteger();
      for (FakeNode node : cluster.nodes) {
        node.script =
            operation -> {
              attempts.incrementAndGet();
              return FakeCluster.failed(Reason.REASON_OVERLOADED);
            };
      }
      long start = System.nanoTime();
      int calls = 3000;
      CompletableFuture<?>[] puts = new CompletableFuture<?>[calls];
      for (int i = 0; i < calls; i++) {
        puts[i] = client.asyncKeyValue().put("key-" + i, "v");
      }
      assertThat(CompletableFuture.allOf(puts))
          .failsWithin(Duration.ofSeconds(60))
          .withThrowableThat()
          .withCauseInstanceOf(OverloadedException.class);
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> java.util.Arrays.stream(puts).allMatch(CompletableFuture::isDone));
      // The budget at first, and 20 a second since; how long that was, the machine decides.
      double seconds = (double) (System.nanoTime() - start) / SECOND;
      assertThat(client.counts().retries()).isLessThanOrEqualTo((long) (201 + 20 * seconds));
      assertThat((long) attempts.get()).isLessThanOrEqualTo(calls + client.counts().retries());
    }
  }

  @Test
  void passingTroubleIsNotSeenByTheCaller() {
    try (FakeCluster cluster = new FakeCluster(3);
        QuorateClient client = cluster.client()) {
      AtomicInteger refusals = new AtomicInteger();
      for (FakeNode node : cluster.nodes) {
        node.script =
            operation ->
                refusals.incrementAndGet() <= 2
                    ? FakeCluster.failed(Reason.REASON_UNAVAILABLE)
                    : cluster.serve(operation);
      }
      assertThat(client.keyValue().put("k", "v")).isNotNull();
      assertThat(refusals.get()).isEqualTo(3);
    }
  }

  @Test
  void nodeThatFailsMostOfItsCallsIsLeftAloneAndThenTriedAgain() {
    try (FakeCluster cluster = new FakeCluster(2);
        QuorateClient client = cluster.client()) {
      KeyValue kv = client.keyValue();
      String key = "k";
      FakeNode coordinator = cluster.coordinator(key);
      kv.get(key);
      await()
          .until(
              () -> {
                kv.get(key);
                return !coordinator.frames.isEmpty();
              });
      coordinator.frames.clear();
      coordinator.script = operation -> FakeCluster.failed(Reason.REASON_NOT_SERVING);
      for (int i = 0; i < 100; i++) {
        kv.get(key);
      }
      int asked = coordinator.operations().size();
      assertThat(asked)
          .isBetween(Breaker.JUDGED_FROM_CALLS / 2, 100 - Breaker.JUDGED_FROM_CALLS / 2);

      coordinator.script = cluster::serve;
      await()
          .atMost(Duration.ofSeconds(5))
          .untilAsserted(
              () -> {
                int before = coordinator.operations().size();
                for (int i = 0; i < 20; i++) {
                  kv.get(key);
                }
                assertThat(coordinator.operations().size() - before).isEqualTo(20);
              });
    }
  }

  @Test
  void breakerOpensAtHalfAndTriesAFewCallsAfterAWhile() {
    Breaker breaker = new Breaker("n");
    for (int i = 0; i < Breaker.JUDGED_FROM_CALLS; i++) {
      assertThat(breaker.admits()).isTrue();
      if (i % 2 == 0) {
        breaker.onFailed("not serving");
      } else {
        breaker.onAnswered();
      }
    }
    assertThat(breaker.closed()).isFalse();
    assertThat(breaker.lastFailure()).isEqualTo("not serving");
    assertThat(breaker.admits()).isFalse();
    await().atMost(Breaker.OPEN.multipliedBy(4)).until(breaker::admits);
    for (int i = 1; i < Breaker.TRIAL_CALLS; i++) {
      assertThat(breaker.admits()).isTrue();
    }
    assertThat(breaker.admits()).isFalse();
    for (int i = 0; i < Breaker.TRIAL_CALLS; i++) {
      breaker.onAnswered();
    }
    assertThat(breaker.closed()).isTrue();
  }

  /** Else the caller does not learn why the only node is left alone. */
  @Test
  void callThatNoBreakerLetsThroughSaysWhatTheNodeAnsweredLast() {
    try (FakeCluster cluster = new FakeCluster(1);
        QuorateClient client = cluster.client()) {
      KeyValue kv = client.keyValue();
      kv.get("k");
      cluster.nodes.get(0).script = operation -> FakeCluster.failed(Reason.REASON_NOT_SERVING);
      ReadOptions brief = ReadOptions.DEFAULT.timeout(Duration.ofMillis(100));
      await()
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> kv.get("k", brief))
                      .hasMessageContaining("failed most calls of late, the last with: scripted"));
    }
  }

  @Test
  void answerToAnotherQuestionIsAFaultAndNotAResult() {
    try (FakeCluster cluster = new FakeCluster(1);
        QuorateClient client = cluster.client()) {
      cluster.nodes.get(0).script =
          operation ->
              operation.hasGet()
                  ? cluster.serve(Operation.newBuilder().setPut(putOf(operation)).build())
                  : OperationResult.getDefaultInstance();
      assertThatThrownBy(() -> client.keyValue().get("k"))
          .isInstanceOf(ServerFaultException.class)
          .hasMessageContaining("another question");
    }
  }

  private static io.quorate.proto.v1.PutRequest putOf(Operation get) {
    return io.quorate.proto.v1.PutRequest.newBuilder().setKey(get.getGet().getKey()).build();
  }
}
