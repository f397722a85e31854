package io.quorate.sim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.Command.CreateTenant;
import io.quorate.locks.LockAnswer;
import io.quorate.locks.LockAnswer.Granted;
import io.quorate.locks.LockRequest;
import io.quorate.model.RequestId;
import io.quorate.placement.Level;
import io.quorate.placement.Model;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.WriteStamp;
import io.quorate.replication.coordinator.CoordinatorConfig;
import io.quorate.sim.cluster.Call;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimCluster.Ask;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.sim.program.LeftOut;
import io.quorate.sim.program.Sabotage;
import io.quorate.sim.program.WholeNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A key is deleted under a lock, and purged with all that it knew of tokens. The holder before goes
 * on (docs/design/fencing.md#purge). Three whole nodes, which keep locks and purge.
 */
class FencedAfterPurgeTest {
  private static final String JOBS = "jobs";
  private static final String LOCK = "job";
  private static final String KEY = "state";
  private static final Duration LONG = Duration.ofSeconds(15);

  private final SimWorld world = SimWorld.of(11);
  private @Nullable SimCluster cluster;
  private long requests;
  private long heard;

  private SimCluster begins(Set<LeftOut> leftOut) {
    Sabotage sabotage =
        new Sabotage() {
          @Override
          public Set<LeftOut> leftOut() {
            return leftOut;
          }
        };
    List<String> seeds = IntStream.range(0, 3).mapToObj(SimNode::address).toList();
    SimCluster nodes =
        new SimCluster(
            world,
            3,
            new Tenant(1, Tenant.DEFAULT_NAME, 3, Level.QUORUM, Level.QUORUM, 0),
            WholeNode.factory(seeds, CoordinatorConfig.DEFAULT, sabotage),
            sabotage);
    cluster = nodes;
    nodes.startAll();
    assertThat(world.runUntil(nodes::isReady, LONG)).isTrue();
    nodes
        .operator()
        .create(
            new CreateTenant(
                JOBS, 3, TenantSettings.NONE.with(TenantSetting.MODEL, Model.LINEARIZABLE)));
    assertThat(world.runUntil(() -> nodes.operator().isKnown(JOBS), LONG)).isTrue();
    Placements placements = Objects.requireNonNull(nodes.node(0).placements());
    nodes.beside(Objects.requireNonNull(placements.tenant(JOBS)));
    return nodes;
  }

  private static LockAnswer ask(SimWorld world, SimCluster nodes, LockRequest request) {
    List<LockAnswer> answers = new ArrayList<>();
    nodes.node(1).askLocks(request, LONG.toNanos(), answers::add);
    assertThat(world.runUntil(() -> !answers.isEmpty(), LONG)).isTrue();
    return answers.getFirst();
  }

  private long acquire(SimCluster nodes, String owner, int ttlMillis) {
    LockAnswer answer =
        ask(world, nodes, new LockRequest.Acquire(LOCK, owner, ttlMillis, LONG.toMillis()));
    assertThat(answer).isInstanceOf(Granted.class);
    return ((Granted) answer).token();
  }

  private Outcome put(SimCluster nodes, String value, long token) {
    requests++;
    return outcome(
        nodes,
        new Operation.Put(
            JOBS,
            KEY.getBytes(UTF_8),
            value.getBytes(UTF_8),
            null,
            0,
            new RequestId(1, 7, requests),
            stamp(),
            0,
            Outcome.NO_CONTEXT,
            null,
            token));
  }

  private Outcome delete(SimCluster nodes, long token) {
    requests++;
    return outcome(
        nodes,
        new Operation.Delete(
            JOBS,
            KEY.getBytes(UTF_8),
            null,
            new RequestId(1, 7, requests),
            stamp(),
            0,
            Outcome.NO_CONTEXT,
            null,
            token));
  }

  /** Above all that was heard of the clocks. */
  private WriteStamp stamp() {
    return new WriteStamp(++heard, 1, 0, true);
  }

  private Outcome.Read get(SimCluster nodes, long token) {
    Outcome outcome =
        outcome(nodes, new Operation.Get(JOBS, KEY.getBytes(UTF_8), null, null, null, token));
    assertThat(outcome).isInstanceOf(Outcome.Read.class);
    Outcome.Read read = (Outcome.Read) outcome;
    heard = read.info().hlc();
    return read;
  }

  private Outcome outcome(SimCluster nodes, Operation operation) {
    Call call = nodes.submit(0, operation, Ask.within(LONG));
    assertThat(world.runUntil(call::hasEnded, LONG)).isTrue();
    return Objects.requireNonNull(call.outcome());
  }

  private long count(String window) {
    return Objects.requireNonNull(cluster).windows().count(window);
  }

  /** The first holder lost its lock to the second, which deleted the key; and that is purged. */
  private long firstHolderAfterAPurge(SimCluster nodes) {
    assertThat(get(nodes, 0).live()).isNull();
    long first = acquire(nodes, "first", 100);
    assertThat(put(nodes, "a", first)).isInstanceOf(Outcome.Written.class);
    long second = acquire(nodes, "second", 600_000);
    assertThat(second).isGreaterThan(first);
    assertThat(delete(nodes, second)).isInstanceOf(Outcome.Written.class);
    for (int i = 0; i < 100 && get(nodes, 0).version() != null; i++) {
      world.runFor(Duration.ofMillis(200));
    }
    assertThat(get(nodes, 0).version()).as("purged").isNull();
    return first;
  }

  @Test
  void aTokenThatIsHeldNoMoreIsStaleAlsoWhenTheFenceIsPurged() {
    SimCluster nodes = begins(Set.of());
    long first = firstHolderAfterAPurge(nodes);

    assertThat(put(nodes, "late", first))
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> {
              assertThat(failed.failure().reason()).isEqualTo(Failure.Reason.FENCED);
              assertThat(failed.failure().fence()).isZero();
              assertThat(failed.failure().mayHaveApplied()).isFalse();
            });
    assertThat(get(nodes, 0).live()).isNull();
    assertThat(count("token not held")).isEqualTo(1);

    LockAnswer.Shown shown = (LockAnswer.Shown) ask(world, nodes, new LockRequest.Show(LOCK));
    long second = shown.holders().getFirst().token();
    assertThat(get(nodes, second).live()).isNull();
    assertThat(put(nodes, "b", second)).isInstanceOf(Outcome.Written.class);
    assertThat(count("token asked for")).as("once, until the fence was set again").isEqualTo(2);
  }

  /** The twin: what was deleted under a later token is there again. */
  @Test
  void withoutTheRuleTheHolderBeforeOverwritesWhatWasPurged() {
    SimCluster nodes = begins(Set.of(LeftOut.TOKEN_HELD_AFTER_A_PURGE));
    long first = firstHolderAfterAPurge(nodes);

    assertThat(put(nodes, "late", first)).isInstanceOf(Outcome.Written.class);
  }
}
