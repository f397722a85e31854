package io.quorate.client.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.quorate.client.FieldChange;
import io.quorate.client.FlagKind;
import io.quorate.client.fake.FakeCluster;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
  private final ScriptedNode node = new ScriptedNode(NODE, loop, ChangesInOrderTest::placement);
  private final Engine engine =
      ScriptedClient.engine(
          loop,
          new Admission(10_000, 1L << 30),
          new ClusterView(new Session(1)),
          Map.of(NODE, node),
          NODE);

  private static GetPlacementResponse placement() {
    return ScriptedClient.placement(0xC1, 1, NODE).toBuilder()
        .setHlc(1_700_000_000_000L << 16)
        .addTenants(
            Tenant.newBuilder()
                .setName("likes")
                .setId(7)
                .setReplicationFactor(1)
                .setModel(Tenant.Model.MODEL_MAPS))
        .build();
  }

  @AfterEach
  void end() {
    loop.end(() -> {});
  }

  private ChangeCall change(String key, boolean enabled) {
    ChangeCall call =
        new ChangeCall(
            Face.MAPS,
            "likes",
            FakeCluster.utf8(key),
            null,
            List.of(FieldChange.flag("f", FlagKind.DISABLE_WINS, enabled)),
            loop.nanos(),
            60 * SECOND);
    engine.submit(call);
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

  /** As many are refused, each call is let through by chance. */
  @Test
  void alsoWhileSomeAreHeldBack() {
    engine.start();
    loop.pass(3 * SECOND);
    node.refuses = operation -> isOf(operation, "k") ? null : TOO_MUCH;
    for (int i = 0; i < 100; i++) {
      ChangeCall unused = change("other" + i, true);
    }
    loop.pass(SECOND / 5);
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
}
