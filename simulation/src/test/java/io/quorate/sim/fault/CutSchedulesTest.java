package io.quorate.sim.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.model.RequestId;
import io.quorate.placement.Cut;
import io.quorate.placement.Cut.Step;
import io.quorate.placement.Level;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.placement.Tenants;
import io.quorate.replication.api.BackupPlane;
import io.quorate.replication.api.BackupPlane.Item;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.sim.program.FixedPlacements;
import io.quorate.sim.program.LeftOut;
import io.quorate.sim.program.ReplicationProgram;
import io.quorate.sim.program.Sabotage;
import io.quorate.version.Hlc;
import io.quorate.version.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Schedules of cuts that random runs hardly meet, each with the rule that is for it, and without.
 * Of the partitions some are on A, B and C, some on A, B and D, and some on B, D and E; the
 * schedule plays the metadata group.
 */
class CutSchedulesTest {
  private static final int A = 0;
  private static final int B = 1;
  private static final int C = 2;
  private static final int D = 3;
  private static final int E = 4;
  private static final int[] ALL = {A, B, C, D, E};
  private static final List<List<Integer>> SETS =
      List.of(List.of(A, B, C), List.of(A, B, D), List.of(B, D, E));
  private static final Duration SOON = Duration.ofMillis(600);
  private static final Duration LATER = Duration.ofSeconds(8);
  private static final long LEAD_MILLIS = 3_000;

  /** A key of a partition of each set. */
  private static final List<String> KEYS = List.of(keyOf(0), keyOf(1), keyOf(2));

  private final SimWorld world = SimWorld.of(1);
  private final Map<Integer, Running> running = new HashMap<>();
  private SimCluster cluster = cluster();
  private long time;

  /** Whether fresh records are on their way to no other node. */
  private boolean freshWithheld;

  /** What is done when the next repair is sent, before it arrives. */
  private @Nullable Runnable onRepair;

  private record Running(SimLane lane, ReplicationProgram program) {}

  private static String keyOf(int set) {
    for (int i = 0; ; i++) {
      String key = "k" + i;
      if (new Key(1, key.getBytes(UTF_8)).partition(SimCluster.PARTITIONS) % SETS.size() == set) {
        return key;
      }
    }
  }

  private SimCluster cluster(LeftOut... rules) {
    Sabotage sabotage =
        new Sabotage() {
          @Override
          public Set<LeftOut> leftOut() {
            return Set.of(rules);
          }
        };
    var made =
        new SimCluster(
            world,
            ALL.length,
            new Tenant(1, Tenant.DEFAULT_NAME, 3, Level.QUORUM, Level.QUORUM, 0),
            environment -> {
              var program =
                  ReplicationProgram.create(
                      environment,
                      placements(1, Cut.NONE),
                      CoordinatorConfig.DEFAULT,
                      Set.of(rules));
              running.put(environment.index(), new Running(environment.lane(), program));
              return program;
            },
            sabotage);
    made.network()
        .addRule(
            Write.class,
            sent -> freshWithheld && sent.message().cause() == Cause.FRESH ? null : sent.message());
    made.network().addRule(Write.class, sent -> overtaken(sent.message()));
    return made;
  }

  private Write overtaken(Write write) {
    Runnable first = onRepair;
    if (first != null && write.cause() == Cause.REPAIR) {
      onRepair = null;
      world.schedule(1, "overtakes", first);
    }
    return write;
  }

  private void begin(LeftOut... rules) {
    cluster = cluster(rules);
    cluster.startAll();
    world.runFor(Duration.ofSeconds(1));
    time = Hlc.of(cluster.node(A).clock().wallMillis() + LEAD_MILLIS, 0);
  }

  private static final TenantSettings HISTORY =
      TenantSettings.NONE.with(TenantSetting.HISTORY_MILLIS, Duration.ofHours(1).toMillis());

