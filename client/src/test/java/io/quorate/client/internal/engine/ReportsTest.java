package io.quorate.client.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.proto.v1.Failure;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What counts against a node, and what does not. */
class ReportsTest {
  private final ManualLoop loop = new ManualLoop();
  private final ScriptedNode node =
      new ScriptedNode("a:1", loop, () -> ScriptedClient.placement(0xC1, 1, "a:1"));
  private final Engine engine =
      ScriptedClient.engine(loop, new ClusterView(new Session(1)), Map.of("a:1", node), "a:1");
  private final Reports reports = new Reports(new Throttles(0), new CallCounts());

  @AfterEach
  void end() {
    loop.end(() -> {});
  }

  /** Else calls that find no room in front of a node that is stopped would speak for it. */
  @Test
  void aLineWithoutRoomSpeaksForANodeOnlyIfThatWasHeardLately() {
    engine.start();
    loop.pass(TimeUnit.SECONDS.toNanos(1));
    Connection connection = engine.nodes().at("a:1");
    node.silent = true;
    node.answersTakeNanos = TimeUnit.HOURS.toNanos(1);
    engine.submit(ScriptedClient.put(loop, "unanswered"));
    loop.pass(TimeUnit.SECONDS.toNanos(1));
    assertThat(connection.ready()).isTrue();
    assertThat(connection.heardLately(loop.nanos())).isFalse();
    Call<?> call = ScriptedClient.put(loop, "k");
    fail(connection, call, Breaker.JUDGED_FROM_CALLS / 2);
    for (int i = 0; i < Breaker.WINDOW_CALLS / 2; i++) {
      assertThat(connection.breaker().admits()).isTrue();
      reports.onBehind(connection, call, 10, loop.nanos());
    }
    fail(connection, call, Breaker.JUDGED_FROM_CALLS / 2);
    assertThat(connection.breaker().closed()).isFalse();
  }

  private void fail(Connection connection, Call<?> call, int times) {
    Failure failure = Failure.newBuilder().setReason(Failure.Reason.REASON_INTERNAL).build();
    for (int i = 0; i < times; i++) {
      assertThat(connection.breaker().admits()).isTrue();
      reports.onRefused(connection, call, failure, loop.nanos());
    }
  }
}
