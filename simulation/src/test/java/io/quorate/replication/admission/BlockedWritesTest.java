package io.quorate.replication.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.model.RequestId;
import io.quorate.placement.Move;
import io.quorate.placement.Move.Step;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.Placements.Member;
import io.quorate.placement.PurgeMarks;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.ClientScan;
import io.quorate.replication.api.DataPlane.OutcomeCallback;
import io.quorate.replication.api.DataPlane.ScanCallback;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.RequestHandler;
import io.quorate.runtime.TestClock;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.kernel.SimWorld;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One partition, which goes from nodes 1, 2, 3 to 1, 2, 4. */
class BlockedWritesTest {
  private static final long SECOND = 1_000_000_000;
  private static final int WAITING_MAX = 3;
  private static final List<NodeId> OLD = ids(1, 2, 3);
  private static final List<NodeId> NEXT = ids(1, 2, 4);

  private final SimWorld world = SimWorld.of(1);
  private final List<Operation> let = new ArrayList<>();
  private final List<Outcome> outcomes = new ArrayList<>();
  private final List<Event> events = new ArrayList<>();
  private final BlockedWrites entry =
      new BlockedWrites(
          new RequestHandler() {
            @Override
            public void submit(ClientRequest request, OutcomeCallback callback) {
              let.add(request.operation());
            }

            @Override
            public void scan(ClientScan scan, ScanCallback callback) {}
          },
          new SimLane(world, "lane", world.random("lane")),
          TestClock.ofNanos(world::nowNanos),
          at(null),
          new AdmissionConfig(4, WAITING_MAX, 1000, SECOND, 0, 1, 8),
          events::add);

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"DUAL_WRITE", "CUTOVER", "STEP_BACK"})
  void writesWaitWhileTwoSetsAreInChargeAndGoOnInTheirOrder(Step step) {
    entry.placementsChanged(at(new Move(step, NEXT, 2, 0, true)));
    Operation first = put("a");
    Operation second = delete("a");
    submit(first);
    submit(second);
    assertThat(let).isEmpty();
    assertThat(entry.waiting()).isEqualTo(2);

    entry.placementsChanged(at(new Move(Step.CLEANUP, OLD, 2, 0, true)));
    assertThat(let).containsExactly(first, second);
    assertThat(entry.waiting()).isZero();
    assertThat(entry.waitingBytes()).isZero();
    assertThat(events).containsOnly(AdmissionEvent.Window.WRITE_WAITED_FOR_MOVE);
    world.runFor(Duration.ofSeconds(5));
    assertThat(outcomes).as("nobody is told that it was late").isEmpty();
  }

  @Test
  void readsPassAndSoDoWritesOfAMoveThatBlocksNone() {
    entry.placementsChanged(at(new Move(Step.DUAL_WRITE, NEXT, 2, 0, true)));
    Operation read = new Operation.Get("t", new byte[] {1}, null);
    submit(read);
    assertThat(let).containsExactly(read);
    entry.placementsChanged(at(new Move(Step.DUAL_WRITE, NEXT, 2, 0, false)));
    Operation write = put("b");
    submit(write);
    assertThat(let).containsExactly(read, write);
  }

  @Test
  void aLateWriteIsAnsweredThatNothingWasApplied() {
    entry.placementsChanged(at(new Move(Step.CUTOVER, NEXT, 2, 0, true)));
    submit(put("a"));
    world.runFor(Duration.ofMillis(900));
    assertThat(outcomes).isEmpty();
    world.runFor(Duration.ofMillis(200));
    assertThat(outcomes).hasSize(1);
    assertThat(outcomes.getFirst())
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> {
              assertThat(failed.failure().reason()).isEqualTo(Reason.DEADLINE_EXCEEDED);
              assertThat(failed.failure().message()).contains("Nothing was applied");
            });
    entry.placementsChanged(at(null));
    assertThat(let).isEmpty();
    assertThat(entry.waiting()).isZero();
    assertThat(entry.waitingBytes()).isZero();
  }

  @Test
  void aWriteWhoseTenantIsGoneWaitsNoLonger() {
    entry.placementsChanged(at(new Move(Step.CUTOVER, NEXT, 2, 0, true)));
    Operation write = put("a");
    submit(write);
    assertThat(let).isEmpty();

    Placements moving = at(new Move(Step.CUTOVER, NEXT, 2, 0, true));
    entry.placementsChanged(
        new Placements(2, moving.nodes(), new TreeMap<>(), moving.partitions()));
    assertThat(let).as("whoever comes next refuses it").containsExactly(write);
    assertThat(entry.waiting()).isZero();
  }

  @Test
  void writesBeyondTheLimitOfWaitingOnesAreRefused() {
    entry.placementsChanged(at(new Move(Step.CUTOVER, NEXT, 2, 0, true)));
    for (int i = 0; i <= WAITING_MAX; i++) {
      submit(put("a"));
    }
    assertThat(entry.waiting()).isEqualTo(WAITING_MAX);
    assertThat(outcomes)
        .singleElement()
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> assertThat(failed.failure().reason()).isEqualTo(Reason.OVERLOADED));
  }

  private void submit(Operation operation) {
    entry.submit(
        Objects.requireNonNull(ClientRequest.of(at(null), operation, world.nowNanos() + SECOND)),
        outcomes::add);
  }

  private static Operation put(String key) {
    return new Operation.Put(
        "t", key.getBytes(StandardCharsets.UTF_8), new byte[10], null, 0, RequestId.NONE);
  }

  private static Operation delete(String key) {
    return new Operation.Delete("t", key.getBytes(StandardCharsets.UTF_8), null, RequestId.NONE);
  }

  private static Placements at(@Nullable Move move) {
    TreeMap<NodeId, Member> members = new TreeMap<>();
    for (NodeId id : ids(1, 2, 3, 4)) {
      members.put(id, new Member(id, "n" + id + ":1", "r", "z", 1));
    }
    TreeMap<String, Tenant> tenants = new TreeMap<>();
    tenants.put("t", new Tenant(1, "t", 3, TenantSettings.NONE));
    return new Placements(
        1,
        members,
        tenants,
        List.of(
            new PartitionPlacement(2, OLD, PurgeMarks.NONE, Collections.emptySortedSet(), move)));
  }

  private static List<NodeId> ids(int... numbers) {
    return Arrays.stream(numbers).mapToObj(NodeId::new).toList();
  }
}
