package io.quorate.replication.hint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.replication.fact.Fact;
import io.quorate.replication.hint.Courier.Outcome;
import io.quorate.replication.hint.Hints.Standing;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.kernel.SimRandomness;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.storage.HintStore.Hint;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageListener;
import io.quorate.storage.memory.DiskSpeed;
import io.quorate.storage.memory.MemoryDisk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is remembered for nodes that are away, and what is delivered. */
class HintsTest {
  private static final NodeId AWAY = new NodeId(7);
  private static final int PARTITION = 3;

  private final SimWorld world = SimWorld.of(1);
  private final MemoryDisk disk = new MemoryDisk(DiskSpeed.FLASH);
  private final Set<NodeId> up = new HashSet<>();
  private final List<Fact> facts = new ArrayList<>();
  private final List<Delivery> deliveries = new ArrayList<>();
  private final SimClock clock = new SimClock(world, world.random("clock"));
  private SimLane lane = new SimLane(world, "a", world.random("a"));
  private Hints hints;

  /** A delivery that the test ends. */
  private record Delivery(Hint hint, Consumer<Outcome> callback) {}

  @BeforeEach
  void start() {
    start(new HintConfig(5, 1 << 20, 4, 3));
  }

  private void start(HintConfig config) {
    Storage storage =
        disk.mount(
            lane, new SimRandomness(world.random("disk")), StorageListener.NONE, health -> {});
    hints =
        new Hints(
            storage.hints(lane),
            up::contains,
            clock,
            (hint, callback) -> deliveries.add(new Delivery(hint, callback)),
            config,
            facts::add);
    tickForEver();
  }

  private void tickForEver() {
    Hints ticking = hints;
    var unused =
        lane.schedule(
            2_000_000,
            () -> {
              ticking.tick();
              tickForEver();
            });
  }

  private void restart(HintConfig config) {
    disk.crash();
    lane.kill();
    lane = new SimLane(world, "a", world.random("again"));
    start(config);
  }

  private void missed(String... keys) {
    lane.execute(
        () -> {
          for (String key : keys) {
            hints.missed(AWAY, PARTITION, key(key));
          }
        });
    pass(10);
  }

  private void pass(long millis) {
    world.runFor(Duration.ofMillis(millis));
  }

  private static Key key(String text) {
    return new Key(1, text.getBytes(UTF_8));
  }

  private void end(int number, Outcome outcome) {
    lane.execute(() -> deliveries.get(number).callback().accept(outcome));
    pass(10);
  }

  private Standing standing() {
    return hints.standings().getFirst();
  }

  @Test
  void keyCostsOneHintHoweverOftenItIsWritten() {
    missed("a", "a", "b");
    missed("a");
    assertThat(standing().hints()).isEqualTo(2);
    restart(HintConfig.DEFAULT);
    missed("b", "a");
    assertThat(standing().hints()).isEqualTo(2);
  }

  @Test
  void nothingIsDeliveredToANodeThatIsAwayAndAllOnceItIsBack() {
    missed("a", "b", "c");
    pass(1_000);
    assertThat(deliveries).isEmpty();
    up.add(AWAY);
    pass(10);
    assertThat(deliveries).hasSize(3);
    for (int i = 0; i < 3; i++) {
      end(i, Outcome.DELIVERED);
    }
    pass(1_000);
    assertThat(hints.standings()).isEmpty();
    assertThat(deliveries).hasSize(3);
    restart(HintConfig.DEFAULT);
    assertThat(hints.standings()).isEmpty();
  }

  @Test
  void pastTheBoundThePartitionIsMarkedAndSaid() {
    missed("a", "b", "c", "d", "e");
    assertThat(standing().repairs()).isEmpty();
    missed("f");
    missed("g");
    assertThat(standing().hints()).isEqualTo(5);
    assertThat(standing().repairs()).containsExactly(PARTITION);
    assertThat(facts).contains(new Fact.HintsOverflowed(AWAY, PARTITION));
    restart(HintConfig.DEFAULT);
    assertThat(standing().repairs()).containsExactly(PARTITION);
  }

  @Test
  void recordThatChangesWhileItIsDeliveredIsDeliveredAgain() {
    missed("a");
    up.add(AWAY);
    pass(10);
    missed("a");
    end(0, Outcome.DELIVERED);
    pass(1_000);
    assertThat(deliveries).hasSize(2);
    assertThat(standing().hints()).isEqualTo(1);
    end(1, Outcome.DELIVERED);
    assertThat(hints.standings()).isEmpty();
  }

  /** The disk still shows the hint that is being taken away. */
  @Test
  void hintThatIsWrittenWhileItIsTakenAwayStays() {
    missed("a");
    up.add(AWAY);
    pass(10);
    lane.execute(
        () -> {
          deliveries.getFirst().callback().accept(Outcome.DELIVERED);
          hints.missed(AWAY, PARTITION, key("a"));
        });
    pass(20);
    assertThat(standing().hints()).isEqualTo(1);
    up.clear();
    restart(HintConfig.DEFAULT);
    assertThat(standing().hints()).isEqualTo(1);
  }

  @Test
  void hintThatIsRefusedAgainAndAgainBecomesAMark() {
    missed("a");
    up.add(AWAY);
    for (int i = 0; i < 3; i++) {
      pass(2_000);
      assertThat(deliveries).hasSize(i + 1);
      end(i, Outcome.REFUSED);
    }
    assertThat(standing().hints()).isZero();
    assertThat(standing().repairs()).containsExactly(PARTITION);
    assertThat(facts).contains(new Fact.HintGivenUp(AWAY, PARTITION));
  }

  @Test
  void whatCannotBeTriedNowIsTriedLaterForEver() {
    missed("a");
    up.add(AWAY);
    for (int i = 0; i < 10; i++) {
      pass(2_000);
      end(i, Outcome.NOT_NOW);
    }
    assertThat(standing().hints()).isEqualTo(1);
    assertThat(standing().repairs()).isEmpty();
  }

  @Test
  void pausedHintsWait() {
    hints.pause();
    missed("a");
    up.add(AWAY);
    pass(1_000);
    assertThat(deliveries).isEmpty();
    hints.resume();
    pass(10);
    assertThat(deliveries).hasSize(1);
  }

  @Test
  void noMoreDeliveriesThanTheWindowAreUnderWay() {
    restart(HintConfig.DEFAULT);
    missed(IntStream.range(0, 100).mapToObj(i -> "k" + i).toArray(String[]::new));
    up.add(AWAY);
    pass(50);
    assertThat(deliveries).hasSize(4);
  }
}
