package io.quorate.client.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.quorate.client.QuorateException;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.Failure.Reason;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is said of a call that no node has got. */
class UnreachedTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final ManualLoop loop = new ManualLoop();
  private final ScriptedNode node =
      new ScriptedNode("a:1", loop, () -> ScriptedClient.placement(0xC1, 1, "a:1"));
  private final Engine engine =
      ScriptedClient.engine(loop, new ClusterView(new Session(1)), Map.of("a:1", node), "a:1");

  @AfterEach
  void end() {
    loop.end(() -> {});
  }

  private Call<?> put(long timeoutNanos) {
    Call<?> put = ScriptedClient.put(loop, "default", "k", 0, timeoutNanos);
    engine.submit(put);
    return put;
  }

  /** Its login was over for a moment, and then it failed what it was sent for another reason. */
  @Test
  void aConnectedNodeThatRefusedTheClientOnceDoesNotDenyWhatItDoesNotGet() {
    engine.start();
    loop.pass(3_000 * MILLI);
    node.refusal = Failure.newBuilder().setReason(Reason.REASON_UNAUTHENTICATED).build();
    node.questionRefusal = node.refusal;
    node.questionRefusedWith = Status.UNAUTHENTICATED;
    Call<?> first = put(60_000 * MILLI);
    loop.pass(10 * MILLI);
    node.refusal = null;
    node.questionRefusal = null;
    loop.pass(10_000 * MILLI);
    assertThat(first.future).isCompleted();
    Connection connection = engine.nodes().at("a:1");
    assertThat(connection.trouble().denied()).isTrue();
    while (connection.breaker().admits()) {
      connection.breaker().onFailed("a fault");
    }
    Call<?> second = put(20 * MILLI);
    loop.pass(100 * MILLI);
    assertThatThrownBy(second.future::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOf(QuorateException.class)
        .hasMessageContaining("no Quorate node could be asked within")
        .hasMessageContaining("a fault");
  }
}
