package io.quorate.client.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.DeadlineExceededException;
import io.quorate.client.FieldChange;
import io.quorate.client.FieldKind;
import io.quorate.client.OverloadedException;
import io.quorate.client.QuorateException;
import io.quorate.client.UnavailableException;
import io.quorate.client.fake.FakeCluster;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.Failure.Reason;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.Tenant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What a caller is told whose time is over before the update was sent that has its changes: what
 * that update waited for. Another caller has more time, so that the update goes on.
 */
class LeftUpdatesTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long SECOND = 1000 * MILLI;
  private static final String NODE = "a:1";
  private static final long NOW = 1_700_000_000_000L << 16;

  private final ManualLoop loop = new ManualLoop();
  private final ScriptedNode node = new ScriptedNode(NODE, loop, this::placement);
  private final Engine engine =
      ScriptedClient.engine(
          loop,
          new Admission(100_000, 1L << 30),
          new ClusterView(new Session(1)),
          Map.of(NODE, node),
          NODE);
  private long clock = NOW;

  private GetPlacementResponse placement() {
    return ScriptedClient.placement(0xC1, 1, NODE).toBuilder()
        .setHlc(clock)
        .addTenants(
            Tenant.newBuilder()
                .setName("likes")
                .setId(7)
                .setReplicationFactor(1)
                .setModel(Tenant.Model.MODEL_COUNTERS))
        .build();
  }

  private void start() {
    engine.start();
    loop.pass(3 * SECOND);
  }

  @AfterEach
  void end() {
    loop.end(() -> {});
  }

  private ChangeCall count(long timeoutNanos) {
    ChangeCall call =
        new ChangeCall(
            Face.COUNTERS,
            "likes",
            FakeCluster.utf8("k"),
            null,
            List.of(FieldChange.count("", FieldKind.COUNTER, FieldChange.Operation.ADD, 1)),
            loop.nanos(),
            timeoutNanos);
    engine.submit(call);
    return call;
  }

  /** Returns what the hasty one of two callers is told after 300 ms. */
  private QuorateException told() {
    ChangeCall patient = count(20 * SECOND);
    ChangeCall hasty = count(300 * MILLI);
    loop.pass(0);
    assertThat(hasty.carrier()).as("one update").isNotSameAs(hasty).isSameAs(patient.carrier());
    loop.pass(400 * MILLI);
    assertThat(hasty.future).isCompletedExceptionally();
    assertThat(patient.future).isNotDone();
    QuorateException told =
        QuorateException.causeOf(hasty.future.handle((done, failed) -> failed).join());
    assertThat(told.mayHaveApplied()).isFalse();
    assertThat(told).hasMessageStartingWith("update of key 'k' of tenant 'likes'");
    return told;
  }

  private void fill() {
    node.answersTakeNanos = 60 * SECOND;
    for (int i = 0; i < InFlight.MAX; i++) {
      engine.submit(ScriptedClient.put(loop, "k" + i));
    }
    loop.pass(0);
    assertThat(node.operations).hasSize(InFlight.MAX);
  }

  /** Has calls wait that come after those which the node was sent. */
  private void queue(int calls) {
    for (int i = 0; i < calls; i++) {
      engine.submit(ScriptedClient.put(loop, "l" + i));
    }
    loop.pass(0);
    assertThat(node.operations).hasSize(InFlight.MAX);
  }

  @Test
  void thatItStoodInTheLineOfANode() {
    start();
    fill();
    queue(5);
    assertThat(told())
        .isInstanceOf(DeadlineExceededException.class)
        .hasMessageContaining("could not be sent to " + NODE)
        .hasMessageContaining(" within 3")
        .hasMessageEndingWith(" ms, as 5 calls of this client wait for it")
        .hasMessageNotContaining("could be asked");
  }

  @Test
  void thatItStoodInTheLineOfANodeWithOneOtherCall() {
    start();
    fill();
    queue(1);
    assertThat(told())
        .isInstanceOf(DeadlineExceededException.class)
        .hasMessageEndingWith(" ms, as 1 call of this client waits for it");
  }

  @Test
  void thatItAloneStoodInTheLineOfANode() {
    start();
    fill();
    assertThat(told())
        .isInstanceOf(DeadlineExceededException.class)
        .hasMessageContaining("could not be sent to " + NODE)
        .hasMessageEndingWith(" ms");
  }

  /** As with updates. */
  @Test
  void whatOtherCallsAreToldThatStoodInTheLineOfANode() {
    start();
    fill();
    queue(5);
    Call<?> hasty = ScriptedClient.put(loop, "default", "k", 0, 300 * MILLI);
    engine.submit(hasty);
    loop.pass(400 * MILLI);
    assertThat(QuorateException.causeOf(hasty.future.handle((done, failed) -> failed).join()))
        .isInstanceOf(DeadlineExceededException.class)
        .hasMessageContaining("could not be sent to " + NODE)
        .hasMessageEndingWith(" ms, as 5 calls of this client wait for it");
  }

  @Test
  void thatTheLineOfTheNodeHadNoRoomForIt() {
    start();
    fill();
    for (int i = 0; i < 10_000; i++) {
      engine.submit(ScriptedClient.put(loop, "l" + i));
    }
    loop.pass(2 * SECOND);
    assertThat(told())
        .isInstanceOf(OverloadedException.class)
        .hasMessageContaining("calls of this client wait to be sent to " + NODE)
        .hasMessageNotContaining("could be asked");
  }

  @Test
  void thatNoNodeToldTheClock() {
    clock = 0;
    start();
    assertThat(told())
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("no node told the cluster's clock");
  }

  @Test
  void thatNoNodeCouldBeAsked() {
    start();
    node.up = false;
    node.breaksConnections();
    assertThat(told())
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("no Quorate node could be asked within 3");
  }

  /** It was asked, had the update made by another writer, and was gone before it could be sent. */
  @Test
  void whatANodeThatIsGoneSaidOfIt() {
    start();
    node.refuses =
        operation -> {
          node.up = false;
          loop.execute(() -> loop.execute(node::breaksConnections)); // after its answer
          return Failure.newBuilder()
              .setReason(Reason.REASON_STAMP_TOO_LOW)
              .setAboveHlc(NOW + 1)
              .setMessage("the writer is too old")
              .build();
        };
    assertThat(told())
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("no Quorate node carried it out within 3")
        .hasMessageContaining("the last refusal was by " + NODE + ": the writer is too old")
        .hasMessageNotContaining("could be asked");
  }
}
