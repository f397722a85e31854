package io.quorate.sim.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.Command;
import io.quorate.metadata.CommandOutcome;
import io.quorate.placement.Placements;
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
final class BackupOf {
  static final long ID = 7;

  private static final int BATCH = 10;
  private static final int ATTEMPTS_MAX = 200;
  private static final Duration ANSWER_MAX = Duration.ofSeconds(2);
  private static final Duration REST = Duration.ofMillis(200);

  private final ThreeNodes nodes;

  /** Which node is asked next: one that runs. */
  private final IntSupplier asked;

  BackupOf(ThreeNodes nodes, IntSupplier asked) {
    this.nodes = nodes;
    this.asked = asked;
  }

  /** All partitions of a tenant, each page tried until it comes. */
  List<Item> read(String tenant) {
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
      SimNode node = nodes.node(asked.getAsInt());
      ask(
          node,
          tenant,
          (plane, known) ->
              plane.read(
                  known,
                  BackupPlane.Part.of(partition, after, 0),
                  deadlineNanos(node),
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
      if (nodes.runUntil(() -> answer.get() != null, ANSWER_MAX)
          && answer.get() instanceof Page page) {
        return page;
      }
      nodes.pass(REST);
    }
    throw new AssertionError("partition " + partition + " cannot be read");
  }

  /** Restores all of it into a new tenant, and opens that. */
  void restore(List<Item> backup, String tenant) {
    begin(tenant);
    store(backup, tenant);
    finish(tenant);
  }

  void begin(String tenant) {
    long now = Hlc.of(nodes.node(asked.getAsInt()).clock().wallMillis(), 0);
    TenantSettings settings =
        TenantSettings.NONE
            .with(TenantSetting.RESTORING, now)
            .with(TenantSetting.RESTORED_FROM, ID);
    assertThat(decide(new Command.CreateTenant(tenant, 3, settings)))
        .isInstanceOf(CommandOutcome.Accepted.class);
    nodes.await(
        () -> nodes.cluster().present().stream().allMatch(node -> isThere(node, tenant, true)));
  }

  void finish(String tenant) {
    assertThat(
            decide(
                new Command.AlterTenant(
                    tenant, TenantSettings.NONE.with(TenantSetting.RESTORING, 0L))))
        .isInstanceOf(CommandOutcome.Accepted.class);
  }

  @Nullable CommandOutcome decide(Command command) {
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      AtomicReference<@Nullable CommandOutcome> outcome = new AtomicReference<>();
      nodes
          .node(asked.getAsInt())
          .onMetadata(
              (group, nowNanos) -> group.propose(command, nowNanos + 2_000_000_000L, outcome::set));
      if (nodes.runUntil(() -> outcome.get() != null, ANSWER_MAX)
          && (outcome.get() instanceof CommandOutcome.Accepted
              || outcome.get() instanceof CommandOutcome.Rejected)) {
        return outcome.get();
      }
      nodes.pass(REST);
    }
    throw new AssertionError("not decided: " + command);
  }

  /** In batches, each tried until all of it is stored, some of them twice. */
  void store(List<Item> backup, String tenant) {
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
      if (nodes.runUntil(() -> answer.get() != null, ANSWER_MAX)
          && !(answer.get() instanceof Failure)) {
        return;
      }
      nodes.pass(REST);
    }
    throw new AssertionError("a batch cannot be stored");
  }

  /** One attempt; what it is answered with: the failure, or something else. */
  AtomicReference<@Nullable Object> tryToStore(List<Item> batch, String tenant) {
    AtomicReference<@Nullable Object> answer = new AtomicReference<>();
    SimNode node = nodes.node(asked.getAsInt());
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
              deadlineNanos(node),
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

  private static long deadlineNanos(SimNode node) {
    return node.clock().nanos() + ANSWER_MAX.toNanos() / 2;
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
  static SortedMap<String, String> texts(List<Item> items) {
    SortedMap<String, String> texts = new TreeMap<>();
    for (Item item : items) {
      texts.put(
          new String(item.key(), StandardCharsets.UTF_8),
          new String(item.record().copyValue(), StandardCharsets.UTF_8));
    }
    return texts;
  }
}
