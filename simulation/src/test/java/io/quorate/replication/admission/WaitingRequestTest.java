package io.quorate.replication.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.RequestId;
import io.quorate.placement.Level;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.sim.program.FixedPlacements;
import io.quorate.sim.program.Program;
import io.quorate.sim.program.ProgramEnvironment;
import io.quorate.sim.program.ReplicationProgram;
import io.quorate.sim.program.Sabotage;
import io.quorate.storage.RecordStore.Entry;
import io.quorate.version.Record;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * A write waits in the line of its tenant, for another one is under way, and the cluster changes
 * meanwhile. Two nodes, of which the first one is asked.
 */
class WaitingRequestTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final AdmissionConfig ONE_AT_A_TIME =
      new AdmissionConfig(1, 8, 1 << 20, SECOND.toNanos(), 0, 1, 8);

  /** This node has all keys, and the other node has none. */
  private static final Placements FIRST = with(tenant(7, 0), 1, 0);

  private final SimWorld world = SimWorld.of(1);
  private final List<ReplicationProgram> programs = new ArrayList<>();
  private final List<SimLane> lanes = new ArrayList<>();
  private final List<SimClock> clocks = new ArrayList<>();
  private final SimCluster cluster =
      new SimCluster(world, 2, tenant(7, 0), this::program, Sabotage.NONE);

  /** Outcomes by key. */
  private final Map<String, Outcome> outcomes = new TreeMap<>();

  private Program program(ProgramEnvironment environment) {
    ReplicationProgram program =
        (ReplicationProgram)
            ReplicationProgram.factory(FIRST, CoordinatorConfig.DEFAULT, ONE_AT_A_TIME, Set.of())
                .create(environment);
    programs.add(program);
    lanes.add(environment.lane());
    clocks.add(environment.clock());
    return program;
  }

  private static Tenant tenant(int id, long ttlMillis) {
    return new Tenant(id, "shop", 1, Level.QUORUM, Level.QUORUM, ttlMillis);
  }

  /** All partitions are on one node, by its index. */
  private static Placements with(Tenant tenant, long epoch, int replica) {
    return FixedPlacements.and(FixedPlacements.of(2, epoch, List.of(replica)), tenant);
  }

  @Test
  void theTenantIsGoneWhenItsTurnComes() {
    Map<String, Tenant> others = new TreeMap<>(FIRST.tenants());
    others.remove("shop");
    whileOneWaits(new Placements(2, FIRST.nodes(), others, FIRST.partitions()));

    assertThat(outcomes.get("a")).isInstanceOf(Outcome.Written.class);
    assertThat(outcomes.get("b"))
        .satisfies(outcome -> appliedNothing(outcome, Reason.UNKNOWN_TENANT));
    assertThat(keys(held(0))).doesNotContain("b");
  }

  /** As after a truncation: another attempt is a request to that one, and so is its line. */
  @Test
  void anotherTenantHasItsNameWhenItsTurnComes() {
    whileOneWaits(with(tenant(8, 0), 1, 0));

    assertThat(outcomes.get("a")).isInstanceOf(Outcome.Written.class);
    assertThat(outcomes.get("b")).satisfies(outcome -> appliedNothing(outcome, Reason.UNAVAILABLE));
    assertThat(held(0)).extracting(entry -> entry.key().tenant()).containsOnly(7);
  }

  @Test
  void whatItLeavesToItsTenantIsAsTheTenantIsWhenItsTurnComes() {
    whileOneWaits(with(tenant(7, 60_000), 1, 0));

    assertThat(outcomes.values()).hasSize(2).allMatch(Outcome.Written.class::isInstance);
    assertThat(held(0))
        .extracting(Entry::record)
        .extracting(Record::expiresAtMillis)
        .satisfiesExactly(
            begunBefore -> assertThat(begunBefore).isZero(),
            begunAfter -> assertThat(begunAfter).isPositive());
  }

  @Test
  void itsPartitionIsElsewhereWhenItsTurnComes() {
    whileOneWaits(with(tenant(7, 0), 2, 1));

    assertThat(outcomes.get("b")).isInstanceOf(Outcome.Written.class);
    assertThat(keys(held(1))).contains("b");
    assertThat(keys(held(0))).doesNotContain("b");
  }

  private static void appliedNothing(Outcome outcome, Reason reason) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> {
              assertThat(failed.failure().reason()).isEqualTo(reason);
              assertThat(failed.failure().mayHaveApplied()).isFalse();
            });
  }

  /** Writes a, which is begun, and b, which waits for it; then both nodes learn of the change. */
  private void whileOneWaits(Placements next) {
    cluster.startAll();
    world.runFor(SECOND);
    lanes
        .getFirst()
        .execute(
            () -> {
              put("a");
              put("b");
              programs.getFirst().learn(next);
            });
    lanes.getLast().execute(() -> programs.getLast().learn(next));
    world.runFor(Duration.ofSeconds(3));
  }

  private void put(String key) {
    programs
        .getFirst()
        .dataPlane()
        .submit(
            new Operation.Put("shop", key.getBytes(UTF_8), new byte[1], null, 0, RequestId.NONE),
            clocks.getFirst().nanos() + 3 * SECOND.toNanos(),
            outcome -> outcomes.put(key, outcome));
  }

  private static List<String> keys(List<Entry> held) {
    return held.stream().map(entry -> new String(entry.key().bytes(), UTF_8)).toList();
  }

  private List<Entry> held(int node) {
    List<Entry> held = new ArrayList<>();
    for (int i = 0; i < FIRST.partitions().size(); i++) {
      held.addAll(cluster.node(node).disk().durableRecords(i));
    }
    held.sort((one, other) -> one.key().compareTo(other.key()));
    return held;
  }
}
