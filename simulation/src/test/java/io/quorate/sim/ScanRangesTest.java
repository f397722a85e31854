package io.quorate.sim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.KeyRange;
import io.quorate.model.Releases;
import io.quorate.placement.Level;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.ClientScan;
import io.quorate.replication.api.DataPlane.ScanCallback;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ScanPage;
import io.quorate.replication.api.ScanRequest;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.sim.cluster.Call;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimCluster.Ask;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.sim.program.Sabotage;
import io.quorate.sim.program.WholeNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What scans with a start, an end and in reverse return of whole nodes: the same entries in both
 * directions, by partition and by key, while replicas lack some of them and pages end anywhere.
 */
class ScanRangesTest {
  private static final int NODES = 4;
  private static final int KEYS = 60;
  private static final Duration READY_MAX = Duration.ofSeconds(15);
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final Duration ENDS_WITHIN = Duration.ofMinutes(1);

  /** A lane takes no longer for a turn; a message to another node takes longer. */
  private static final long TURN_NANOS = 20_000;

  private static final Tenant TENANT =
      new Tenant(1, Tenant.DEFAULT_NAME, 3, Level.QUORUM, Level.QUORUM, 0);

  private final SimWorld world = SimWorld.of(9);
  private final SimRandom random = world.random("ranges");
  private final List<String> seeds = IntStream.range(0, NODES).mapToObj(SimNode::address).toList();
  private final SimCluster cluster =
      new SimCluster(
          world, NODES, TENANT, WholeNode.factory(seeds, CoordinatorConfig.DEFAULT), Sabotage.NONE);

  /** Keys that have a value. */
  private final TreeSet<String> held = new TreeSet<>();

  /** What a node said to a page that was asked for: the page, or why not. */
  private @Nullable Object said;

  @Test
  void scanInReverseIsTheScanTurnedRound() {
    startAll();
    fill();
    for (int i = 0; i < 150; i++) {
      disturb(i);
      KeyRange forward = new KeyRange(utf8(prefix()), bound(), bound(), false);
      KeyRange reverse = new KeyRange(forward.prefix(), forward.start(), forward.end(), true);
      List<String> expected =
          held.stream()
              .filter(key -> forward.contains(utf8(key)))
              .sorted(Comparator.comparingInt(this::partition).thenComparing(key -> key))
              .toList();
      assertThat(read(forward)).as("%s", forward).isEqualTo(expected);
      assertThat(read(reverse)).as("%s", reverse).isEqualTo(expected.reversed());
    }
    assertThat(cluster.windows().count("RepairedBeforeAnswering")).isPositive();
  }

  /** A node of the release before would read without bounds. */
  @Test
  void boundsAndReverseAreRefusedUntilTheUpgradeIsFinalized() {
    cluster.nodes().forEach(node -> node.install(Releases.BEFORE));
    startAll();
    fill();
    cluster.nodes().forEach(node -> node.restartWith(Releases.THIS));
    awaitReady();
    KeyRange reverse = new KeyRange(new byte[0], new byte[0], new byte[0], true);
    KeyRange from = new KeyRange(new byte[0], utf8("k3"), new byte[0], false);
    for (KeyRange keys : List.of(reverse, from)) {
      assertThat(page(keys, new byte[0]))
          .isInstanceOfSatisfying(
              Failure.class,
              refused ->
                  assertThat(refused.message())
                      .contains("need cluster version 2", "upgrade finalize"));
    }
    assertThat(read(KeyRange.ALL)).hasSize(held.size());

    cluster.operator().raiseClusterVersion();
    assertThat(world.runUntil(cluster::isUpgraded, READY_MAX)).isTrue();
    assertThat(read(reverse)).isEqualTo(read(KeyRange.ALL).reversed());
  }

  @Test
  void cursorIsRefusedInTheOtherDirectionAndStaysWithinTheBounds() {
    startAll();
    fill();
    KeyRange reverse = new KeyRange(new byte[0], new byte[0], new byte[0], true);
    for (KeyRange keys : List.of(KeyRange.ALL, reverse)) {
      KeyRange other = keys.reverse() ? KeyRange.ALL : reverse;
      byte[] cursor = ((ScanPage) page(keys, new byte[0])).cursor();
      assertThat(cursor).isNotEmpty();
      assertThat(page(keys, cursor)).isInstanceOf(ScanPage.class);
      assertThat(page(other, cursor))
          .isInstanceOfSatisfying(
              Failure.class,
              refused -> assertThat(refused.message()).contains("in the direction of the cursor"));
    }
    byte[] cursor = ((ScanPage) page(reverse, new byte[0])).cursor();
    KeyRange narrow = new KeyRange(new byte[0], utf8("k20"), utf8("k30"), true);
    List<String> rest = new ArrayList<>();
    while (cursor.length > 0) {
      ScanPage page = (ScanPage) page(narrow, cursor);
      page.entries().forEach(entry -> rest.add(new String(entry.key(), UTF_8)));
      cursor = page.cursor();
    }
    assertThat(rest).isNotEmpty().allMatch(key -> narrow.contains(utf8(key)));
  }

