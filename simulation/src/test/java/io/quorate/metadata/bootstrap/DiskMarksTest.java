package io.quorate.metadata.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.metadata.bootstrap.BootstrapWorld.Node;
import io.quorate.model.NodeId;
import io.quorate.runtime.Clock;
import io.quorate.runtime.LaneTime;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.kernel.SimRandomness;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageListener;
import io.quorate.storage.memory.DiskSpeed;
import io.quorate.storage.memory.MemoryDisk;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DiskMarksTest {
  private static final long SECOND = 1_000_000_000L;

  /** A disk, and a clock that the test sets. */
  private static final class Marked {
    final SimWorld world = SimWorld.of(3);
    final MemoryDisk disk = new MemoryDisk(DiskSpeed.FLASH);
    long wallMillis = 5_000;
    private int starts;

    OwnDiskMark start() {
      starts++;
      SimLane lane = new SimLane(world, "start " + starts, world.random("lane " + starts));
      Storage storage =
          disk.mount(
              lane,
              new SimRandomness(world.random("disk " + starts)),
              StorageListener.NONE,
              health -> {});
      Clock clock =
          new Clock() {
            @Override
            public long nanos() {
              return 0;
            }

            @Override
            public long wallMillis() {
              return wallMillis;
            }
          };
      return OwnDiskMark.open(storage.diskMark(lane), new LaneTime(lane, clock));
    }
  }

  @Test
  void aMarkIsToldOnceItIsDurableAndEachIsHigherThanTheLast() {
    Marked at = new Marked();
    OwnDiskMark mark = at.start();
    long first = mark.latest();
    assertThat(first).as("lower than any that is made").isPositive().isLessThan(at.wallMillis);
    mark.start(SECOND);
    assertThat(mark.latest()).as("not durable yet").isEqualTo(first);
    at.world.runFor(Duration.ofMillis(500));
    assertThat(mark.latest()).isEqualTo(5_000);

    at.wallMillis = 1; // the clock is set back
    at.world.runFor(Duration.ofSeconds(2));
    assertThat(mark.latest()).isEqualTo(5_002);
    at.disk.crash();
    assertThat(at.start().latest()).isEqualTo(5_002);
  }

  /** Two wait for the disk at the same time, and the clock goes back between them. */
  @Test
  void aDiskIsNeverLeftWithALowerMarkThanWasTold() {
    Marked at = new Marked();
    OwnDiskMark mark = at.start();
    mark.start(1_000);
    long told = 0;
    for (int i = 0; i < 200; i++) {
      at.wallMillis = i % 2 == 0 ? 9_000 + i : 4_000 - i;
      at.world.runFor(Duration.ofNanos(10_000));
      assertThat(mark.latest()).isGreaterThanOrEqualTo(told);
      told = mark.latest();
    }
    assertThat(told).isGreaterThan(9_000);
    at.disk.crash();
    assertThat(at.start().latest()).isGreaterThanOrEqualTo(told);
  }

  @Test
  void thatADiskWasSetBackIsKeptForLaterStarts() {
    Marked at = new Marked();
    OwnDiskMark mark = at.start();
    assertThat(mark.isSetBack()).isFalse();
    mark.noteSetBack();
    at.world.runFor(Duration.ofSeconds(1));
    at.disk.crash();
    OwnDiskMark again = at.start();
    assertThat(again.isSetBack()).isTrue();
    again.start(SECOND);
    at.world.runFor(Duration.ofSeconds(1));
    at.disk.crash();
    assertThat(at.start().isSetBack()).isTrue();
  }

  @Test
  void aNodeIsHeldToTheHighestMarkThatWasHeardUnlessItTellsNone() {
    HeardDiskMarks heard = new HeardDiskMarks();
    NodeId node = new NodeId(1);
    assertThat(heard.isSetBack(node, 1)).as("of which nothing was heard").isFalse();
    heard.heard(node, 700);
    heard.heard(node, 600);
    heard.heard(node, DiskMarks.NOT_TOLD);
    assertThat(heard.isSetBack(node, 699)).isTrue();
    assertThat(heard.isSetBack(node, 700)).isFalse();
    assertThat(heard.isSetBack(node, DiskMarks.NOT_TOLD)).as("of release 0.1").isFalse();
    assertThat(heard.isSetBack(new NodeId(2), 1)).isFalse();
    heard.retain(Set.of());
    assertThat(heard.isSetBack(node, 699)).isFalse();
  }

  private static List<Node> formed(BootstrapWorld world) {
    List<Node> nodes = world.nodes("a:1", "b:1", "c:1");
    nodes.forEach(Node::start);
    assertThat(world.runUntilAllJoined()).isTrue();
    return nodes;
  }

  private static DiskMarks marks(Node node) {
    return Objects.requireNonNull(node.marks);
  }

  /** One of the others has been restarted and knows nothing; its answer may come first. */
  @Test
  void aMemberWhoseDiskWasSetBackIsRefusedThoughOnlyOneOtherRemembers() {
    int afterItJoined = 0;
    for (int seed = 0; seed < 20; seed++) {
      BootstrapWorld world = new BootstrapWorld(seed);
      List<Node> nodes = formed(world);
      Node back = nodes.get(2);
      marks(nodes.get(1)).heard().heard(back.id(), 1_700_000_000_000L);
      back.kill();
      back.start();
      world.runFor(5);
      assertThat(back.refusalKind()).isEqualTo(Refusal.Kind.SET_BACK);
      assertThat(back.refusalMessage())
          .contains("is as it was before release 0.2 ran on it", "cluster readmit")
          .contains("b:1 has heard from it on 2023-11-14");
      assertThat(marks(back).own().isSetBack()).as("by the word of one alone").isFalse();
      afterItJoined += back.refusedAfterJoining ? 1 : 0;
    }
    assertThat(afterItJoined).as("times that the other answer came first").isBetween(1, 19);
  }

  @Test
  void itIsRefusedAtAllLaterStartsIfTwoOthersSaySoOrTheOnlyOne() {
    for (String[] addresses : new String[][] {{"a:1", "b:1", "c:1", "d:1"}, {"a:1", "b:1"}}) {
      BootstrapWorld world = new BootstrapWorld(5);
      List<Node> nodes = world.nodes(addresses);
      nodes.forEach(Node::start);
      assertThat(world.runUntilAllJoined()).isTrue();
      Node back = nodes.get(0);
      nodes.stream().skip(1).limit(2).forEach(other -> marks(other).heard().heard(back.id(), 9));
      nodes.stream().skip(3).forEach(Node::kill); // one that says nothing is not waited for
      back.kill();
      back.start();
      world.runFor(5);
      assertThat(back.refusalKind()).isEqualTo(Refusal.Kind.SET_BACK);
      assertThat(marks(back).own().isSetBack()).isTrue();
    }
  }

  @Test
  void aMarkThatWasRenewedSinceTheStartIsTheOneThatIsToldLater() {
    BootstrapWorld world = new BootstrapWorld(1);
    List<Node> nodes = formed(world);
    Node node = nodes.get(0);
    Objects.requireNonNull(node.lane).execute(() -> marks(node).own().start(SECOND));
    world.runFor(3);
    long latest = marks(node).own().latest();
    assertThat(latest).isGreaterThan(1);
    nodes.forEach(other -> marks(other).heard().heard(node.id(), latest));
    node.askAgain();
    world.runFor(3);
    assertThat(node.refusal).isNull();
    node.kill();
    node.start();
    world.runFor(3);
    assertThat(node.refusal).isNull();
    assertThat(node.joined).isNotNull();
  }
}
