package io.quorate.client.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.ClientClosedException;
import io.quorate.client.FieldChange;
import io.quorate.client.FlagKind;
import io.quorate.client.WrongModelException;
import io.quorate.client.fake.FakeCluster;
import io.quorate.proto.v1.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How the updates of one key end that wait for each other, and are more than a stack is deep. */
class LongLinesTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final String NODE = "a:1";

  private final ManualLoop loop = new ManualLoop();
  private final ScriptedNode node =
      new ScriptedNode(NODE, loop, () -> ScriptedClient.likes(NODE, Tenant.Model.MODEL_COUNTERS));
  private final Engine engine =
      ScriptedClient.engine(
          loop,
          new Admission(100_000, 1L << 30),
          new ClusterView(new Session(1)),
          Map.of(NODE, node),
          NODE);

  @AfterEach
  void end() {
    loop.end(() -> {});
  }

  /** Each undoes what the one before does, so that it waits for that. */
  private List<ChangeCall> switchOnAndOff() {
    List<ChangeCall> calls = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      ChangeCall call =
          new ChangeCall(
              Face.MAPS,
              "likes",
              FakeCluster.utf8("k"),
              null,
              List.of(FieldChange.flag("f", FlagKind.DISABLE_WINS, i % 2 == 0)),
              loop.nanos(),
              600 * SECOND);
      engine.submit(call);
      calls.add(call);
    }
    assertThat(calls).noneMatch(call -> call.future.isDone());
    assertThat(calls.get(1).within).as("another update").isNotSameAs(calls.get(0).within);
    return calls;
  }

  private static void assertThatAllFailed(List<ChangeCall> calls, Class<?> how) {
    assertThat(calls).allMatch(call -> call.future.isCompletedExceptionally());
    for (ChangeCall call : List.of(calls.get(0), calls.get(calls.size() - 1))) {
      assertThatThrownBy(call.future::join).cause().isInstanceOf(how);
    }
  }

  @Test
  void theClientIsClosed() {
    node.up = false;
    engine.start();
    List<ChangeCall> calls = switchOnAndOff();
    engine.close(() -> {});
    assertThatAllFailed(calls, ClientClosedException.class);
  }

  @Test
  void theirTenantTurnsOutToBeOfAnotherModel() {
    node.answersAfterNanos = SECOND / 2;
    engine.start();
    List<ChangeCall> calls = switchOnAndOff();
    loop.pass(SECOND);
    assertThatAllFailed(calls, WrongModelException.class);
    assertThat(node.operations).isEmpty();
  }
}
