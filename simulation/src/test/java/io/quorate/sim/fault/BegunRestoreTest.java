package io.quorate.sim.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.metadata.CommandOutcome;
import io.quorate.placement.Placements;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.api.BackupPlane;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import io.quorate.transport.admin.BegunRestores;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a node does that is asked to begin a restore into a tenant that exists. */
class BegunRestoreTest {
  private static final String ORDERS = "orders";
  private static final long TIMEOUT_NANOS = Duration.ofSeconds(15).toNanos();

  private final ThreeNodes nodes = ThreeNodes.without();
  private final BackupOf backup = new BackupOf(nodes.cluster(), () -> 0);
  private final List<Integer> lookedAt = new ArrayList<>();

  /** What stands in the way of a look. */
  private interface Obstacle {
    /**
     * Returns why it is refused; null if it is not.
     *
     * @param times how often the partition was looked at before
     */
    @Nullable Failure of(Tenant tenant, int partition, long times);
  }

  @BeforeEach
  void createTenant() {
    assertThat(backup.decide(new Command.CreateTenant(ORDERS, 3, TenantSettings.NONE)))
        .isInstanceOf(CommandOutcome.Accepted.class);
    nodes.await(
        () ->
            nodes.cluster().present().stream()
                .allMatch(node -> BackupOf.tenant(node, ORDERS) != null));
  }

  private Tenant tenant() {
    return Objects.requireNonNull(BackupOf.tenant(nodes.node(0), ORDERS));
  }

  private List<Long> epochs() {
    Placements known = Objects.requireNonNull(nodes.node(0).placements());
    return IntStream.range(0, SimCluster.PARTITIONS).mapToObj(known::epoch).toList();
  }

  /** Returns the tenant, or a failure. */
  private Object begin(Obstacle obstacle) {
    AtomicReference<@Nullable Object> answer = new AtomicReference<>();
    SimNode node = nodes.node(0);
    node.onOperator(
        (lane, admin, coordinator) -> {
          ClusterState state = Objects.requireNonNull(admin.state());
          BegunRestores.begin(
              admin,
              new Obstructed(coordinator.backups(), obstacle),
              lane,
              node.clock(),
              state,
              new Command.CloseForRestore(
                  ORDERS,
                  ReplicationFactor.UNSAID,
                  TenantSettings.NONE
                      .with(TenantSetting.RESTORING, admin.hybridTime())
                      .with(TenantSetting.RESTORED_FROM, BackupOf.ID)),
              node.clock().nanos() + TIMEOUT_NANOS,
              answer::set,
              answer::set);
        });
    nodes.await(() -> answer.get() != null);
    return Objects.requireNonNull(answer.get());
  }

  private static Failure refused(Reason reason) {
    return Failure.refused(reason, "not now");
  }

  /** Else each time all partitions would get new epochs, and clients be refused. */
  @Test
  void aPartitionThatCannotBeLookedAtForAWhileIsLookedAtAgain() {
    List<Long> epochs = epochs();
    List<Reason> passing = List.of(Reason.UNAVAILABLE, Reason.OVERLOADED, Reason.NOT_SERVING);
    Object begun =
        begin(
            (tenant, partition, times) ->
                tenant.isBeingRestored() && partition < 3 && times < 4
                    ? refused(passing.get(partition))
                    : null);
    assertThat(begun).isInstanceOf(Tenant.class);
    assertThat(tenant().isUnseenByRestore()).isFalse();
    assertThat(tenant().isBeingRestored()).isTrue();
    assertThat(epochs()).as("once").isEqualTo(epochs.stream().map(each -> each + 1).toList());
  }

  @Test
  void oneThatCannotBeLookedAtAtAllLeavesTheTenantAsItWas() {
    Tenant before = tenant();
    List<Long> epochs = epochs();
    Object answer =
        begin((tenant, partition, times) -> partition == 3 ? refused(Reason.UNAVAILABLE) : null);
    assertThat(answer)
        .asInstanceOf(type(Failure.class))
        .satisfies(
            failure -> {
              assertThat(failure.reason()).isEqualTo(Reason.UNAVAILABLE);
              assertThat(failure.message()).contains("All replicas of tenant 'orders'");
            });
    assertThat(tenant()).isEqualTo(before);
    assertThat(epochs()).isEqualTo(epochs);
    assertThat(lookedAt.stream().filter(each -> each == 3)).hasSize(10);
  }

  @Test
  void oneThatIsRefusedForAnotherReasonIsNotLookedAtAgain() {
    Object answer =
        begin(
            (tenant, partition, times) ->
                tenant.isBeingRestored() && partition == 3 ? refused(Reason.INTERNAL) : null);
    assertThat(answer).isInstanceOf(Failure.class);
    nodes.await(() -> !tenant().isBeingRestored());
    assertThat(lookedAt.stream().filter(each -> each == 3)).as("open, and closed").hasSize(2);
  }

  /** The answer is known, and what is looked at further would only be in the way of others. */
  @Test
  void whatIsFoundEndsAllLooks() {
    List<BackupPlane.LookCallback> waiting = new ArrayList<>();
    AtomicReference<@Nullable Object> answer = new AtomicReference<>();
    SimNode node = nodes.node(0);
    node.onOperator(
        (lane, admin, coordinator) ->
            BegunRestores.begin(
                admin,
                new Obstructed(coordinator.backups(), (tenant, partition, times) -> null) {
                  @Override
                  public void look(
                      Tenant tenant,
                      int partition,
                      long epoch,
                      long deadlineNanos,
                      LookCallback callback) {
                    waiting.add(callback);
                  }
                },
                lane,
                node.clock(),
                Objects.requireNonNull(admin.state()),
                new Command.CloseForRestore(ORDERS, ReplicationFactor.UNSAID, TenantSettings.NONE),
                node.clock().nanos() + TIMEOUT_NANOS,
                answer::set,
                answer::set));
    nodes.await(() -> waiting.size() > 1);
    assertThat(waiting).allMatch(BackupPlane.LookCallback::isAwaited);
    waiting.getFirst().found("k".getBytes(UTF_8));
    assertThat(waiting).noneMatch(BackupPlane.LookCallback::isAwaited);
    assertThat(answer.get()).asString().contains("holds keys, such as 'k'");
  }

  /** Refuses looks as a replica does that has too much to do. */
  private class Obstructed implements BackupPlane {
    private final BackupPlane real;
    private final Obstacle obstacle;

    Obstructed(BackupPlane real, Obstacle obstacle) {
      this.real = real;
      this.obstacle = obstacle;
    }

    @Override
    public void look(
        Tenant tenant, int partition, long epoch, long deadlineNanos, LookCallback callback) {
      long times = lookedAt.stream().filter(each -> each == partition).count();
      lookedAt.add(partition);
      Failure refusal = obstacle.of(tenant, partition, times);
      if (refusal == null) {
        real.look(tenant, partition, epoch, deadlineNanos, callback);
      } else {
        callback.failed(refusal);
      }
    }

    @Override
    public void read(Tenant tenant, Part part, long deadlineNanos, PageCallback callback) {
      real.read(tenant, part, deadlineNanos, callback);
    }

    @Override
    public void store(Tenant tenant, List<Item> items, long deadlineNanos, StoreCallback callback) {
      real.store(tenant, items, deadlineNanos, callback);
    }
  }
}
