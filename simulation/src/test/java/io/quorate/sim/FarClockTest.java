package io.quorate.sim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.Command.AtEpoch;
import io.quorate.cluster.Command.CreateTenant;
import io.quorate.cluster.Command.PromisePurge;
import io.quorate.metadata.MetadataGroup;
import io.quorate.model.NodeId;
import io.quorate.model.RequestId;
import io.quorate.placement.Level;
import io.quorate.placement.Placements;
import io.quorate.placement.PurgeMarks;
import io.quorate.placement.Retries;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.WriteStamp;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.sim.check.PurgeTimeChecker;
import io.quorate.sim.check.UniqueValue;
import io.quorate.sim.cluster.Call;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimCluster.Ask;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.sim.program.Sabotage;
import io.quorate.sim.program.WholeNode;
import io.quorate.version.Hlc;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Three whole nodes, which purge all the time, and the clock of one is hours off. */
class FarClockTest {
  private static final String ONCE = "once";
  private static final int KEYS = 30;
  private static final Duration LONG = Duration.ofSeconds(15);

  private final SimWorld world = SimWorld.of(11);
  private final List<String> seeds = IntStream.range(0, 3).mapToObj(SimNode::address).toList();
  private final SimCluster nodes =
      new SimCluster(
          world,
          3,
          new Tenant(1, Tenant.DEFAULT_NAME, 3, Level.QUORUM, Level.QUORUM, 0),
          WholeNode.factory(seeds, CoordinatorConfig.DEFAULT),
          Sabotage.NONE);

  FarClockTest() {
    nodes.checker().also(new PurgeTimeChecker(nodes::shownMillis));
    nodes.startAll();
    assertThat(world.runUntil(nodes::isReady, LONG)).isTrue();
    nodes
        .operator()
        .create(
            new CreateTenant(
                ONCE, 3, TenantSettings.NONE.with(TenantSetting.RETRIES, Retries.ONCE)));
    assertThat(world.runUntil(() -> nodes.operator().isKnown(ONCE), LONG)).isTrue();
    nodes.beside(Objects.requireNonNull(placements().tenant(ONCE)));
  }

  /**
   * What a purge has promised and taken away is never given back: so one tick of a leader whose
   * clock is ahead would be enough to take away what has yet to expire, and to refuse each stamp
   * until that time has come.
   */
  @Test
  void aLeaderWhoseClockIsAheadPurgesNothingThatHasYetToExpire() {
    for (int i = 0; i < KEYS; i++) {
      assertThat(outcome(nodes.put(0, key(i), 10, null, minutes(90), Ask.within(LONG))))
          .isInstanceOf(Outcome.Written.class);
    }
    SimNode leader = leader();
    leader.skew(minutes(120));
    world.runFor(Duration.ofSeconds(5));
    leader.skew(0);
    world.runFor(Duration.ofSeconds(5));

    for (PurgeMarks marks : purges()) {
      assertThat(Hlc.millis(marks.promised())).isLessThan(nowMillis());
    }
    for (int i = 0; i < KEYS; i++) {
      Outcome.Read read = (Outcome.Read) outcome(nodes.get(1, key(i), null, Ask.within(LONG)));
      assertThat(read.live()).as(key(i)).isNotNull();
      assertThat(putOnce(key(i), read.info().hlc())).isInstanceOf(Outcome.Written.class);
    }
  }

  /** Whatever a leader promises: no replica takes part before its own clock has come there. */
  @Test
  void aPurgeThatWasPromisedUpToTheFutureWaitsForIt() {
    for (int i = 0; i < KEYS; i++) {
      assertThat(outcome(nodes.put(0, key(i), 10, null, 20_000, Ask.within(LONG))))
          .isInstanceOf(Outcome.Written.class);
    }
    long mark = Hlc.of(nowMillis() + 30_000, 0);
    Placements now = placements();
    List<AtEpoch> all =
        IntStream.range(0, now.partitions().size())
            .mapToObj(each -> new AtEpoch(each, now.epoch(each)))
            .toList();
    group(leader()).propose(new PromisePurge(all, mark), Long.MAX_VALUE / 2, outcome -> {});
    world.runFor(Duration.ofSeconds(10));
    assertThat(purges()).allMatch(marks -> marks.isOpen() && marks.promised() == mark);
    for (int i = 0; i < KEYS; i++) {
      Outcome.Read read = (Outcome.Read) outcome(nodes.get(1, key(i), null, Ask.within(LONG)));
      assertThat(read.live()).as(key(i)).isNotNull();
    }

    world.runFor(Duration.ofSeconds(30));
    assertThat(purges()).allMatch(marks -> Hlc.millis(marks.purged()) >= Hlc.millis(mark));
  }

  /** A node that knows that its clock is far behind does not show what the others do not. */
  @Test
  void whatHasExpiredStaysExpiredAtANodeWhoseClockIsBehind() {
    nodes.node(2).skew(-minutes(60));
    world.runFor(Duration.ofSeconds(2));
    assertThat(outcome(nodes.put(0, "k", 10, null, 2_000, Ask.within(LONG))))
        .isInstanceOf(Outcome.Written.class);
    assertThat(((Outcome.Read) outcome(nodes.get(2, "k", null, Ask.within(LONG)))).live())
        .isNotNull();
    world.runFor(Duration.ofSeconds(4));
    assertThat(((Outcome.Read) outcome(nodes.get(0, "k", null, Ask.within(LONG)))).live()).isNull();
    assertThat(((Outcome.Read) outcome(nodes.get(2, "k", null, Ask.within(LONG)))).live()).isNull();
  }

  private static String key(int number) {
    return "key" + number;
  }

  private static long minutes(int minutes) {
    return Duration.ofMinutes(minutes).toMillis();
  }

  private long nowMillis() {
    return SimClock.EPOCH_MILLIS + world.nowNanos() / 1_000_000;
  }

  private static MetadataGroup group(SimNode node) {
    return Objects.requireNonNull(node.metadata());
  }

  private SimNode leader() {
    NodeId leader = Objects.requireNonNull(group(nodes.node(0)).status().leader());
    return nodes.nodes().stream()
        .filter(node -> leader.equals(node.id()))
        .findFirst()
        .orElseThrow();
  }

  private Placements placements() {
    return Objects.requireNonNull(nodes.node(0).placements());
  }

  private List<PurgeMarks> purges() {
    Placements now = placements();
    return IntStream.range(0, now.partitions().size()).mapToObj(now::purge).toList();
  }

  /** Stamped by a client that has heard a node's clock, as writes are that take effect once. */
  private Outcome putOnce(String key, long heard) {
    return outcome(
        nodes.submit(
            1,
            number ->
                new Operation.Put(
                    ONCE,
                    key.getBytes(UTF_8),
                    UniqueValue.of(number, 10),
                    null,
                    0,
                    new RequestId(1, 7, number),
                    new WriteStamp(heard + 1, 1, 0, true),
                    0,
                    Outcome.NO_CONTEXT,
                    null,
                    0),
            Ask.within(LONG)));
  }

  private Outcome outcome(Call call) {
    assertThat(world.runUntil(call::hasEnded, LONG)).isTrue();
    return Objects.requireNonNull(call.outcome());
  }
}
