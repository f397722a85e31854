package io.quorate.client.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which calls wait while no node can be reached, or none that has not refused them. */
class ParkedTest {
  private final ManualLoop loop = new ManualLoop();
  private final ScriptedNode node =
      new ScriptedNode("a:1", loop, () -> ScriptedClient.placement(1, 1));
  private final Connection connection =
      ScriptedClient.engine(loop, new ClusterView(new Session(1)), Map.of("a:1", node), "a:1")
          .nodes()
          .at("a:1");
  private final Parked parked = new Parked(loop.nanos());
  private final List<Call<?>> given = new ArrayList<>();

  @AfterEach
  void end() {
    loop.end(() -> {});
  }

  private Call<?> park(String name, boolean refused) {
    Call<?> call = ScriptedClient.put(loop, name);
    if (refused) {
      call.onRefusedBy(connection, false);
    }
    parked.add(call);
    return call;
  }

  private void letGo(Set<Call<?>> ofThese) {
    parked.letGo(
        call -> ofThese.contains(call) ? connection : null, (call, node) -> given.add(call));
  }

  @Test
  void aCallThatAllNodesRefusedHoldsUpNoneThatWasNot() {
    Call<?> refused = park("refused", true);
    Call<?> first = park("first", false);
    Call<?> second = park("second", false);
    letGo(Set.of(first, second));
    assertThat(given).isEqualTo(List.of(first, second));
    letGo(Set.of(refused));
    assertThat(given).isEqualTo(List.of(first, second, refused));
  }

  @Test
  void whereThereIsNoNodeForOneTheOthersAreNotLookedAt() {
    Call<?> unused = park("first", false);
    Call<?> second = park("second", false);
    letGo(Set.of(second));
    assertThat(given).isEmpty();
  }

  /** As it waits for longer than they may, they would be kept for as long. */
  @Test
  void thoseThatAreDoneAreNotKeptBehindOneThatIsNot() {
    List<Call<?>> live = List.of(park("first", false), park("first refused", true));
    for (int i = 0; i < 10_000; i++) {
      park("done", i % 2 == 0).done = true;
    }
    letGo(Set.of());
    parked.sweep(loop.nanos() + Throttle.FOLD_NANOS);
    assertThat(given).isEmpty();
    assertThat(parked.takeAll()).isEqualTo(live);
  }

  @Test
  void thoseThatAreDoneAreLeftOut() {
    Call<?> done = park("done", false);
    Call<?> second = park("second", false);
    done.done = true;
    letGo(Set.of(second));
    assertThat(given).isEqualTo(List.of(second));
    assertThat(parked.takeAll()).isEmpty();
  }
}