  private static Placements placements(long epoch, Cut cut) {
    List<PartitionPlacement> partitions = new ArrayList<>();
    for (int partition = 0; partition < SimCluster.PARTITIONS; partition++) {
      partitions.add(
          new PartitionPlacement(
              epoch,
              SETS.get(partition % SETS.size()).stream().map(ReplicationProgram::idOf).toList()));
    }
    Placements like = FixedPlacements.of(ALL.length, epoch, List.of(A, B, C));
    return new Placements(
        like.clusterVersion(),
        epoch + (cut.step() == Step.SEALED ? 1 : 0),
        like.nodes(),
        Tenants.of(Map.of(Tenant.DEFAULT_NAME, new Tenant(1, Tenant.DEFAULT_NAME, 3, HISTORY))),
        partitions,
        0,
        Map.of(),
        cut);
  }

  private Cut cut(Step step) {
    List<SortedSet<NodeId>> counted = new ArrayList<>();
    if (step == Step.SEALED) {
      for (int partition = 0; partition < SimCluster.PARTITIONS; partition++) {
        SortedSet<NodeId> of = new TreeSet<>();
        SETS.get(partition % SETS.size()).forEach(each -> of.add(ReplicationProgram.idOf(each)));
        counted.add(of);
      }
    }
    return new Cut(
        7, time, step, new TreeSet<>(Set.of(1)), counted, step == Step.ARMED ? 0 : time, "");
  }

  private void arm(int... nodes) {
    learn(placements(2, cut(Step.ARMED)), nodes);
  }

  private void close(int... nodes) {
    learn(placements(3, cut(Step.CLOSED)), nodes);
  }

  private void seal(int... nodes) {
    learn(placements(3, cut(Step.SEALED)), nodes);
  }

  private void learn(Placements next, int... nodes) {
    for (int node : nodes) {
      Running at = Objects.requireNonNull(running.get(node));
      at.lane.execute(() -> at.program.learn(next));
    }
    world.runFor(Duration.ofMillis(50));
  }

  private AtomicReference<@Nullable Outcome> put(int node, String key, long aboveHlc) {
    return submit(
        node,
        new Operation.Put(
            Tenant.DEFAULT_NAME,
            key.getBytes(UTF_8),
            key.getBytes(UTF_8),
            null,
            0,
            RequestId.NONE,
            null,
            aboveHlc));
  }

  private AtomicReference<@Nullable Outcome> get(int node, String key) {
    return submit(node, new Operation.Get(Tenant.DEFAULT_NAME, key.getBytes(UTF_8), Level.QUORUM));
  }

  private AtomicReference<@Nullable Outcome> submit(int at, Operation operation) {
    AtomicReference<@Nullable Outcome> outcome = new AtomicReference<>();
    SimNode node = cluster.node(at);
    ClientRequest request =
        Objects.requireNonNull(
            ClientRequest.of(
                placements(1, Cut.NONE), operation, node.clock().nanos() + LATER.toNanos()));
    node.onCoordinator(coordinator -> coordinator.submit(request, outcome::set));
    return outcome;
  }

  private Version versionRead(AtomicReference<@Nullable Outcome> outcome) {
    assertThat(world.runUntil(() -> outcome.get() != null, LATER)).isTrue();
    assertThat(outcome.get()).isInstanceOf(Outcome.Read.class);
    var read = (Outcome.Read) Objects.requireNonNull(outcome.get());
    return Objects.requireNonNull(read.version());
  }

  private Version versionWritten(AtomicReference<@Nullable Outcome> outcome) {
    assertThat(world.runUntil(() -> outcome.get() != null, LATER)).isTrue();
    assertThat(outcome.get()).isInstanceOf(Outcome.Written.class);
    return ((Outcome.Written) Objects.requireNonNull(outcome.get())).version();
  }

