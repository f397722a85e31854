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
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.sim.check.UniqueValue;
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

/**
 * Three whole nodes, which keep locks and purge, with one key that clients write and read under the
 * tokens of one lock.
 */
final class KeyUnderLock {
  private static final String TENANT = "jobs";
  private static final String LOCK = "job";
  private static final byte[] KEY = "state".getBytes(UTF_8);
  private static final Duration LONG = Duration.ofSeconds(15);

  private final SimWorld world = SimWorld.of(11);
  private final SimCluster nodes;
  private final Model model;
  private long requests;
  private long heard;

  /**
   * Starts the nodes, and creates the tenant of the key.
   *
   * @param leftOut rules that the nodes lack
   */
  KeyUnderLock(Model model, Set<LeftOut> leftOut) {
    this.model = model;
    Sabotage sabotage =
        new Sabotage() {
          @Override
          public Set<LeftOut> leftOut() {
            return leftOut;
          }
        };
    List<String> seeds = IntStream.range(0, 3).mapToObj(SimNode::address).toList();
    nodes =
        new SimCluster(
            world,
            3,
            new Tenant(1, Tenant.DEFAULT_NAME, 3, Level.QUORUM, Level.QUORUM, 0),
            WholeNode.factory(seeds, CoordinatorConfig.DEFAULT, sabotage),
            sabotage);
    nodes.startAll();
    assertThat(world.runUntil(nodes::isReady, LONG)).isTrue();
    nodes
        .operator()
        .create(new CreateTenant(TENANT, 3, TenantSettings.NONE.with(TenantSetting.MODEL, model)));
    assertThat(world.runUntil(() -> nodes.operator().isKnown(TENANT), LONG)).isTrue();
    Placements placements = Objects.requireNonNull(nodes.node(0).placements());
    nodes.beside(Objects.requireNonNull(placements.tenant(TENANT)));
  }

  private LockAnswer ask(LockRequest request) {
    List<LockAnswer> answers = new ArrayList<>();
    nodes.node(1).askLocks(request, LONG.toNanos(), answers::add);
    assertThat(world.runUntil(() -> !answers.isEmpty(), LONG)).isTrue();
    return answers.getFirst();
  }

  /** Returns the token of a grant; waits until the one who has the lock has lost it. */
  private long acquire(String owner, int ttlMillis) {
    LockAnswer answer = ask(new LockRequest.Acquire(LOCK, owner, ttlMillis, LONG.toMillis()));
    assertThat(answer).isInstanceOf(Granted.class);
    return ((Granted) answer).token();
  }

  /** Returns the token of the one who has the lock. */
  long held() {
    LockAnswer.Shown shown = (LockAnswer.Shown) ask(new LockRequest.Show(LOCK));
    return shown.holders().getFirst().token();
  }

  /** Puts a value that was never put before. */
  Outcome put(long token) {
    return outcome(
        nodes.submit(
            0,
            number ->
                new Operation.Put(
                    TENANT,
                    KEY,
                    UniqueValue.of(number, 1),
                    null,
                    0,
                    new RequestId(1, 7, ++requests),
                    stamp(),
                    0,
                    Outcome.NO_CONTEXT,
                    null,
                    token),
            Ask.within(LONG)));
  }

  private Outcome delete(long token) {
    return outcome(
        new Operation.Delete(
            TENANT,
            KEY,
            null,
            new RequestId(1, 7, ++requests),
            stamp(),
            0,
            Outcome.NO_CONTEXT,
            null,
            token));
  }

  /** Above all that was heard of the clocks, if clients stamp the writes of the tenant. */
  private @Nullable WriteStamp stamp() {
    return model == Model.LINEARIZABLE ? new WriteStamp(++heard, 1, 0, true) : null;
  }

  /** Reads, and is not refused. */
  Outcome.Read get(long token) {
    Outcome outcome = tryGet(token);
    assertThat(outcome).isInstanceOf(Outcome.Read.class);
    Outcome.Read read = (Outcome.Read) outcome;
    heard = read.info().hlc();
    return read;
  }

  Outcome tryGet(long token) {
    return outcome(new Operation.Get(TENANT, KEY, null, null, null, token));
  }

  private Outcome outcome(Operation operation) {
    return outcome(nodes.submit(0, operation, Ask.within(LONG)));
  }

  private Outcome outcome(Call call) {
    assertThat(world.runUntil(call::hasEnded, LONG)).isTrue();
    return Objects.requireNonNull(call.outcome());
  }

  long count(String window) {
    return nodes.windows().count(window);
  }

  /**
   * The first holder lost its lock to the second, which deleted the key; and that is purged.
   *
   * @return the token of the first
   */
  long firstHolderAfterAPurge() {
    assertThat(get(0).live()).isNull();
    long first = acquire("first", 100);
    assertThat(put(first)).isInstanceOf(Outcome.Written.class);
    long second = acquire("second", 600_000);
    assertThat(second).isGreaterThan(first);
    assertThat(delete(second)).isInstanceOf(Outcome.Written.class);
    for (int i = 0; i < 100 && get(0).version() != null; i++) {
      world.runFor(Duration.ofMillis(200));
    }
    assertThat(get(0).version()).as("purged").isNull();
    return first;
  }

  /** Returns why a call was refused, which was for its token, by the locks: no fence is told. */
  static Failure refusedByTheLocks(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Failed.class);
    Failure failure = ((Outcome.Failed) outcome).failure();
    assertThat(failure.reason()).isEqualTo(Failure.Reason.FENCED);
    assertThat(failure.fence()).isZero();
    return failure;
  }
}
