package io.quorate.sim.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.Command;
import io.quorate.metadata.CommandOutcome;
import io.quorate.model.RequestId;
import io.quorate.placement.Level;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.api.BackupPlane.Item;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.WriteRecords;
import io.quorate.replication.message.ReplicaMessage.WriteRecordsReply;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import io.quorate.storage.memory.DiskSpeed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What was acknowledged before a backup began is in it, and in the tenant that is restored from it,
 * whichever minority of nodes is down meanwhile (docs/design/backup.md).
 */
class RestoredTenantTest {
  private static final String ORDERS = "orders";
  private static final String AGAIN = "again";
  private static final int KEYS = 60;
  private static final int ROUNDS = 4;

  /** So that records are under way while an epoch ends, and still end in time. */
  private static final DiskSpeed SLOWER = new DiskSpeed(1_000_000, 5_000_000, 10, 50_000, 500_000);

  private static final long DEADLINE_NANOS = Long.MAX_VALUE / 2;

  private final ThreeNodes nodes = ThreeNodes.without();
  private final Random random = new Random(20_261_127);

  /** Null while all run. */
  private @Nullable Integer down;

  /** One after the other, but for the one that is down. */
  private int turn;

  private final BackupOf backup = new BackupOf(nodes.cluster(), this::next);

  private int next() {
    turn = (turn + 1) % 3;
    return Integer.valueOf(turn).equals(down) ? next() : turn;
  }

  private void create(String tenant) {
    assertThat(backup.decide(new Command.CreateTenant(tenant, 3, TenantSettings.NONE)))
        .isInstanceOf(CommandOutcome.Accepted.class);
    nodes.await(
        () ->
            nodes.cluster().present().stream()
                .allMatch(node -> BackupOf.tenant(node, tenant) != null));
  }

  /** Null if the node knows no such tenant. The checker of promises knows nothing of it. */
  private @Nullable Outcome run(Operation operation) {
    AtomicReference<@Nullable Outcome> outcome = new AtomicReference<>();
    SimNode node = nodes.node(next());
    Placements known = Objects.requireNonNull(node.placements());
    ClientRequest request = ClientRequest.of(known, operation, DEADLINE_NANOS);
    if (request == null) {
      return null;
    }
    node.onCoordinator(coordinator -> coordinator.submit(request, outcome::set));
    nodes.await(() -> outcome.get() != null);
    return outcome.get();
  }

  private @Nullable Outcome put(String tenant, String key, String value) {
    return run(
        new Operation.Put(
            tenant, key.getBytes(UTF_8), value.getBytes(UTF_8), null, 0, RequestId.NONE));
  }

  private @Nullable Outcome get(String tenant, String key) {
    return run(new Operation.Get(tenant, key.getBytes(UTF_8), Level.QUORUM));
  }

  private SortedMap<String, String> fill(String prefix) {
    SortedMap<String, String> written = new TreeMap<>();
    for (int i = 0; i < KEYS; i++) {
      assertThat(put(ORDERS, prefix + i, "of " + i)).isInstanceOf(Outcome.Written.class);
      written.put(prefix + i, "of " + i);
    }
    return written;
  }

  private void crash(int node) {
    down = node;
    nodes.loses(node);
  }

  private void start() {
    if (down != null) {
      nodes.node(down).start();
      down = null;
      nodes.awaitReady();
    }
  }

  private void assertHolds(String tenant, SortedMap<String, String> expected) {
    assertThat(BackupOf.texts(backup.read(tenant))).isEqualTo(expected);
  }

  private void assertOpens(String tenant) {
    nodes.await(
        () ->
            nodes.cluster().present().stream()
                .allMatch(node -> BackupOf.isThere(node, tenant, false)));
  }

  @Test
  void allThatIsThereComesBackUnderAnotherName() {
    create(ORDERS);
    SortedMap<String, String> written = fill("k");
    assertThat(run(new Operation.Delete(ORDERS, "k1".getBytes(UTF_8), null, RequestId.NONE)))
        .isInstanceOf(Outcome.Written.class);
    assertThat(put(ORDERS, "k2", "again")).isInstanceOf(Outcome.Written.class);
    written.remove("k1");
    written.put("k2", "again");

    backup.restore(backup.read(ORDERS), AGAIN);

    assertOpens(AGAIN);
    assertHolds(AGAIN, written);
    assertThat(put(AGAIN, "k2", "written later")).isInstanceOf(Outcome.Written.class);
    assertThat(textOf(get(AGAIN, "k2"))).isEqualTo("written later");
    assertThat(textOf(get(ORDERS, "k2"))).isEqualTo("again");
    nodes.comeToRest();
  }

