package io.quorate.client.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.OverloadedException;
import io.quorate.client.QuorateException;
import io.quorate.client.fake.FakeCluster;
import io.quorate.proto.v1.Condition;
import io.quorate.proto.v1.DeleteRequest;
import io.quorate.proto.v1.PutRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The value that a condition names counts as one that is stored does. */
class LongConditionsTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final String NODE = "a:1";
  private static final int MIB = 1 << 20;

  private final ManualLoop loop = new ManualLoop();
  private final ScriptedNode node =
      new ScriptedNode(NODE, loop, () -> ScriptedClient.placement(0xC1, 1, NODE));
  private final Engine engine =
      ScriptedClient.engine(
          loop,
          new Admission(1000, 64L * MIB),
          new ClusterView(new Session(1)),
          Map.of(NODE, node),
          NODE);

  @BeforeEach
  void connect() {
    engine.start();
    loop.pass(3 * SECOND);
  }

  @AfterEach
  void end() {
    loop.end(() -> {});
  }

  private static Condition condition(int bytes) {
    return Condition.newBuilder().setValue(ByteString.copyFrom(new byte[bytes])).build();
  }

  private Call<?> delete(String name, int bytes) {
    byte[] key = FakeCluster.utf8(name);
    Call<?> call =
        new Call.Delete<>(
            Face.VALUES,
            "default",
            key,
            null,
            DeleteRequest.newBuilder()
                .setKey(ByteString.copyFrom(key))
                .setCondition(condition(bytes))
                .build(),
            loop.nanos(),
            10 * SECOND);
    engine.submit(call);
    return call;
  }

  private Call<?> put(String name, int bytes) {
    byte[] key = FakeCluster.utf8(name);
    Call<?> call =
        new Call.Put<>(
            Face.VALUES,
            "default",
            key,
            null,
            PutRequest.newBuilder()
                .setKey(ByteString.copyFrom(key))
                .setCondition(condition(bytes))
                .build(),
            loop.nanos(),
            10 * SECOND);
    engine.submit(call);
    return call;
  }

  private static QuorateException failureOf(Call<?> call) {
    assertThat(call.future).isCompletedExceptionally();
    return QuorateException.causeOf(call.future.handle((done, failed) -> failed).join());
  }

  /** A message that is longer than its node reads ends the stream of all calls. */
  @Test
  void noMessageIsLongerThanItsNodeReads() {
    List<Call<?>> calls = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      calls.add(delete("d" + i, 4 * MIB));
    }
    for (int i = 0; i < 6; i++) {
      calls.add(put("p" + i, 4 * MIB));
    }
    loop.pass(SECOND);
    assertThat(calls).allMatch(call -> call.future.isDone());
    assertThat(node.operations).hasSize(12);
    assertThat(node.frameBytes)
        .allMatch(bytes -> bytes <= Bounds.DEFAULT.messageBytes(), "is read")
        .hasSizeGreaterThan(1);
  }

  @Test
  void aWriteWhoseConditionNoMessageHoldsFailsAlone() {
    node.answersTakeNanos = SECOND;
    Call<?> other = ScriptedClient.put(loop, "k");
    engine.submit(other);
    loop.pass(0);
    Call<?> put = put("p", 20 * MIB);
    Call<?> delete = delete("d", 20 * MIB);
    loop.pass(SECOND / 2);
    assertThat(failureOf(put))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("not sent, as it has 209");
    assertThat(failureOf(delete)).isInstanceOf(InvalidRequestException.class);
    assertThat(node.operations).as("what was sent").hasSize(1);
    assertThat(other.future).isNotDone();
    loop.pass(SECOND);
    assertThat(other.future).isCompleted();
    assertThat(other.attempts).isEqualTo(1);
  }

  @Test
  void whatIsUnansweredIsBoundedWithIt() {
    node.answersTakeNanos = SECOND;
    for (int i = 0; i < 15; i++) {
      assertThat(delete("d" + i, 4 * MIB).future).isNotDone();
    }
    assertThat(failureOf(delete("one more", 4 * MIB))).isInstanceOf(OverloadedException.class);
    assertThat(failureOf(put("one more", 4 * MIB))).isInstanceOf(OverloadedException.class);
  }
}
