package io.quorate.sim.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.Command;
import io.quorate.metadata.CommandOutcome;
import io.quorate.placement.Placements;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.api.BackupPlane;
import io.quorate.replication.api.BackupPlane.Item;
import io.quorate.replication.api.Failure;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import io.quorate.version.Hlc;
import io.quorate.version.Restated;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** What {@code quorate backup} and {@code quorate restore} ask of nodes, with some that fail. */
public final class BackupOf {
  static final long ID = 7;

  private static final int BATCH = 10;
  private static final int ATTEMPTS_MAX = 200;
  private static final Duration ANSWER_MAX = Duration.ofSeconds(2);
  private static final Duration ATTEMPT_MAX = ANSWER_MAX.dividedBy(2);
  private static final Duration REST = Duration.ofMillis(200);
  private static final Duration KNOWN_MAX = Duration.ofSeconds(15);

  private final SimCluster cluster;

  /** Which node is asked next: one that runs. */
  private final IntSupplier asked;

  /**
   * @param asked which node is asked next: one that runs
   */
  public BackupOf(SimCluster cluster, IntSupplier asked) {
    this.cluster = cluster;
    this.asked = asked;
  }

  /** All partitions of a tenant, each page tried until it comes. */
  public List<Item> read(String tenant) {
    List<Item> all = new ArrayList<>();
    for (int partition = 0; partition < SimCluster.PARTITIONS; partition++) {
      byte[] after = {};
      while (after != null) {
        Page page = page(tenant, partition, after);
        all.addAll(page.items());
        after = page.next();
      }
    }
    return all;
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Page(List<Item> items, byte @Nullable [] next) {}

  private Page page(String tenant, int partition, byte[] after) {
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      AtomicReference<@Nullable Object> answer = new AtomicReference<>();
      SimNode node = cluster.node(asked.getAsInt());
      ask(
          node,
          tenant,
          (plane, known) ->
              plane.read(
                  known,
                  BackupPlane.Part.of(partition, after, 0),
                  deadlineNanos(node, ATTEMPT_MAX),
                  new BackupPlane.PageCallback() {
                    @Override
                    public void page(List<Item> items, byte @Nullable [] next, boolean stale) {
                      answer.set(new Page(items, next));
                    }

                    @Override
                    public void failed(Failure failure) {
                      answer.set(failure);
                    }
                  }));
      if (cluster.world().runUntil(() -> answer.get() != null, ANSWER_MAX)
          && answer.get() instanceof Page page) {
        return page;
      }
      cluster.world().runFor(REST);
    }
    throw new AssertionError("partition " + partition + " cannot be read");
  }

  /** Restores all of it into a new tenant, and opens that. */
  void restore(List<Item> backup, String tenant) {
    begin(tenant);
    store(backup, tenant);
    finish(tenant);
  }

  /** Creates a tenant to restore into. */
  public void begin(String tenant) {
    begin(tenant, TenantSettings.NONE);
  }

  /** Creates a tenant to restore into, which has these settings beside those of a restore. */
  void begin(String tenant, TenantSettings settings) {
    long now = Hlc.of(cluster.node(asked.getAsInt()).clock().wallMillis(), 0);
    TenantSettings restoring =
        settings.with(TenantSetting.RESTORING, now).with(TenantSetting.RESTORED_FROM, ID);
    assertThat(decide(new Command.CreateTenant(tenant, 3, restoring)))
        .isInstanceOf(CommandOutcome.Accepted.class);
    assertThat(
            cluster
                .world()
                .runUntil(
                    () -> cluster.present().stream().allMatch(node -> isThere(node, tenant, true)),
                    KNOWN_MAX))
        .isTrue();
  }

  /** Opens a tenant to clients. */
  public void finish(String tenant) {
    Tenant begun = Objects.requireNonNull(tenant(cluster.node(asked.getAsInt()), tenant));
    assertThat(
            decide(
                new Command.FinishRestore(
                    tenant, begun.id(), ReplicationFactor.UNSAID, TenantSettings.NONE)))
        .isInstanceOf(CommandOutcome.Accepted.class);
  }

