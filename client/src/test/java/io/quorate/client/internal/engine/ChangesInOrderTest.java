package io.quorate.client.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.quorate.client.FieldChange;
import io.quorate.client.FlagKind;
import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.fake.FakeCluster;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.Tenant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Changes of one key take effect in the order in which they were asked for. */
class ChangesInOrderTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final String NODE = "a:1";

  private static final Failure TOO_MUCH =
      Failure.newBuilder()
          .setReason(Failure.Reason.REASON_OVERLOADED)
          .setMessage("too much")
          .setRetryAfterMs(20)
          .build();

  private final ManualLoop loop = new ManualLoop();
  private final ScriptedNode node =
      new ScriptedNode(NODE, loop, () -> ScriptedClient.likes(NODE, Tenant.Model.MODEL_MAPS));
  private final Engine engine =
      ScriptedClient.engine(
          loop,
          new Admission(10_000, 1L << 30),
          new ClusterView(new Session(1)),
          Map.of(NODE, node),
          NODE);

  @AfterEach
  void end() {
    loop.end(() -> {});
  }

  private ChangeCall change(String key, boolean enabled) {
    return change(key, enabled, Patience.NONE);
  }

  private ChangeCall change(String key, boolean enabled, Patience patience) {
    return change(engine, key, enabled, patience);
  }

  private ChangeCall change(Engine by, String key, boolean enabled, Patience patience) {
    ChangeCall call =
        new ChangeCall(
            Face.MAPS,
            "likes",
            FakeCluster.utf8(key),
            null,
            List.of(FieldChange.flag("f", FlagKind.DISABLE_WINS, enabled)),
            loop.nanos(),
            60 * SECOND);
    call.patience = patience;
    by.submit(call);
    return call;
  }

  private static boolean isOf(Operation operation, String key) {
    return operation.getUpdate().getKey().toStringUtf8().equals(key);
  }

  /** What the node was told of the flag of a key: each change takes the other state away first. */
  private List<ByteString> told(String key) {
    return node.operations.stream()
        .filter(operation -> isOf(operation, key))
        .map(operation -> operation.getUpdate().getFields(0).getChanges(0).getRemove())
        .toList();
  }

  /** From here on, all is refused but what is of key k. */
  private void refuseOthers() {
    engine.start();
    loop.pass(3 * SECOND);
    node.refuses = operation -> isOf(operation, "k") ? null : TOO_MUCH;
    changeOthers();
    loop.pass(SECOND / 5);
  }

  private void changeOthers() {
    for (int i = 0; i < 100; i++) {
      ChangeCall unused = change("other" + i, true);
    }
  }

  /** As many are refused, each call is let through by chance. */
  @Test
  void alsoWhileSomeAreHeldBack() {
    refuseOthers();
    List<ChangeCall> calls = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      calls.add(change("k", i % 2 == 0));
      loop.pass(SECOND / 100);
    }
    assertThat(calls).as("some are held back").anyMatch(call -> !call.future.isDone());
    node.refuses = operation -> null;
    loop.pass(20 * SECOND);
    assertThat(calls)
        .allMatch(call -> call.future.isDone() && !call.future.isCompletedExceptionally());
    List<ByteString> told = told("k");
    assertThat(told).as("none joins another one's update").hasSize(calls.size());
    for (int i = 1; i < told.size(); i++) {
      assertThat(told.get(i)).as("change " + i).isNotEqualTo(told.get(i - 1));
    }
    assertThat(change("k", true).future).as("nothing is held back any more").isNotDone();
    loop.pass(0);
    assertThat(told("k")).hasSize(calls.size() + 1);
  }

  /** The thread that waits may be the one that asked before, and did not wait. */
  @Test
  void whatAThreadWaitsForComesAfterWhatItAskedForBefore() {
    refuseOthers();
    ChangeCall before = heldBack();
    int told = told("k").size();
    List<ChangeCall> waiting = new ArrayList<>();
    for (int i = 0; i < 200; i++) { // the throttle alone would let some of them through
      waiting.add(change("k", true, Patience.WAITS));
    }
    loop.pass(0);
    assertThat(before.future).isNotDone();
    assertThat(told("k")).hasSize(told);
    node.refuses = operation -> null;
    loop.pass(20 * SECOND);
    assertThat(before.future).isCompleted();
    assertThat(waiting).allMatch(call -> call.future.isDone());
  }

  /** Returns a change of key k that is held back. */
  private ChangeCall heldBack() {
    ChangeCall call = change("k", false);
    loop.pass(0);
    for (int i = 0; call.future.isDone(); i++) {
      assertThat(i).isLessThan(200);
      call = change("k", false);
      loop.pass(0);
    }
    return call;
  }

  /** Each of them asks for nothing else until it is told, so that no order is lost. */
  @Test
  void threadsThatWaitForChangesOfAKeyDoNotKeepTheOthersFromIt() {
    refuseOthers();
    for (int i = 0; i < 50; i++) { // until refusals are no matter of a moment
      changeOthers();
      loop.pass(SECOND / 10);
    }
    List<ChangeCall> waiting = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      waiting.add(change("k", true, Patience.WAITS));
    }
    loop.pass(0);
    assertThat(waiting).as("are held back").anyMatch(call -> !call.future.isDone());
    ChangeCall other = change("k", false);
    loop.pass(0);
    assertThat(other.future).isCompleted();
    assertThat(waiting).as("still are").anyMatch(call -> !call.future.isDone());
  }

  /** The thread goes on, and may take back what it asked for. */
  @Test
  void whatAnInterruptedThreadWaitedForIsNotSentAfterWhatItAsksForNext() {
    refuseOthers();
    for (int i = 0; i < 50; i++) { // until refusals are no matter of a moment
      changeOthers();
      loop.pass(SECOND / 10);
    }
    List<ChangeCall> waiting = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      waiting.add(change("k", true, Patience.WAITS));
    }
    loop.pass(0);
    waiting.removeIf(call -> call.future.isDone());
    assertThat(waiting).as("held back").isNotEmpty();
    waiting.forEach(ChangesInOrderTest::waitInterrupted);
    ChangeCall next = change("k", false);
    loop.pass(0);
    assertThat(next.future).isCompleted();
    int told = told("k").size();
    node.refuses = operation -> null;
    loop.pass(20 * SECOND);
    assertThat(told("k")).hasSize(told);
    assertThat(waiting).allMatch(call -> call.done);
    assertThat(change("k", true).future).as("nothing is held back any more").isNotDone();
    loop.pass(0);
    assertThat(told("k")).hasSize(told + 1);
  }

  @Test
  void neitherIsWhatWaitedForRoomOfTheClient() {
    Engine small =
        ScriptedClient.engine(
            loop,
            new Admission(1, 1L << 30),
            new ClusterView(new Session(1)),
            Map.of(NODE, node),
            NODE);
    small.start();
    loop.pass(3 * SECOND);
    ChangeCall first = change(small, "other", true, Patience.NONE);
    ChangeCall waiting = change(small, "k", true, Patience.WAITS);
    waitInterrupted(waiting);
    List<ChangeCall> next = new ArrayList<>();
    var unused = // there is room, and the one that waits has not been looked after yet
        first.future.thenRun(() -> next.add(change(small, "k", false, Patience.NONE)));
    loop.pass(SECOND);
    assertThat(next).singleElement().matches(call -> !call.future.isCompletedExceptionally());
    assertThat(told("k")).hasSize(1);
    assertThat(waiting.done).isTrue();
  }

  private static void waitInterrupted(ChangeCall call) {
    Waiting waiting = new Waiting(() -> false, () -> false);
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> waiting.forWrite(call.future))
          .isInstanceOf(OutcomeUnknownException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  /** The time that is given is that of now, however long others of the key have waited. */
  @Test
  void whatWaitsBehindAnotherOneIsToldWhatHoldsNow() {
    refuseOthers();
    ChangeCall first = heldBack();
    node.refuses =
        operation -> isOf(operation, "k") ? null : TOO_MUCH.toBuilder().setRetryAfterMs(70).build();
    changeOthers();
    loop.pass(SECOND / 10);
    ChangeCall second = change("k", false);
    loop.pass(0);
    assertThat(first.heldBack).isNotNull();
    assertThat(Objects.requireNonNull(second.heldBack).retryAfter())
        .isEqualTo(Duration.ofMillis(70));
  }
}
