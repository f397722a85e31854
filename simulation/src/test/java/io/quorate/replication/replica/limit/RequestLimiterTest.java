package io.quorate.replication.replica.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.event.Event;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.replication.event.RequestEvent;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.NotNow;
import io.quorate.replication.message.ReplicaMessage.Read;
import io.quorate.replication.message.ReplicaMessage.ReadReply;
import io.quorate.replication.message.ReplicaMessage.ReadVersions;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.Same;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.Versions;
import io.quorate.replication.message.ReplicaMessage.VersionsReply;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.message.ReplicaMessage.WriteReply;
import io.quorate.replication.replica.NoteLimits;
import io.quorate.replication.replica.Replica;
import io.quorate.replication.replica.ReplicaEvent;
import io.quorate.replication.replica.memory.CacheSizes;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.storage.CopiedImage;
import io.quorate.storage.HistoryStore;
import io.quorate.storage.KeptArrivals;
import io.quorate.storage.KeptHistory;
import io.quorate.storage.KeptNotes;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import io.quorate.version.Hlc;
import io.quorate.version.HybridClock;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Floods from other nodes against a replica whose disk makes no progress. */
class RequestLimiterTest {
  private static final NodeId SELF = new NodeId(1);
  private static final NodeId OTHER = new NodeId(2);
  private static final int REQUESTS_MAX = 10;
  private static final int RECORD_BYTES = 100;

  private final StuckStore store = new StuckStore();
  private final SimWorld world = SimWorld.of(1);
  private final List<Event> events = new ArrayList<>();
  private final List<WriteOutcome> written = new ArrayList<>();
  private final List<ReplicaMessage.ReadOutcome> read = new ArrayList<>();
  private final List<VersionsReply> pages = new ArrayList<>();
  private final Replica replica =
      new Replica(
          new Replica.Collaborators(
              SELF,
              store,
              new KeptArrivals(),
              new KeptNotes(),
              new SimClock(world, world.random("clock")),
              new HybridClock(500),
              new CacheSizes(1 << 20, 1 << 20),
              NoteLimits.DEFAULT,
              events::add),
          placements());
  private int sent;

  @Test
  void floodOfWritesIsRefusedAtOnceAndLeavesNothingBehind() {
    RequestLimiter limiter = limiter(REQUESTS_MAX, 1 << 20);
    for (int i = 0; i < 100_000; i++) {
      limiter.onRequest(OTHER, write(Cause.FRESH));
    }
    assertThat(written).hasSize(100_000 - REQUESTS_MAX).allMatch(NotNow.class::isInstance);
    assertThat(limiter.underWay()).isEqualTo(REQUESTS_MAX);
    assertThat(store.puts).hasSize(REQUESTS_MAX);
    assertThat(events).contains(new RequestEvent.Overloaded("replica_requests"));

    written.clear();
    store.sync();
    assertThat(written).hasSize(REQUESTS_MAX).allMatch(Stored.class::isInstance);
    assertThat(limiter.underWay()).isZero();
    assertThat(limiter.bytes()).isZero();
    limiter.onRequest(OTHER, write(Cause.FRESH));
    assertThat(store.puts).as("there is room again").hasSize(1);
  }

  @Test
  void bytesOfWritesAreBoundedButOneMayAlwaysBe() {
    RequestLimiter limiter = limiter(1_000, 5 * RECORD_BYTES);
    for (int i = 0; i < 100; i++) {
      limiter.onRequest(OTHER, write(Cause.REPAIR));
    }
    assertThat(limiter.bytes()).isBetween(1L, 5L * RECORD_BYTES);
    assertThat(events).contains(new RequestEvent.Overloaded("replica_bytes"));

    RequestLimiter narrow = limiter(1_000, 1);
    int before = store.puts.size();
    narrow.onRequest(OTHER, write(Cause.FRESH));
    narrow.onRequest(OTHER, write(Cause.FRESH));
    assertThat(store.puts).hasSize(before + 1);
  }

  @Test
  void hintsFindRoomWhereOthersDoNot() {
    RequestLimiter limiter = limiter(REQUESTS_MAX, 1 << 20);
    for (int i = 0; i < 50; i++) {
      limiter.onRequest(OTHER, write(Cause.FRESH));
    }
    written.clear();
    for (int i = 0; i < REQUESTS_MAX; i++) {
      limiter.onRequest(OTHER, write(Cause.HINT));
    }
    assertThat(written).as("refusals of hints").isEmpty();
    limiter.onRequest(OTHER, write(Cause.HINT));
    assertThat(written).as("they are bounded too").hasSize(1);
  }

  @Test
  void readThatNobodyWaitsForDoesNotCostTheDiskAnything() {
    RequestLimiter limiter = limiter(REQUESTS_MAX, 1 << 20);
    limiter.onRequest(OTHER, read(50));
    limiter.onRequest(OTHER, read(5_000));
    world.runFor(Duration.ofMillis(100));
    store.readAll();

    assertThat(store.reads).isEqualTo(1);
    assertThat(read).hasSize(2);
    assertThat(read.get(0)).isInstanceOf(Refused.class);
    assertThat(read.get(1)).isEqualTo(Same.INSTANCE);
    assertThat(events).contains(new RequestEvent.Expired(RequestEvent.Stage.AT_REPLICA));
    assertThat(limiter.underWay()).isZero();
  }

  /** Otherwise the write would become a hint, and cost more. */
  @Test
  void writeIsStoredHoweverLate() {
    RequestLimiter limiter = limiter(REQUESTS_MAX, 1 << 20);
    store.readsWait = true;
    limiter.onRequest(OTHER, write(Cause.FRESH));
    world.runFor(Duration.ofSeconds(10));
    store.readAll();
    store.sync();
    assertThat(written).containsExactly(Stored.INSTANCE);
  }

