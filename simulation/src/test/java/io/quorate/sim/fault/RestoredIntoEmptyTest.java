package io.quorate.sim.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.Command;
import io.quorate.metadata.CommandOutcome;
import io.quorate.model.NodeId;
import io.quorate.model.RequestId;
import io.quorate.placement.Level;
import io.quorate.placement.Placements;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.Retries;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.api.BackupPlane;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.Condition;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.WriteStamp;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import io.quorate.version.Hlc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * No write that is acknowledged, before a restore closes a tenant that exists or meanwhile, is
 * lost: the restore is refused, or the write is (docs/design/backup.md#into-empty).
 */
class RestoredIntoEmptyTest {
  private static final String ORDERS = "orders";
  private static final String OTHER = "other";
  private static final int KEYS = 40;
  private static final Duration LOOK_MAX = Duration.ofSeconds(3);
  private static final long DEADLINE_NANOS = Long.MAX_VALUE / 2;

  private final ThreeNodes nodes = ThreeNodes.without();
  private final BackupOf backup = new BackupOf(nodes.cluster(), () -> 0);

  private void create(String tenant, TenantSettings settings) {
    assertThat(backup.decide(new Command.CreateTenant(tenant, 3, settings)))
        .isInstanceOf(CommandOutcome.Accepted.class);
    nodes.await(
        () ->
            nodes.cluster().present().stream()
                .allMatch(node -> BackupOf.tenant(node, tenant) != null));
  }

  private Tenant tenant(int node) {
    return Objects.requireNonNull(BackupOf.tenant(nodes.node(node), ORDERS));
  }

  /** Returns the time of the restore. */
  private long close() {
    long hlc = Hlc.of(nodes.node(0).clock().wallMillis(), 0);
    var closed =
        new Command.CloseForRestore(
            ORDERS,
            ReplicationFactor.UNSAID,
            TenantSettings.NONE
                .with(TenantSetting.RESTORING, hlc)
                .with(TenantSetting.RESTORED_FROM, BackupOf.ID));
    assertThat(backup.decide(closed)).isInstanceOf(CommandOutcome.Accepted.class);
    nodes.await(() -> tenant(0).isUnseenByRestore() && tenant(1).isUnseenByRestore());
    return hlc;
  }

  private List<Command.AtEpoch> epochs() {
    Placements known = Objects.requireNonNull(nodes.node(0).placements());
    List<Command.AtEpoch> all = new ArrayList<>();
    for (int partition = 0; partition < SimCluster.PARTITIONS; partition++) {
      all.add(new Command.AtEpoch(partition, known.epoch(partition)));
    }
    return all;
  }

  private CommandOutcome take(long hlc, List<Command.AtEpoch> lookedAt) {
    return Objects.requireNonNull(backup.decide(new Command.TakeForRestore(ORDERS, hlc, lookedAt)));
  }

  /** The first key that is found, a failure, or "empty". */
  private Object look() {
    for (Command.AtEpoch each : epochs()) {
      Object found = look(each);
      if (!found.equals("empty")) {
        return found;
      }
    }
    return "empty";
  }

  private Object look(Command.AtEpoch at) {
    AtomicReference<@Nullable Object> answer = beginLook(at);
    nodes.await(() -> answer.get() != null);
    return Objects.requireNonNull(answer.get());
  }

  private AtomicReference<@Nullable Object> beginLook(Command.AtEpoch at) {
    AtomicReference<@Nullable Object> answer = new AtomicReference<>();
    SimNode node = nodes.node(0);
    Tenant known = tenant(0);
    node.onCoordinator(
        coordinator ->
            coordinator
                .backups()
                .look(
                    known,
                    at.partition(),
                    at.epoch(),
                    node.clock().nanos() + LOOK_MAX.toNanos(),
                    new BackupPlane.LookCallback() {
                      @Override
                      public boolean isAwaited() {
                        return true;
                      }

                      @Override
                      public void empty() {
                        answer.set("empty");
                      }

                      @Override
                      public void found(byte[] key) {
                        answer.set(new String(key, UTF_8));
                      }

                      @Override
                      public void failed(Failure failure) {
                        answer.set(failure);
                      }
                    }));
    return answer;
  }

  private AtomicReference<@Nullable Outcome> begin(int node, Operation operation) {
    AtomicReference<@Nullable Outcome> outcome = new AtomicReference<>();
    Placements known = Objects.requireNonNull(nodes.node(node).placements());
    ClientRequest request =
        Objects.requireNonNull(ClientRequest.of(known, operation, DEADLINE_NANOS));
    nodes.node(node).onCoordinator(coordinator -> coordinator.submit(request, outcome::set));
    return outcome;
  }

  private @Nullable Outcome put(int node, String key, Level level) {
    var outcome =
        begin(
            node,
            new Operation.Put(ORDERS, key.getBytes(UTF_8), new byte[10], level, 0, RequestId.NONE));
    nodes.await(() -> outcome.get() != null);
    return outcome.get();
  }

  private static Operation.Put once(String key, long hlc) {
    return new Operation.Put(
        ORDERS,
        key.getBytes(UTF_8),
        new byte[10],
        null,
        0,
        RequestId.NONE,
        new WriteStamp(hlc, 1, 0, true),
        0,
        new byte[0],
        (Condition) null,
        0);
  }

  /** An epoch that the node has yet to hear of: what waits for it comes first in its turn. */
  @Test
  void whatWaitsForItsPartitionHoldsUpThatPartitionAlone() {
    create(ORDERS, TenantSettings.NONE);
    Command.AtEpoch first = epochs().getFirst();
    var waiting = beginLook(new Command.AtEpoch(first.partition(), first.epoch() + 1_000));
    var behind = beginLook(first);
    assertThat(look(epochs().getLast())).isEqualTo("empty");
    nodes.pass(LOOK_MAX.dividedBy(3));
    assertThat(waiting.get()).isNull();
    assertThat(behind.get()).as("in order within the partition").isNull();
    nodes.await(() -> waiting.get() != null);
    assertThat(waiting.get()).isInstanceOf(Failure.class);
  }

  @Test
  void whatWasDeletedIsNoKeyAndDoesNotSwallowWhatIsRestored() {
    create(OTHER, TenantSettings.NONE);
    create(ORDERS, TenantSettings.NONE);
    for (int i = 0; i < KEYS; i++) {
      assertThat(put(0, "k" + i, Level.QUORUM)).isInstanceOf(Outcome.Written.class);
    }
    assertThat(look()).asString().startsWith("k");
    var items = backup.read(ORDERS);
    for (int i = 0; i < KEYS; i++) {
      var deleted =
          begin(
              0,
              new Operation.Delete(
                  ORDERS,
                  ("k" + i).getBytes(UTF_8),
                  null,
                  RequestId.NONE,
                  null,
                  0,
                  new byte[0],
                  null,
                  0));
      nodes.await(() -> deleted.get() != null);
    }
    assertThat(look()).isEqualTo("empty");
    long hlc = close();
    assertThat(look()).isEqualTo("empty");
    assertThat(take(hlc, epochs())).isInstanceOf(CommandOutcome.Accepted.class);
    nodes.await(() -> !tenant(0).isUnseenByRestore());

    backup.store(items, ORDERS);
    assertThat(
            backup.decide(
                new Command.FinishRestore(
                    ORDERS, tenant(0).id(), ReplicationFactor.UNSAID, TenantSettings.NONE)))
        .isInstanceOf(CommandOutcome.Accepted.class);
    nodes.await(() -> !tenant(0).isBeingRestored());
    assertThat(BackupOf.texts(backup.read(ORDERS))).hasSize(KEYS);
  }

  /** Before, replicas may still store what a client is acknowledged after the look. */
  @Test
  void aLookWaitsForTheEpochOfTheClosing() {
    create(ORDERS, TenantSettings.NONE);
    Command.AtEpoch next = new Command.AtEpoch(0, epochs().getFirst().epoch() + 1);
    assertThat(look(next)).isInstanceOf(Failure.class);
    var unused = close();
    assertThat(look(next)).isEqualTo("empty");
  }

  /** Its one replica has acknowledged the write, and knows of no restore. */
  @Test
  void aWriteThatOneReplicaAloneHasIsFound() {
    create(ORDERS, TenantSettings.NONE);
    NodeId unheard = Objects.requireNonNull(nodes.node(2).knownId());
    nodes
        .cluster()
        .network()
        .addRule(byte[].class, sent -> sent.to().equals(unheard) ? null : sent.message());
    nodes
        .cluster()
        .network()
        .addRule(
            ReplicaMessage.Write.class,
            sent -> sent.from().equals(unheard) ? null : sent.message());
    long hlc = close();
    List<Command.AtEpoch> lookedAt = epochs();
    assertThat(tenant(2).isBeingRestored()).isFalse();
    assertThat(put(2, "late", Level.ONE)).isInstanceOf(Outcome.Written.class);

    assertThat(look()).as("one replica knows nothing of it").isInstanceOf(Failure.class);
    nodes.cluster().network().clearRules();
    nodes.await(() -> tenant(2).isUnseenByRestore());
    assertThat(look()).isEqualTo("late");
    assertThat(lookedAt).isNotEmpty();

    assertThat(backup.decide(new Command.GiveUpRestore(ORDERS, hlc)))
        .isInstanceOf(CommandOutcome.Accepted.class);
    nodes.await(() -> !tenant(0).isBeingRestored());
    assertThat(BackupOf.texts(backup.read(ORDERS))).containsOnlyKeys("late");
  }

  /** It had asked replicas before the tenant was closed, and stores only afterwards. */
  @Test
  void aWriteThatIsUnderWayIsNotAcknowledgedBehindTheLook() {
    create(ORDERS, TenantSettings.NONE.with(TenantSetting.RETRIES, Retries.ONCE));
    NodeId slow = Objects.requireNonNull(nodes.node(2).knownId());
    nodes
        .cluster()
        .network()
        .addRule(
            ReplicaMessage.Probe.class, sent -> sent.from().equals(slow) ? null : sent.message());
    List<AtomicReference<@Nullable Outcome>> begun = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      long hlc = Hlc.of(nodes.node(2).clock().wallMillis() + 1, i);
      begun.add(begin(2, once("under way " + i, hlc)));
    }
    nodes.pass(Duration.ofMillis(100));
    assertThat(begun).allMatch(each -> each.get() == null);
    long hlc = close();
    nodes.await(() -> tenant(2).isUnseenByRestore());
    assertThat(look()).isEqualTo("empty");
    List<Command.AtEpoch> lookedAt = epochs();

    nodes.cluster().network().clearRules();
    nodes.pass(Duration.ofSeconds(3));
    assertThat(take(hlc, lookedAt)).isInstanceOf(CommandOutcome.Accepted.class);
    nodes.pass(Duration.ofSeconds(20));
    assertThat(begun).noneMatch(each -> each.get() instanceof Outcome.Written);
    assertThat(nodes.count("refused as closed")).isPositive();
  }
}