  /** What the cut has of each key, as its images at all nodes but one show it. */
  private Map<String, Version> readWithout(int paused, int asked) {
    cluster.node(paused).pause();
    Map<String, Version> all = new TreeMap<>();
    Tenant tenant = Objects.requireNonNull(placements(1, Cut.NONE).tenant(Tenant.DEFAULT_NAME));
    for (int partition = 0; partition < SimCluster.PARTITIONS; partition++) {
      int number = partition;
      AtomicReference<@Nullable List<Item>> page = new AtomicReference<>();
      AtomicReference<@Nullable Failure> failure = new AtomicReference<>();
      SimNode node = cluster.node(asked);
      node.onCoordinator(
          coordinator ->
              coordinator
                  .backups()
                  .read(
                      tenant,
                      BackupPlane.Part.of(number, new byte[0], 7),
                      node.clock().nanos() + LATER.toNanos(),
                      new BackupPlane.PageCallback() {
                        @Override
                        public void page(
                            List<Item> items, byte @Nullable [] next, boolean potentiallyStale) {
                          page.set(items);
                        }

                        @Override
                        public void failed(Failure why) {
                          failure.set(why);
                        }
                      }));
      world.runUntil(() -> page.get() != null || failure.get() != null, LATER.plus(SOON));
      assertThat(failure.get()).isNull();
      for (Item item : Objects.requireNonNull(page.get())) {
        all.put(new String(item.key(), UTF_8), item.record().version());
      }
    }
    cluster.node(paused).resume();
    return all;
  }

  /** A write that only C has, and that was not acknowledged. */
  private AtomicReference<@Nullable Outcome> putOnlyAtC() {
    freshWithheld = true;
    AtomicReference<@Nullable Outcome> put = put(C, KEYS.get(0), 0);
    world.runFor(Duration.ofMillis(100));
    return put;
  }

  /**
   * B and D have not closed yet, so a session that is shown what is in no image could write below
   * the time there.
   */
  @Test
  void whatIsInNoImageIsShownOnlyOnceNobodyWritesIntoTheCut() {
    begin();
    var readBeforeTheSeal = readOfWhatOnlyCHas();
    assertThat(readBeforeTheSeal.get()).as("answered before the seal").isNull();
    assertThat(cluster.windows().count("waited for seal")).isPositive();

    close(B, D, E);
    seal(ALL);

    Version seen = versionRead(readBeforeTheSeal);
    assertThat(Long.compareUnsigned(seen.hlc(), time)).isNegative();
    Version written = versionWritten(put(E, KEYS.get(2), seen.hlc()));
    assertThat(Long.compareUnsigned(written.hlc(), time)).as("above the cut").isPositive();
    assertThat(readWithout(C, A)).isEmpty();
  }

  @Test
  void withoutThatTheCutHasAWriteAndNotWhatItsSessionHadRead() {
    begin(LeftOut.CUT_WAITS_FOR_SEAL, LeftOut.CUT_VOIDED);
    Version seen = versionRead(readOfWhatOnlyCHas());
    freshWithheld = false;
    Version written = versionWritten(put(E, KEYS.get(2), seen.hlc()));
    cluster.node(B).resume();
    close(B, D, E);
    seal(ALL);

    assertThat(Long.compareUnsigned(written.hlc(), time)).as("in the cut").isNegative();
    assertThat(readWithout(C, A))
        .containsEntry(KEYS.get(2), written)
        .doesNotContainKey(KEYS.get(0));
  }

  /** The seal comes too late: the read goes on, and its session writes where nothing is closed. */
  private Version writtenAfterAReadThatHasWaited() {
    Version seen = versionRead(readOfWhatOnlyCHas());
    assertThat(cluster.windows().count("waited for seal")).isPositive();
    Version written = versionWritten(put(E, KEYS.get(2), seen.hlc()));
    assertThat(Long.compareUnsigned(written.hlc(), time)).as("in the cut").isNegative();
    close(B, D, E);
    seal(ALL);
    return written;
  }

  @Test
  void whatIsShownThoughNoSealCameMakesTheCutVoid() {
    begin();
    var unused = writtenAfterAReadThatHasWaited();

    assertThat(cluster.windows().count("image void")).isPositive();
    assertThatThrownBy(() -> readWithout(C, A))
        .hasMessageContaining("images of cut 7 are needed of 2 of 3 replicas; 1 answered");
  }