  /** Else each second question would make the disk slower, and the third more likely. */
  @Test
  void pageThatIsBeingReadIsNotReadASecondTimeBesideThat() {
    RequestLimiter limiter = limiter(REQUESTS_MAX, 1 << 20);
    for (int i = 0; i < 5; i++) {
      limiter.onRequest(OTHER, versions(7));
    }
    limiter.onRequest(OTHER, versions(8));
    limiter.onRequest(new NodeId(3), versions(7));
    assertThat(store.scans).as("by two nodes, one of which asked for two").hasSize(3);
    assertThat(limiter.underWay()).isEqualTo(3);
    assertThat(events).containsOnly(ReplicaEvent.Window.PAGE_ASKED_FOR_AGAIN).hasSize(4);

    store.scans.remove().page(new RecordStore.Page(List.of(), true));
    store.scans.remove().failed(new StorageFault(StorageFault.Kind.FAILED, "slow"));
    assertThat(pages).extracting(VersionsReply::id).containsExactly(7L, 8L);
    limiter.onRequest(OTHER, versions(7));
    limiter.onRequest(OTHER, versions(8));
    assertThat(store.scans).as("answers may be lost").hasSize(3);
  }

  @Test
  void versionsAreToldBeforeTheyAreAskedForAgain() {
    RequestLimiter limiter = limiter(REQUESTS_MAX, 1 << 20);
    limiter.onRequest(OTHER, versions(7));
    for (byte key = 1; key <= 2; key++) {
      assertThat(pages).isEmpty();
      world.runFor(Duration.ofMillis(60));
      store.scans.remove().page(pageOf(key));
    }
    assertThat(store.scans).isEmpty();
    assertThat(pages).hasSize(1);
    assertThat(((Versions) pages.get(0).outcome()).reached()).isEqualTo(key((byte) 2));
  }

  private static Key key(byte name) {
    return new Key(1, new byte[] {name});
  }

  private static RecordStore.Page pageOf(byte key) {
    Record record = Record.value(new Version(0, Hlc.of(10, 0), OTHER, 1), 1, 0, new byte[1]);
    return new RecordStore.Page(List.of(new RecordStore.Entry(key(key), record)), false);
  }

  private static ReadVersions versions(long id) {
    var range = new RecordStore.Range(0, 1, new byte[0], new byte[0], 10, 1 << 10);
    return new ReadVersions(id, 1, range, new BitSet(), 1_000);
  }

  private RequestLimiter limiter(int requestsMax, long bytesMax) {
    return new RequestLimiter(
        replica,
        () -> 1,
        this::onReply,
        new RequestLimiterConfig(requestsMax, bytesMax),
        events::add);
  }

  private void onReply(NodeId to, ReplicaMessage reply) {
    assertThat(to).isIn(OTHER, new NodeId(3));
    switch (reply) {
      case VersionsReply page -> pages.add(page);
      case WriteReply write -> written.add(write.outcome());
      case ReadReply answer -> read.add(answer.outcome());
      default -> throw new AssertionError(reply);
    }
  }

  private Write write(Cause cause) {
    int id = ++sent;
    byte[] name = {(byte) (id >> 24), (byte) (id >> 16), (byte) (id >> 8), (byte) id};
    Record record =
        Record.value(
            new Version(0, Hlc.of(10 + id, 0), OTHER, 1), 1, 0, new byte[RECORD_BYTES / 2]);
    return new Write(id, 0, 1, new Key(1, name), record, cause, 1_000);
  }

  private Read read(int timeoutMillis) {
    return new Read(++sent, 0, 1, new Key(1, new byte[] {42}), null, false, 0, timeoutMillis);
  }

  private static Placements placements() {
    return new Placements(1, Map.of(), Map.of(), List.of(new PartitionPlacement(1, List.of(SELF))));
  }

  /** A store that reads and syncs when the test says so. */
  private static final class StuckStore implements RecordStore {
    private final HistoryStore history = new KeptHistory();
    private final ArrayDeque<PutCallback> puts = new ArrayDeque<>();
    private final ArrayDeque<GetCallback> gets = new ArrayDeque<>();
    private final ArrayDeque<ScanCallback> scans = new ArrayDeque<>();
    private boolean readsWait;
    private int reads;

    @Override
    public void get(int partition, Key key, GetCallback callback) {
      if (readsWait || key.bytes().length == 1) {
        gets.add(callback);
      } else {
        callback.found(null);
      }
    }

    @Override
    public void put(int partition, Key key, Record record, PutCallback durable) {
      puts.add(durable);
    }

    @Override
    public void remove(int partition, Key key, PutCallback durable) {
      puts.add(durable);
    }

    @Override
    public void drop(int partition, PutCallback durable) {
      throw new AssertionError("nobody drops");
    }

    @Override
    public void tenants(int partition, Consumer<@Nullable List<Integer>> callback) {
      throw new AssertionError("tenants are not asked for here");
    }

    @Override
    public void onUnreadable(int partitions, IntConsumer watcher) {}

    @Override
    public void scan(Range range, ScanCallback callback) {
      scans.add(callback);
    }

    @Override
    public Image image() {
      return new CopiedImage(new StuckStore());
    }

    @Override
    public HistoryStore history() {
      return history;
    }

    void sync() {
      for (PutCallback put = puts.poll(); put != null; put = puts.poll()) {
        put.stored();
      }
    }

    void readAll() {
      for (GetCallback get = gets.poll(); get != null; get = gets.poll()) {
        if (get.isWanted()) {
          reads++;
          get.found(null);
        } else {
          get.notRead();
        }
      }
    }
  }
}