  private static @Nullable String textOf(@Nullable Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Read.class);
    var live = ((Outcome.Read) Objects.requireNonNull(outcome)).live();
    return live == null ? null : new String(live.copyValue(), UTF_8);
  }

  /** Else a client would take half of it for all, or write what is then below what was restored. */
  @Test
  void clientsAreRefusedUntilItIsFinished() {
    create(ORDERS);
    fill("k");
    List<Item> read = backup.read(ORDERS);
    backup.begin(AGAIN);
    backup.store(read.subList(0, KEYS / 2), AGAIN);

    assertThat(reasonOf(put(AGAIN, "k1", "early"))).isEqualTo(Failure.Reason.UNKNOWN_TENANT);
    assertThat(reasonOf(get(AGAIN, "k1"))).isEqualTo(Failure.Reason.UNKNOWN_TENANT);

    backup.store(read.subList(KEYS / 2, KEYS), AGAIN);
    backup.finish(AGAIN);
    assertOpens(AGAIN);
    assertThat(textOf(get(AGAIN, "k1"))).isEqualTo("of 1");

    AtomicReference<@Nullable Object> late = backup.tryToStore(read.subList(0, 1), AGAIN);
    nodes.await(() -> late.get() != null);
    assertThat(late.get()).as("a batch that comes too late").isInstanceOf(Failure.class);
    assertThat(
            backup.decide(
                new Command.AlterTenant(
                    AGAIN, TenantSettings.NONE.with(TenantSetting.RESTORING, 5L))))
        .as("it is not begun again")
        .isInstanceOf(CommandOutcome.Rejected.class);
  }

  private static Failure.@Nullable Reason reasonOf(@Nullable Outcome outcome) {
    return outcome instanceof Outcome.Failed(Failure failure) ? failure.reason() : null;
  }

  /** Which replica is down, and has missed what, changes between the steps. */
  @Test
  void nothingAcknowledgedIsMissingWhicheverNodeIsDown() {
    create(ORDERS);
    SortedMap<String, String> written = new TreeMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      int backedUp = random.nextInt(3);
      crash(random.nextInt(3));
      written.putAll(fill("round " + round + " "));
      start();
      crash(backedUp);
      List<Item> read = backup.read(ORDERS);
      assertThat(BackupOf.texts(read)).isEqualTo(written);
      String restored = AGAIN + round;
      start();
      backup.begin(restored);
      List<List<Item>> parts = parts(read);
      for (List<Item> part : parts) {
        crash(random.nextInt(3));
        backup.store(part, restored);
        start();
      }
      crash(random.nextInt(3));
      backup.finish(restored);
      assertHolds(restored, written);
      start();
    }
    nodes.comeToRest();
  }

  /** So that it has all soon, and not when it is compared. */
  @Test
  void aReplicaThatIsDownIsOwedWhatItMisses() {
    create(ORDERS);
    fill("k");
    List<Item> read = backup.read(ORDERS);
    backup.begin(AGAIN);
    crash(2);
    backup.store(read, AGAIN);

    AtomicLong owed = new AtomicLong();
    for (int node = 0; node < 2; node++) {
      nodes
          .node(node)
          .onCoordinator(
              coordinator ->
                  coordinator
                      .hints()
                      .standings(0)
                      .forEach(each -> owed.addAndGet(each.hints() + each.repairs().size())));
    }
    nodes.pass(Duration.ofMillis(10));
    assertThat(owed.get()).as("hints, and partitions with more of them").isPositive();
    start();
    backup.finish(AGAIN);
    nodes.comeToRest();
  }

  private static List<List<Item>> parts(List<Item> all) {
    List<List<Item>> parts = new ArrayList<>();
    for (int from = 0; from < all.size(); from += KEYS / 3) {
      parts.add(all.subList(from, Math.min(all.size(), from + KEYS / 3)));
    }
    return parts;
  }

  /** A new epoch of each partition, while records are on their way to slow replicas. */
  @Test
  void recordsAreSentAgainUnderTheEpochThatHasBegun() {
    create(ORDERS);
    SortedMap<String, String> written = fill("k");
    List<Item> read = backup.read(ORDERS);
    backup.begin(AGAIN);
    nodes.node(1).disk().speed(SLOWER);
    nodes.node(2).disk().speed(SLOWER);
    List<AtomicReference<@Nullable Object>> answers = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      answers.add(backup.tryToStore(read, AGAIN));
      promiseAPurge(1 + round);
      nodes.pass(Duration.ofMillis(2));
    }
    nodes.await(() -> answers.stream().allMatch(answer -> answer.get() != null));

    assertThat(answers).extracting(AtomicReference::get).containsOnly("stored");
    assertThat(nodes.count("restored under another epoch")).isPositive();
    backup.finish(AGAIN);
    assertOpens(AGAIN);
    assertHolds(AGAIN, written);
    nodes.comeToRest();
  }

  /**
   * Each record is asked to be stored once, and there is no other way to it: a batch that goes on
   * with a part of its records under the next epoch loses the others.
   */
  @Test
  void aBatchThatIsSentAgainUnderAnotherEpochHasAllItsRecords() {
    create(ORDERS);
    SortedMap<String, String> written = fill("k");
    List<Item> read = backup.read(ORDERS);
    backup.begin(AGAIN);
    losesAllRecordsUntil(ROUNDS);
    AtomicReference<@Nullable Object> answer = backup.tryToStore(read, AGAIN);
    for (int round = 0; round < ROUNDS; round++) {
      promiseAPurge(1 + round);
      nodes.pass(Duration.ofMillis(100));
    }
    nodes.await(() -> answer.get() != null);

    assertThat(answer.get()).isEqualTo("stored");
    assertThat(nodes.count("restored under another epoch")).isPositive();
    assertHoldsWhicheverIsDown(written);
  }

  /** Batches of a restore arrive nowhere until their epoch is this many above that of now. */
  private void losesAllRecordsUntil(int epochs) {
    long first = Objects.requireNonNull(nodes.node(0).placements()).epoch(0);
    nodes
        .cluster()
        .network()
        .addRule(
            ReplicaMessage.class,
            sent ->
                sent.message() instanceof WriteRecords records && records.epoch() < first + epochs
                    ? null
                    : sent.message());
  }

  /** Messages are lost on the way there, and answers on the way back. */
  @Test
  void aBatchWhoseMessagesAreLostHasAllItsRecords() {
    create(ORDERS);
    SortedMap<String, String> written = fill("k");
    List<Item> read = backup.read(ORDERS);
    backup.begin(AGAIN);
    Set<String> lost = new TreeSet<>();
    nodes
        .cluster()
        .network()
        .addRule(
            ReplicaMessage.class,
            sent ->
                isLostAtFirst(sent.message(), sent.from() + " > " + sent.to(), lost)
                    ? null
                    : sent.message());
    AtomicReference<@Nullable Object> answer = backup.tryToStore(read, AGAIN);
    nodes.await(() -> answer.get() != null);

    assertThat(answer.get()).isEqualTo("stored");
    assertThat(lost).hasSizeGreaterThan(4);
    assertHoldsWhicheverIsDown(written);
  }

  /**
   * Of each batch of a partition the first message to each replica is lost, and the first answer of
   * each.
   */
  private static boolean isLostAtFirst(ReplicaMessage message, String way, Set<String> lost) {
    return switch (message) {
      case WriteRecords records -> lost.add(way + ": records " + records.id());
      case WriteRecordsReply reply -> lost.add(way + ": reply " + reply.id());
      default -> false;
    };
  }

  /**
   * Records of some partitions cannot be stored, and those of others are: then the batch is not,
   * and is given again.
   */
  @Test
  void aBatchThatIsStoredInPartIsNotStored() {
    create(ORDERS);
    SortedMap<String, String> written = fill("k");
    List<Item> read = backup.read(ORDERS);
    for (int unreachable = 0; unreachable < SimCluster.PARTITIONS; unreachable++) {
      int partition = unreachable;
      String tenant = AGAIN + partition;
      backup.begin(tenant);
      nodes
          .cluster()
          .network()
          .addRule(
              ReplicaMessage.class,
              sent ->
                  sent.message() instanceof WriteRecords records && records.partition() == partition
                      ? null
                      : sent.message());
      AtomicReference<@Nullable Object> answer = backup.tryToStore(read, tenant);
      nodes.await(() -> answer.get() != null);
      assertThat(answer.get()).isInstanceOf(Failure.class);
      nodes.cluster().network().clearRules();

      AtomicReference<@Nullable Object> again = backup.tryToStore(read, tenant);
      nodes.await(() -> again.get() != null);
      assertThat(again.get()).isEqualTo("stored");
      backup.finish(tenant);
      assertHolds(tenant, written);
    }
    nodes.comeToRest();
  }

  /** Of three replicas, two are asked, and hold all that was stored at a majority. */
  private void assertHoldsWhicheverIsDown(SortedMap<String, String> expected) {
    nodes.cluster().network().clearRules();
    backup.finish(AGAIN);
    for (int node = 0; node < 3; node++) {
      crash(node);
      assertHolds(AGAIN, expected);
      start();
    }
    nodes.comeToRest();
  }

  private void promiseAPurge(long mark) {
    Placements known = Objects.requireNonNull(nodes.node(0).placements());
    List<Command.AtEpoch> all = new ArrayList<>();
    for (int partition = 0; partition < SimCluster.PARTITIONS; partition++) {
      all.add(new Command.AtEpoch(partition, known.epoch(partition)));
    }
    nodes
        .node(0)
        .onMetadata(
            (group, nowNanos) ->
                group.propose(
                    new Command.PromisePurge(all, mark), nowNanos + 1_000_000_000L, ended -> {}));
  }

  /** What is restored lies at one time, and no purge is promised up to there meanwhile. */
  @Test
  void noPurgeIsPromisedAboveWhatIsBeingRestored() {
    create(ORDERS);
    fill("k");
    List<Item> read = backup.read(ORDERS);
    backup.begin(AGAIN);
    long at =
        Objects.requireNonNull(BackupOf.tenant(nodes.node(0), AGAIN)).get(TenantSetting.RESTORING);

    assertThat(promiseOutcome(at)).isInstanceOf(CommandOutcome.Rejected.class);
    assertThat(promiseOutcome(at - 1)).isInstanceOf(CommandOutcome.Accepted.class);
    backup.store(read, AGAIN);
    backup.finish(AGAIN);
    assertOpens(AGAIN);
    assertThat(promiseOutcome(at)).isInstanceOf(CommandOutcome.Accepted.class);
  }

  private @Nullable CommandOutcome promiseOutcome(long mark) {
    nodes.pass(Duration.ofSeconds(1)); // until all have heard of the epoch before
    long epoch = Objects.requireNonNull(nodes.node(0).placements()).epoch(0);
    return backup.decide(new Command.PromisePurge(List.of(new Command.AtEpoch(0, epoch)), mark));
  }

  /** A tenant cannot be created for records that would lie below a purge. */
  @Test
  void aRestoreBeginsAboveAllPurgesThatWerePromised() {
    assertThat(promiseOutcome(1_000)).isInstanceOf(CommandOutcome.Accepted.class);

    assertThat(createRestoring(1_000)).isInstanceOf(CommandOutcome.Rejected.class);
    assertThat(createRestoring(1_001)).isInstanceOf(CommandOutcome.Accepted.class);
  }

  /** It may be asked of a node that has yet to hear of the first time, and reads another clock. */
  @Test
  void aRestoreThatIsBegunAgainGoesOnAtItsTime() {
    assertThat(createRestoring(1_000)).isInstanceOf(CommandOutcome.Accepted.class);
    assertThat(createRestoring(2_000)).isInstanceOf(CommandOutcome.Accepted.class);
    nodes.pass(Duration.ofSeconds(1));
    Tenant begun = Objects.requireNonNull(BackupOf.tenant(nodes.node(0), AGAIN));
    assertThat(begun.get(TenantSetting.RESTORING)).isEqualTo(1_000);

    assertThat(createRestoring(2_000, BackupOf.ID + 1)).isInstanceOf(CommandOutcome.Rejected.class);
    assertThat(backup.decide(new Command.AlterTenant(AGAIN, TenantSettings.of(null, null, 5_000L))))
        .isInstanceOf(CommandOutcome.Accepted.class);
    assertThat(createRestoring(2_000)).as("altered").isInstanceOf(CommandOutcome.Accepted.class);
    backup.finish(AGAIN);
    assertThat(createRestoring(2_000)).isInstanceOf(CommandOutcome.Rejected.class);
  }

  private @Nullable CommandOutcome createRestoring(long hlc) {
    return createRestoring(hlc, BackupOf.ID);
  }

  private @Nullable CommandOutcome createRestoring(long hlc, long id) {
    return backup.decide(
        new Command.CreateTenant(
            AGAIN,
            3,
            TenantSettings.NONE
                .with(TenantSetting.RESTORING, hlc)
                .with(TenantSetting.RESTORED_FROM, id)));
  }
}