  @Nullable CommandOutcome decide(Command command) {
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      AtomicReference<@Nullable CommandOutcome> outcome = new AtomicReference<>();
      cluster
          .node(asked.getAsInt())
          .onMetadata(
              (group, nowNanos) -> group.propose(command, nowNanos + 2_000_000_000L, outcome::set));
      if (cluster.world().runUntil(() -> outcome.get() != null, ANSWER_MAX)
          && (outcome.get() instanceof CommandOutcome.Accepted
              || outcome.get() instanceof CommandOutcome.Rejected)) {
        return outcome.get();
      }
      cluster.world().runFor(REST);
    }
    throw new AssertionError("not decided: " + command);
  }

  /** In batches, each tried until all of it is stored, some of them twice. */
  public void store(List<Item> backup, String tenant) {
    for (int from = 0; from < backup.size(); from += BATCH) {
      List<Item> batch = backup.subList(from, Math.min(backup.size(), from + BATCH));
      storeBatch(batch, tenant);
      if (from % (3 * BATCH) == 0) {
        storeBatch(batch, tenant);
      }
    }
  }

  private void storeBatch(List<Item> batch, String tenant) {
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      AtomicReference<@Nullable Object> answer = tryToStore(batch, tenant);
      if (cluster.world().runUntil(() -> answer.get() != null, ANSWER_MAX)
          && !(answer.get() instanceof Failure)) {
        return;
      }
      cluster.world().runFor(REST);
    }
    throw new AssertionError("a batch cannot be stored");
  }

  /** One attempt; what it is answered with: the failure, or something else. */
  AtomicReference<@Nullable Object> tryToStore(List<Item> batch, String tenant) {
    return tryToStore(batch, tenant, ATTEMPT_MAX);
  }

  /** One attempt that is given up after some time. */
  public AtomicReference<@Nullable Object> tryToStore(
      List<Item> batch, String tenant, Duration giveUp) {
    AtomicReference<@Nullable Object> answer = new AtomicReference<>();
    SimNode node = cluster.node(asked.getAsInt());
    ask(
        node,
        tenant,
        (plane, known) -> {
          List<Item> restated = new ArrayList<>();
          for (Item item : batch) {
            restated.add(
                new Item(
                    item.key(),
                    Objects.requireNonNull(
                        Restated.at(known.get(TenantSetting.RESTORING), item.record()))));
          }
          plane.store(
              known,
              restated,
              deadlineNanos(node, giveUp),
              new BackupPlane.StoreCallback() {
                @Override
                public void stored() {
                  answer.set("stored");
                }

                @Override
                public void failed(Failure failure) {
                  answer.set(failure);
                }
              });
        });
    return answer;
  }

  private static long deadlineNanos(SimNode node, Duration giveUp) {
    return node.clock().nanos() + giveUp.toNanos();
  }

  private interface Question {
    void ask(BackupPlane plane, Tenant tenant);
  }

  private static void ask(SimNode node, String name, Question question) {
    Tenant known = tenant(node, name);
    if (known != null) {
      node.onCoordinator(coordinator -> question.ask(coordinator.backups(), known));
    }
  }

  static @Nullable Tenant tenant(SimNode node, String name) {
    Placements known = node.placements();
    return known == null ? null : known.tenant(name);
  }

  /** Whether a node knows a tenant, and as one that is being restored or as one that is not. */
  static boolean isThere(SimNode node, String name, boolean beingRestored) {
    Tenant known = tenant(node, name);
    return known != null && known.isBeingRestored() == beingRestored;
  }

  /** By key, as text. */
  public static SortedMap<String, String> texts(List<Item> items) {
    SortedMap<String, String> texts = new TreeMap<>();
    for (Item item : items) {
      texts.put(
          new String(item.key(), StandardCharsets.UTF_8),
          new String(item.record().copyValue(), StandardCharsets.UTF_8));
    }
    return texts;
  }
}
