package io.quorate.client.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.OverloadedException;
import io.quorate.client.QuorateException;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.Failure.Reason;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.Retries;
import io.quorate.proto.v1.Tenant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What becomes of calls for which nodes have no room, step by step: one node without a network, and
 * a clock that a test moves.
 */
class WaitingRoomTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long SECOND = 1000 * MILLI;
  private static final String NODE = "a:1";

  private static final Failure TOO_MUCH =
      Failure.newBuilder()
          .setReason(Reason.REASON_OVERLOADED)
          .setMessage("too much. Nothing was applied: ask again")
          .setRetryAfterMs(20)
          .build();

  private static final Failure UNKNOWN =
      Failure.newBuilder()
          .setReason(Reason.REASON_OUTCOME_UNKNOWN)
          .setMessage("perhaps")
          .setMayHaveApplied(true)
          .build();

  private final ManualLoop loop = new ManualLoop();
  private final ScriptedNode node = new ScriptedNode(NODE, loop, WaitingRoomTest::placement);
  private final Map<String, ScriptedNode> nodes = new LinkedHashMap<>(Map.of(NODE, node));
  private final List<Call<?>> calls = new ArrayList<>();

  private static GetPlacementResponse placement() {
    return ScriptedClient.placement(0xC1, 1, NODE).toBuilder()
        .addTenants(tenant("once", 7).setRetries(Retries.RETRIES_ONCE))
        .addTenants(tenant("other", 8))
        .build();
  }

  private static Tenant.Builder tenant(String name, int id) {
    return Tenant.newBuilder().setName(name).setId(id).setReplicationFactor(1);
  }

  private Engine client(int callsMax, long bytesMax) {
    Engine engine =
        ScriptedClient.engine(
            loop, new Admission(callsMax, bytesMax), new ClusterView(new Session(1)), nodes, NODE);
    engine.start();
    loop.pass(3 * SECOND);
    return engine;
  }

  @AfterEach
  void end() {
    loop.end(() -> {});
  }

  private Call<?> put(Engine engine, String tenant, int bytes, long timeoutNanos) {
    Call<?> call = ScriptedClient.put(loop, tenant, "k" + calls.size(), bytes, timeoutNanos);
    calls.add(call);
    engine.submit(call);
    return call;
  }

  private static @Nullable QuorateException failure(Call<?> call) {
    return call.future.isCompletedExceptionally()
        ? QuorateException.causeOf(call.future.handle((done, failed) -> failed).join())
        : null;
  }

  private long failed() {
    return calls.stream().filter(call -> call.future.isCompletedExceptionally()).count();
  }

  private long unanswered() {
    return calls.stream().filter(call -> !call.future.isDone()).count();
  }

  /** The first attempt at each operation may have been applied; then there is too much to do. */
  private @Nullable Failure unknownThenTooMuch(Operation operation) {
    boolean first =
        node.operations.stream()
                .filter(each -> each.getPut().getKey().equals(operation.getPut().getKey()))
                .count()
            == 1;
    return first ? UNKNOWN : TOO_MUCH;
  }

  // Who waits, and for how long.

  @Test
  void writeOfUnknownOutcomeThatTakesEffectOnceIsSentAgainUntilItsDeadline() {
    Engine engine = client(100, 1 << 20);
    node.refuses = this::unknownThenTooMuch;
    Call<?> once = put(engine, "once", 10, 20 * SECOND);
    Call<?> repeats = put(engine, "default", 10, 20 * SECOND);
    loop.pass(15 * SECOND);
    assertThat(once.future).isNotDone();
    assertThat(failure(repeats)).isInstanceOf(OutcomeUnknownException.class);
    node.refuses = operation -> null;
    loop.pass(2 * SECOND);
    assertThat(once.future).isCompleted();
  }

  @Test
  void writeOfUnknownOutcomeDoesNotSayThatNothingWasApplied() {
    Engine engine = client(100, 1 << 20);
    node.refuses = this::unknownThenTooMuch;
    Call<?> once = put(engine, "once", 10, 20 * SECOND);
    loop.pass(21 * SECOND);
    assertThat(failure(once))
        .isInstanceOf(OutcomeUnknownException.class)
        .hasMessageContaining("too much")
        .hasMessageContaining("an earlier attempt may have been applied")
        .hasMessageNotContaining("othing was applied");
  }

  @Test
  void whoDoesNotWaitHearsOfRefusalsInHalfOfItsTime() {
    Engine engine = client(10_000, 1 << 20);
    node.refuses = operation -> TOO_MUCH;
    for (int i = 0; i < 300; i++) { // more than may be tried again otherwise
      put(engine, "default", 10, 60 * SECOND);
    }
    Call<?> hasty = put(engine, "default", 10, 2 * SECOND);
    loop.pass(900 * MILLI);
    assertThat(hasty.future).isNotDone();
    loop.pass(200 * MILLI);
    assertThat(failure(hasty))
        .isInstanceOf(OverloadedException.class)
        .hasMessageContaining("Nothing was applied: ask again");
    assertThat(failed()).as("the others have more time").isEqualTo(1);
  }

  // One tenant does not take the place of the others.

  private void refuseDefault() {
    node.refuses = operation -> operation.getPut().getTenant().equals("default") ? TOO_MUCH : null;
  }

  @Test
  void oneTenantThatIsRefusedLeavesHalfOfAllPlacesToTheOthers() {
    Engine engine = client(100, 1 << 20);
    refuseDefault();
    for (int i = 0; i < 100; i++) {
      put(engine, "default", 10, 60 * SECOND);
    }
    loop.pass(SECOND);
    assertThat(unanswered()).isEqualTo(50);
    assertThat(failed()).as("told at once").isEqualTo(50);
    for (int i = 0; i < 50; i++) {
      Call<?> other = put(engine, "other", 10, 60 * SECOND);
      loop.pass(0);
      assertThat(other.future).isCompleted();
    }
    node.refuses = operation -> null;
    loop.pass(5 * SECOND);
    assertThat(failed()).isEqualTo(50);
    assertThat(unanswered()).isZero();
  }

  @Test
  void norDoesItTakeMoreThanHalfOfAllBytes() {
    Engine engine = client(100, 1 << 20);
    refuseDefault();
    for (int i = 0; i < 15; i++) {
      put(engine, "default", 64 << 10, 60 * SECOND);
    }
    loop.pass(SECOND);
    assertThat(unanswered()).isBetween(7L, 8L);
    Call<?> other = put(engine, "other", 400 << 10, 60 * SECOND);
    loop.pass(0);
    assertThat(other.future).isCompleted();
  }

  /** What became of them could not be told. */
  @Test
  void writesOfUnknownOutcomeWaitHoweverManyThereAre() {
    Engine engine = client(100, 1 << 20);
    node.refuses = this::unknownThenTooMuch;
    for (int i = 0; i < 100; i++) {
      put(engine, "once", 10, 20 * SECOND);
    }
    loop.pass(5 * SECOND);
    assertThat(unanswered()).isEqualTo(100);
  }

  @Test
  void placesOfThoseThatAreDoneAreFreeAgain() {
    Engine engine = client(100, 1 << 20);
    refuseDefault();
    for (int round = 0; round < 5; round++) {
      int before = calls.size();
      for (int i = 0; i < 40; i++) {
        put(engine, "default", 10, SECOND);
      }
      loop.pass(100 * MILLI);
      assertThat(calls.subList(before, before + 40)).noneMatch(call -> call.future.isDone());
      loop.pass(2 * SECOND);
      assertThat(unanswered()).isZero();
      node.refuses = operation -> null; // else refusals would last
      put(engine, "default", 10, SECOND);
      loop.pass(3 * SECOND);
      refuseDefault();
    }
  }

  // Who asks the throttle before the first attempt.

  /** Makes calls, which are begun by {@link #sentOf}. */
  private List<Call<?>> made(int number, Patience patience) {
    List<Call<?>> made = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      Call<?> call = ScriptedClient.put(loop, "default", "m" + calls.size(), 10, 60 * SECOND);
      call.patience = patience;
      calls.add(call);
      made.add(call);
    }
    return made;
  }

  /** Returns how many of these calls go to the node at once. */
  private int sentOf(Engine engine, List<Call<?>> made) {
    int before = node.operations.size();
    made.forEach(engine::submit);
    loop.pass(0);
    return node.operations.size() - before;
  }

  @Test
  void callsForWhichAThreadWaitsTakeTheirTurnAndThoseOfABatchDoNot() {
    Engine engine = client(100_000, 1 << 30);
    node.refuses = operation -> TOO_MUCH;
    assertThat(sentOf(engine, made(100, Patience.WAITS))).as("before any refusal").isEqualTo(100);
    loop.pass(SECOND);
    assertThat(sentOf(engine, made(100, Patience.WAITS))).isLessThan(20);
    assertThat(sentOf(engine, made(100, Patience.PACED))).as("the batch asks less").isEqualTo(100);
    assertThat(sentOf(engine, made(100, Patience.NONE))).as("for a moment").isLessThan(20);
    assertThat(failed()).as("the others wait").isEqualTo(100);
  }

  /** Else the throttle would hold them back twice, and nodes have less to do than they can. */
  @Test
  void callsThatWereLetThroughWhenTheyWereMadeAreNotHeldBackAgain() {
    Engine engine = client(100_000, 1 << 30);
    node.refuses = operation -> TOO_MUCH;
    int unused = sentOf(engine, made(300, Patience.WAITS));
    loop.pass(2 * SECOND);
    List<Call<?>> madeInTime = made(100, Patience.NONE);
    loop.pass(3 * SECOND);
    assertThat(sentOf(engine, made(100, Patience.NONE))).as("refusals last").isEqualTo(100);
    assertThat(sentOf(engine, madeInTime)).as("no one has judged them").isLessThan(20);
    assertThat(sentOf(engine, made(100, Patience.WAITS))).isLessThan(20);
  }

  // A node that pauses.

  /** The first calls are answered when the pause is over, and those after that at once. */
  private void pauseFor(long nanos) {
    node.answersTakeNanos = nanos;
    node.refuses =
        operation -> {
          if (node.operations.size() > InFlight.MAX) {
            node.answersTakeNanos = MILLI;
          }
          return null;
        };
  }

  private void putForASecond(Engine engine) {
    for (int i = 0; i < InFlight.MAX; i++) {
      put(engine, "default", 10, 6 * SECOND);
    }
    for (int i = 0; i < 100; i++) {
      loop.pass(10 * MILLI);
      for (int j = 0; j < 20; j++) {
        put(engine, "default", 10, 6 * SECOND);
      }
    }
  }

  @Test
  void aPauseOfANodeIsWaitedOut() {
    Engine engine = client(65_536, 64 << 20);
    pauseFor(1200 * MILLI);
    putForASecond(engine);
    assertThat(node.operations.size()).isEqualTo(InFlight.MAX);
    assertThat(failed()).isZero();
    loop.pass(4 * SECOND);
    assertThat(failed()).isZero();
    assertThat(unanswered()).isZero();
    assertThat(engine.counts().heldBack()).as("none of them has failed").isZero();
  }

  @Test
  void aNodeThatStopsIsNotWaitedForUntilTheEnd() {
    Engine engine = client(65_536, 64 << 20);
    pauseFor(60 * SECOND);
    putForASecond(engine);
    loop.pass(3500 * MILLI);
    assertThat(calls.subList(calls.size() - 20, calls.size()))
        .as("half of their time is over")
        .allMatch(call -> failure(call) instanceof OverloadedException);
    assertThat(failure(calls.get(calls.size() - 1)))
        .hasMessageContaining("there was no room in its lines");
  }

  // Very many.

  @Test
  void manyThatWaitCostFewTasksAndFewAttempts() {
    Engine engine = client(1_000_000, 1L << 30);
    node.refuses = operation -> TOO_MUCH;
    putMany(engine, 2_000);
    assertThat(unanswered()).as("all wait").isEqualTo(100_000);
    assertThat(loop.scheduled()).isLessThan(20);
    assertThat(node.operations.size())
        .as("those of the first moment, 2 % of the others, and a few that find out")
        .isLessThan(8_000);
    node.refuses = operation -> null;
    putMany(engine, 1_000);
    loop.pass(2 * SECOND);
    assertThat(failed()).isZero();
    assertThat(unanswered()).isZero();
  }

  private void putMany(Engine engine, int milliseconds) {
    for (int i = 0; i < milliseconds; i++) {
      loop.pass(MILLI);
      for (int j = 0; j < 50; j++) {
        put(engine, "default", 10, 60 * SECOND);
      }
    }
  }
}