  @Test
  void withoutThatTheCutHasTheAnswerToAReadThatHasWaited() {
    begin(LeftOut.CUT_VOIDED);
    Version written = writtenAfterAReadThatHasWaited();

    assertThat(readWithout(C, A))
        .containsEntry(KEYS.get(2), written)
        .doesNotContainKey(KEYS.get(0));
  }

  private AtomicReference<@Nullable Outcome> readOfWhatOnlyCHas() {
    var unused = putOnlyAtC();
    arm(ALL);
    close(A, C);
    cluster.node(B).pause();
    AtomicReference<@Nullable Outcome> read = get(A, KEYS.get(0));
    world.runFor(SOON);
    if (read.get() == null) {
      cluster.node(B).resume();
      freshWithheld = false;
    }
    return read;
  }

  /** Their clocks are behind the time of the cut, and some write below it if they may. */
  @Test
  void whatIsWrittenOnceAllHaveClosedIsAboveTheTime() {
    begin();
    arm(ALL);
    close(ALL);
    Version written = versionWritten(put(A, KEYS.get(0), 0));
    seal(ALL);

    assertThat(Long.compareUnsigned(written.hlc(), time)).as("above the cut").isPositive();
    assertThat(readWithout(C, A)).isEmpty();
  }

  @Test
  void withoutThatTheCutLacksWhatIsWrittenThen() {
    begin(LeftOut.CUT_CLOSED);
    arm(ALL);
    close(ALL);
    Version written = versionWritten(put(A, KEYS.get(0), 0));
    seal(ALL);

    assertThat(Long.compareUnsigned(written.hlc(), time)).as("in the cut").isNegative();
    assertThat(readWithout(C, A)).isEmpty();
  }

  private Cut ofPast(Step step) {
    Cut like = cut(step);
    return new Cut(like.id(), time, step, true, like.tenants(), like.counted(), like.floor(), "");
  }

  /**
   * Only A has it; a read by A brings it to B, and B has come to hold something later by then. The
   * read shows it, for A and B are a majority.
   */
  private Version readThoughBHoldsSomethingLater() {
    freshWithheld = true;
    var unused = put(A, KEYS.get(0), 0);
    world.runFor(Duration.ofMillis(100));
    cluster.node(C).pause();
    var read = get(A, KEYS.get(0));
    onRepair =
        () -> {
          time = Hlc.of(cluster.node(B).clock().wallMillis() - 20, 0xFFFF);
          var unusedToo = put(B, KEYS.get(0), 0);
        };
    Version seen = versionRead(read);
    assertThat(Long.compareUnsigned(seen.hlc(), time)).as("up to the moment").isNegative();
    cluster.node(C).resume();
    return seen;
  }

  /** The same while a cut is armed, and the clock of B is past its time. */
  private Version readThoughBIsPastTheTime() {
    time = Hlc.of(cluster.node(A).clock().wallMillis() + 400, 0);
    arm(ALL);
    freshWithheld = true;
    var unused = put(A, KEYS.get(0), 0);
    world.runFor(Duration.ofMillis(100));
    cluster.node(C).pause();
    cluster.node(B).skew(450);
    var read = get(A, KEYS.get(0));
    onRepair =
        () -> {
          var unusedToo = put(B, KEYS.get(0), 0);
        };
    Version seen = versionRead(read);
    assertThat(Long.compareUnsigned(seen.hlc(), time)).as("up to the time").isNegative();
    cluster.node(C).resume();
    world.runFor(SOON);
    close(ALL);
    seal(ALL);
    return seen;
  }

  @Test
  void whatWasReadIsInTheCutThoughItCameBelowSomethingLater() {
    begin();
    Version seen = readThoughBIsPastTheTime();

    assertThat(cluster.windows().count("came late for cut")).isPositive();
    assertThat(readWithout(A, C)).containsEntry(KEYS.get(0), seen);
  }

