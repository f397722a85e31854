package io.quorate.client.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a client keeps while no node can be reached. */
class ParkedCallsTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final String NODE = "a:1";

  private final ManualLoop loop = new ManualLoop();
  private final ScriptedNode node =
      new ScriptedNode(NODE, loop, () -> ScriptedClient.placement(0xC1, 1, NODE));
  private final Engine engine =
      ScriptedClient.engine(loop, new ClusterView(new Session(1)), Map.of(NODE, node), NODE);

  @AfterEach
  void end() {
    loop.end(() -> {});
  }

  private WeakReference<Object> submit(int i) {
    Call<?> call = ScriptedClient.put(loop, "default", "k" + i, 0, SECOND);
    engine.submit(call);
    return new WeakReference<>(call);
  }

  /** It is not kept until the time of one is over that is parked before it, and has more. */
  @Test
  void aCallWhoseTimeIsOverIsNotKept() {
    engine.start();
    loop.pass(3 * SECOND);
    node.up = false;
    node.breaksConnections();
    loop.pass(SECOND);
    Call<?> patient = ScriptedClient.put(loop, "patient");
    engine.submit(patient);
    List<WeakReference<Object>> hasty = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      hasty.add(submit(i));
    }
    loop.pass(2 * SECOND);
    assertThat(patient.future).isNotDone();
    await()
        .until(
            () -> {
              System.gc();
              return hasty.stream().allMatch(call -> call.refersTo(null));
            });
  }
}