  /** No replica is asked where no key can be. */
  @Test
  void rangeWithoutKeysCostsNothing() {
    startAll();
    fill();
    KeyRange none = new KeyRange(new byte[0], utf8("k30"), utf8("k20"), false);
    long before = world.nowNanos();
    ScanPage page = (ScanPage) page(none, new byte[0]);
    assertThat(page.entries()).isEmpty();
    assertThat(page.cursor()).isEmpty();
    assertThat(world.nowNanos() - before)
        .as("it was answered when the lane was free")
        .isBetween(0L, TURN_NANOS);
  }

  private void startAll() {
    cluster.startAll();
    awaitReady();
  }

  private void awaitReady() {
    assertThat(world.runUntil(cluster::isReady, READY_MAX)).as("all nodes are ready").isTrue();
  }

  /** Some keys are deleted, so that pages have tombstones. */
  private void fill() {
    for (int i = 0; i < KEYS; i++) {
      put("k" + i);
    }
    for (int i = 0; i < KEYS; i += 5) {
      Call delete = cluster.delete(i % NODES, "k" + i, Level.QUORUM, 0, Ask.within(TIMEOUT));
      end(delete);
      held.remove("k" + i);
    }
  }

  private void put(String key) {
    end(cluster.put(0, key, 10, Level.QUORUM, Ask.within(TIMEOUT)));
    held.add(key);
  }

  private void end(Call call) {
    assertThat(world.runUntil(call::hasEnded, ENDS_WITHIN)).isTrue();
    assertThat(call.outcome()).isNotInstanceOf(Outcome.Failed.class);
  }

  /** Has pages of replicas end elsewhere; now and then a replica misses a write. */
  private void disturb(int round) {
    cluster
        .nodes()
        .forEach(node -> node.disk().pagesOf(random.pick(List.of(1, 2, 5, Integer.MAX_VALUE))));
    if (round % 30 == 10) {
      SimNode missing = cluster.node(NODES - 1);
      missing.crash();
      world.runFor(Duration.ofSeconds(3));
      for (int i = 0; i < 10; i++) {
        put("k" + random.between(0, 2 * KEYS));
      }
      missing.start();
      awaitReady();
    }
  }

  private String prefix() {
    return random.pick(List.of("", "", "k", "k1", "k2", "none"));
  }

  private byte[] bound() {
    return utf8(random.chance(0.4) ? "" : "k" + random.between(0, 2 * KEYS));
  }

  private List<String> read(KeyRange keys) {
    List<String> found = new ArrayList<>();
    List<Boolean> ended = new ArrayList<>();
    cluster.scan(
        (int) random.between(0, NODES - 1),
        keys,
        Level.QUORUM,
        (int) random.between(1, 20),
        new Ask(TIMEOUT, () -> ended.add(true)),
        entries -> entries.forEach(entry -> found.add(new String(entry.key(), UTF_8))));
    assertThat(world.runUntil(() -> !ended.isEmpty(), ENDS_WITHIN)).isTrue();
    return found;
  }

  /** Asks the first node for one page of three entries. */
  private Object page(KeyRange keys, byte[] cursor) {
    said = null;
    SimNode node = cluster.node(0);
    ScanRequest request = new ScanRequest(TENANT.name(), keys, Level.QUORUM, 3, cursor);
    long deadlineNanos = node.clock().nanos() + TIMEOUT.toNanos();
    ClientScan scan = Objects.requireNonNull(ClientScan.of(placements(), request, deadlineNanos));
    node.onCoordinator(
        coordinator ->
            coordinator.scan(
                scan,
                new ScanCallback() {
                  @Override
                  public void page(ScanPage page) {
                    said = page;
                  }

                  @Override
                  public void failed(Failure failure) {
                    said = failure;
                  }
                }));
    assertThat(world.runUntil(() -> said != null, ENDS_WITHIN)).isTrue();
    return Objects.requireNonNull(said);
  }

  private Placements placements() {
    return Objects.requireNonNull(cluster.node(0).placements());
  }

  private int partition(String key) {
    return new Key(TENANT.id(), utf8(key)).partition(placements().partitions().size());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