  @Test
  void withoutThatTheCutLacksWhatWasReadBelowSomethingLater() {
    begin(LeftOut.CUT_KEPT_LATE);
    var unused = readThoughBIsPastTheTime();

    assertThat(readWithout(A, C)).isEmpty();
  }

  private void closeOneOfThePast() {
    learn(placements(2, ofPast(Step.CLOSED)), ALL);
    learn(placements(2, ofPast(Step.SEALED)), ALL);
  }

  @Test
  void whatWasReadIsInOneOfThePastThoughItCameBelowSomethingLater() {
    begin();
    Version seen = readThoughBHoldsSomethingLater();
    closeOneOfThePast();

    assertThat(cluster.windows().count("history: kept late")).isPositive();
    assertThat(readWithout(A, C)).containsEntry(KEYS.get(0), seen);
  }

  @Test
  void withoutThatOneOfThePastLacksWhatWasRead() {
    begin(LeftOut.HISTORY_LATE);
    var unused = readThoughBHoldsSomethingLater();
    closeOneOfThePast();

    assertThat(readWithout(A, C)).isEmpty();
  }

  /** Its answer is stamped by a clock that is behind the one of its question. */
  @Test
  void whatASessionWritesIsNotInTheCutWithoutWhatItHadSeen() {
    long seen = writtenByAClockThatIsAhead();

    Version written = versionWritten(put(E, KEYS.get(2), seen));
    close(ALL);
    seal(ALL);

    assertThat(Long.compareUnsigned(written.hlc(), time)).as("above the cut").isPositive();
    assertThat(readWithout(C, A)).isEmpty();
  }

  @Test
  void ofASessionThatDoesNotTellWhatItHasSeenTheCutHasTheAnswerAlone() {
    var unused = writtenByAClockThatIsAhead();

    Version written = versionWritten(put(E, KEYS.get(2), 0));
    close(ALL);
    seal(ALL);

    assertThat(Long.compareUnsigned(written.hlc(), time)).as("in the cut").isNegative();
    assertThat(readWithout(C, A)).containsOnlyKeys(KEYS.get(2));
  }

  private long writtenByAClockThatIsAhead() {
    begin();
    time = Hlc.of(cluster.node(E).clock().wallMillis() + 150, 0);
    arm(ALL);
    cluster.node(A).skew(300); // E follows it as soon as it hears of it
    Version seen = versionWritten(put(A, KEYS.get(0), 0));
    assertThat(Long.compareUnsigned(seen.hlc(), time)).as("above the cut").isPositive();
    return seen.hlc();
  }

  /** A repair has brought it after the images were fixed, and its writer has yet to give up. */
  @Test
  void whatIsInNoImageIsNotAcknowledgedBelowItsTimeThoughAMajorityHoldsIt() {
    begin();

    Version written = acknowledgedAfterARepair();

    assertThat(Long.compareUnsigned(written.hlc(), time)).as("above the cut").isPositive();
    assertThat(cluster.windows().count("refused below cut")).isPositive();
    assertThat(readWithout(C, A)).isEmpty();
  }

  @Test
  void withoutThatTheCutLacksAnAcknowledgedWrite() {
    begin(LeftOut.CUT_CLOSED_WHATEVER_IS_HELD);

    Version written = acknowledgedAfterARepair();

    assertThat(Long.compareUnsigned(written.hlc(), time)).as("in the cut").isNegative();
    assertThat(readWithout(C, A)).isEmpty();
  }

  private Version acknowledgedAfterARepair() {
    AtomicReference<@Nullable Outcome> put = putOnlyAtC();
    arm(ALL);
    close(ALL);
    seal(ALL);
    cluster.node(B).pause();
    var unused = versionRead(get(A, KEYS.get(0)));
    assertThat(put.get()).as("the write of C").isNull();
    cluster.node(B).resume();
    freshWithheld = false;
    return versionWritten(put);
  }
}
