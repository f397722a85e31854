package io.quorate.cli.backup.run;

import io.quorate.client.FailedPreconditionException;
import io.quorate.client.FailureCode;
import io.quorate.client.FailureInfo;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.ScanEntry;
import io.quorate.client.UnavailableException;
import io.quorate.client.Version;
import io.quorate.client.admin.BackupCut;
import io.quorate.client.admin.BackupPage;
import io.quorate.client.admin.BackupRecord;
import io.quorate.client.admin.Backups;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.EntryPage;
import io.quorate.client.admin.ReplicationFactor;
import io.quorate.client.admin.Role;
import io.quorate.client.admin.Tenant;
import io.quorate.client.admin.TenantChange;
import io.quorate.client.admin.TenantSettings;
import io.quorate.client.admin.User;
import io.quorate.hash.ContentHash;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A cluster in memory, of which backups are made and to which they are restored: tenants,
 * partitions and pages, and failures when a test says so.
 */
public final class FakeBackups implements Backups, ClusterCalls {
  private static final HexFormat HEX = HexFormat.of();

  /** Of each cut that is not as of a moment that was named. */
  public static final long CUT_MILLIS = 1_800_000_000_123L;

  private final int partitions;
  private final int pageRecords;
  private final SortedMap<String, Held> tenants = new TreeMap<>();
  private final FakeAccess access;
  private int lastId;

  /** Told what is asked before it is answered; may throw. */
  public volatile Consumer<String> onAsk = what -> {};

  /** Run before users and roles are told or changed; may throw. */
  public volatile Runnable onAccess = () -> {};

  /** Run before the tenants are told; may throw. */
  public volatile Runnable onTenants = () -> {};

  /** Run before the version is told; may throw. */
  public volatile Runnable onVersion = () -> {};

  /** What the next cuts end with, before they are sealed. */
  public final Deque<String> voids = new ConcurrentLinkedDeque<>();

  /** Which of these are said of each cut of the moment. */
  public final Set<String> beforeHistory = ConcurrentHashMap.newKeySet();

  /** Whether its nodes are of a release that says codes. */
  public volatile boolean saysCodes = true;

  /** Which cuts were ended, in order. */
  public final List<Long> endedCuts = new CopyOnWriteArrayList<>();

  /** How many of the next answers to those who want a cut are lost. */
  public final AtomicInteger lostAnswers = new AtomicInteger();

  /** Which cuts were to be kept, each as often as that was said. */
  public final List<Long> keptCuts = new CopyOnWriteArrayList<>();

  /** The moments of which cuts were asked for, in order. */
  public final List<Instant> askedAsOf = new CopyOnWriteArrayList<>();

  /** What was decided about each request for a cut: its id, or the refusal. */
  private final Map<UUID, Object> decided = new ConcurrentHashMap<>();

  private long cut;
  private BackupCut.Step cutStep = BackupCut.Step.ENDED;
  private List<String> cutTenants = List.of();
  private String whyVoid = "";
  private int cutLooks;
  private volatile long cutHlc = CUT_MILLIS << 16;

  /** What tenants had when the cut was sealed. */
  private final Map<String, SortedMap<byte[], byte[]>> images = new TreeMap<>();

  /** What the hybrid clocks of its nodes show. */
  public volatile long hlc = (CUT_MILLIS - 1_000_000) << 16;

  /** How many contents were left out of pages. */
  public final AtomicInteger leftOut = new AtomicInteger();

  /** How many were sent. */
  public final AtomicInteger sent = new AtomicInteger();

  public volatile int clusterVersion = 2;
  public volatile String clusterId = "00000000000000aa";
  public volatile boolean stale;

  /** A tenant and what it holds. */
  private static final class Held {
    private Tenant tenant;
    private long restore;

    /** What it was before it was restored into; null if it was created for the restore. */
    private @Nullable Tenant before;

    private final SortedMap<byte[], byte[]> records = new TreeMap<>(Arrays::compareUnsigned);

    /** Hybrid times of the versions of keys. */
    private final SortedMap<byte[], Long> times = new TreeMap<>(Arrays::compareUnsigned);

    private Held(Tenant tenant, long restore) {
      this.tenant = tenant;
      this.restore = restore;
    }
  }

  public FakeBackups(int partitions, int pageRecords) {
    this.partitions = partitions;
    this.pageRecords = pageRecords;
    this.access = new FakeAccess(() -> onAccess.run());
  }

  public synchronized FakeBackups tenant(
      String name, ReplicationFactor factor, TenantSettings settings) {
    tenants.put(name, new Held(made(name, factor, settings), 0));
    return this;
  }

  public FakeBackups tenant(String name) {
    return tenant(
        name,
        ReplicationFactor.of(3),
        TenantSettings.DEFAULT
            .model(io.quorate.client.admin.Model.LAST_WRITE_WINS)
            .retries(io.quorate.client.admin.Retries.REPEAT));
  }

  private Tenant made(String name, ReplicationFactor factor, TenantSettings settings) {
    return Tenant.builder()
        .name(name)
        .id(++lastId)
        .replicationFactor(factor.replicas())
        .nextReplicationFactor(factor.replicas())
        .replicasByRegion(factor.byRegion())
        .nextReplicasByRegion(factor.byRegion())
        .settings(settings)
        .build();
  }

  /** Before a restore goes into it, and after that was given up. */
  private Tenant underAnotherId(Tenant tenant) {
    return tenant.toBuilder().id(++lastId).build();
  }

  public FakeBackups put(String tenant, byte[] key, byte[] content) {
    return put(tenant, key, content, hlc);
  }

  /** Puts a key with a version of another time, as if it had reached a quorum late. */
  public synchronized FakeBackups put(String tenant, byte[] key, byte[] content, long time) {
    held(tenant).records.put(key, content);
    held(tenant).times.put(key, time);
    return this;
  }

  /** Deletes a key, so that readers find nothing. */
  public synchronized void delete(String tenant, byte[] key) {
    held(tenant).records.remove(key);
  }

  /** Lets the clocks go on. */
  public synchronized void pass(long millis) {
    hlc += millis << 16;
  }

  /** The keys of a tenant. */
  public synchronized List<byte[]> keys(String tenant) {
    return List.copyOf(held(tenant).records.keySet());
  }

  public synchronized void drop(String tenant) {
    tenants.remove(tenant);
  }

  /** Everything that a tenant has, in a form that can be compared. */
  public synchronized Map<String, String> contents(String tenant) {
    Map<String, String> all = new TreeMap<>();
    held(tenant)
        .records
        .forEach((key, content) -> all.put(HEX.formatHex(key), HEX.formatHex(content)));
    return all;
  }

  public synchronized boolean isOpen(String tenant) {
    return tenants.containsKey(tenant) && held(tenant).restore == 0;
  }

  private Held held(String tenant) {
    Held held = tenants.get(tenant);
    if (held == null) {
      throw new InvalidRequestException("no tenant " + tenant, FailureInfo.NONE);
    }
    return held;
  }

  private int partitionOf(byte[] key) {
    return Math.floorMod(Arrays.hashCode(key), partitions);
  }

  public static UnavailableException unavailable() {
    return new UnavailableException("too few replicas", FailureInfo.NONE, null);
  }

  @Override
  public BackupPage read(String tenant, int partition, byte[] after) {
    return read(tenant, partition, after, 0);
  }

  @Override
  public BackupPage read(String tenant, int partition, byte[] after, long asOf) {
    return read(tenant, partition, after, asOf, 0);
  }

  @Override
  public BackupPage read(String tenant, int partition, byte[] after, long asOf, long since) {
    onAsk.accept("read");
    long now = hlc;
    synchronized (this) {
      List<BackupRecord> page = new ArrayList<>();
      byte @Nullable [] next = null;
      for (Map.Entry<byte[], byte[]> each : records(tenant, asOf).entrySet()) {
        boolean later = Arrays.compareUnsigned(each.getKey(), after) > 0;
        if (later && partitionOf(each.getKey()) == partition) {
          if (page.size() == pageRecords) {
            next = page.getLast().key();
            break;
          }
          page.add(record(held(tenant), each.getKey(), each.getValue(), since));
        }
      }
      return BackupPage.of(page, next, stale, now);
    }
  }

  @Override
  public BackupPage read(Tenant tenant, int partition, byte[] after, long asOf, long since) {
    synchronized (this) {
      if (held(tenant.name()).tenant.id() != tenant.id()) {
        throw new FailedPreconditionException(
            "tenant '%s' was truncated or created again since it was looked at"
                .formatted(tenant.name()),
            FailureInfo.NONE);
      }
    }
    return read(tenant.name(), partition, after, asOf, since);
  }

  /** Contents stand for values. */
  @Override
  public EntryPage entries(String tenant, int partition, byte[] prefix, byte[] after, long asOf) {
    BackupPage page = read(tenant, partition, after, asOf);
    List<ScanEntry> entries = new ArrayList<>();
    for (BackupRecord each : page.records()) {
      if (Arrays.mismatch(prefix, each.key()) == prefix.length
          || Arrays.equals(prefix, each.key())) {
        entries.add(ScanEntry.of(each.key(), each.content(), Version.of(0, hlc, 1, 1), 0));
      }
    }
    return EntryPage.of(entries, page.next());
  }

  private BackupRecord record(Held held, byte[] key, byte[] content, long since) {
    if (since != 0 && held.times.getOrDefault(key, Long.MAX_VALUE) <= since) {
      leftOut.incrementAndGet();
      return BackupRecord.leftOut(key, content.length, ContentHash.of(content));
    }
    sent.incrementAndGet();
    return BackupRecord.of(key, content);
  }

  private SortedMap<byte[], byte[]> records(String tenant, long asOf) {
    if (asOf == 0) {
      return held(tenant).records;
    }
    SortedMap<byte[], byte[]> image = asOf == cut ? images.get(tenant) : null;
    if (image == null) {
      throw new FailedPreconditionException("its images are gone", FailureInfo.NONE);
    }
    return image;
  }

  /** How a node refuses a cut. */
  public static FailedPreconditionException refused(String why, FailureCode code) {
    return new FailedPreconditionException(why, FailureInfo.NONE.coded(code));
  }

  private FailureCode told(FailureCode code) {
    return saysCodes ? code : FailureCode.NONE;
  }

  /** A cut that is found begun when it is looked at first, and then sealed, or void. */
  @Override
  public long makeCut(List<String> tenants) {
    return makeCut(tenants, UUID.randomUUID());
  }

  @Override
  public long makeCut(List<String> tenants, UUID requestId) {
    return decided(requestId, () -> begin(tenants, CUT_MILLIS << 16));
  }

  /** What was decided about a request is the answer to it for good. */
  private long decided(UUID requestId, LongSupplier begin) {
    onAsk.accept("cut");
    Object answer =
        decided.computeIfAbsent(
            requestId,
            none -> {
              try {
                return begin.getAsLong();
              } catch (FailedPreconditionException refused) {
                return refused;
              }
            });
    onAsk.accept("decided");
    loseAnswer();
    if (answer instanceof FailedPreconditionException refused) {
      throw refused;
    }
    return (Long) answer;
  }

  private void loseAnswer() {
    if (lostAnswers.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new OutcomeUnknownException("no answer", FailureInfo.NONE, null);
    }
  }

  private long begin(List<String> tenants, long time) {
    synchronized (this) {
      if (cutStep != BackupCut.Step.ENDED) {
        throw refused("there is one at a time", told(FailureCode.OTHER_CUT));
      }
      cut++;
      cutStep = BackupCut.Step.BEGUN;
      cutTenants = tenants;
      cutLooks = 0;
      cutHlc = time;
      whyVoid = "";
      return cut;
    }
  }

  /** What tenants had at any moment is not known here: what they have is taken for it. */
  @Override
  public long makeCut(List<String> tenants, Instant asOf) {
    return makeCut(tenants, asOf, UUID.randomUUID());
  }

  @Override
  public long makeCut(List<String> tenants, Instant asOf, UUID requestId) {
    return decided(
        requestId,
        () -> {
          askedAsOf.add(asOf);
          return begin(tenants, asOf.toEpochMilli() << 16 | 0xFFFF);
        });
  }

  @Override
  public BackupCut cut(long id) {
    onAsk.accept("look");
    synchronized (this) {
      if (cutStep == BackupCut.Step.BEGUN && ++cutLooks > 1) {
        String reason = voids.poll();
        if (reason == null) {
          cutStep = BackupCut.Step.SEALED;
          for (String each : cutTenants) {
            SortedMap<byte[], byte[]> image = new TreeMap<>(Arrays::compareUnsigned);
            image.putAll(held(each).records);
            images.put(each, image);
          }
        } else {
          cutStep = BackupCut.Step.ENDED;
          whyVoid = reason;
        }
      }
      if (id > cut) {
        throw new InvalidRequestException("there is no cut " + id, FailureInfo.NONE);
      }
      if (id != 0 && id < cut) {
        return BackupCut.of(
            id, BackupCut.Step.ENDED, 0, "cut %d was begun since".formatted(cut), List.of());
      }
      return BackupCut.of(cut, cutStep, cutHlc, whyVoid, cutTenants)
          .heard(
              cutStep == BackupCut.Step.SEALED ? Duration.ofSeconds(12) : null,
              Duration.ofSeconds(90))
          .coded(
              beforeHistory.contains(whyVoid)
                  ? told(FailureCode.BEFORE_HISTORY)
                  : FailureCode.NONE);
    }
  }

  @Override
  public void keepCut(long id) {
    onAsk.accept("keep");
    keptCuts.add(id);
  }

  @Override
  public void endCut(long id) {
    onAsk.accept("end");
    synchronized (this) {
      endedCuts.add(id);
      if (id == cut) {
        cutStep = BackupCut.Step.ENDED;
        images.clear();
      }
    }
  }

  @Override
  public Tenant beginRestore(
      String tenant, long backup, ReplicationFactor factor, TenantSettings settings) {
    onAsk.accept("begin");
    synchronized (this) {
      Held there = tenants.get(tenant);
      if (there == null) {
        there = new Held(made(tenant, factor, settings), backup);
        tenants.put(tenant, there);
      } else if (there.restore != backup) {
        throw new FailedPreconditionException("tenant exists", FailureInfo.NONE);
      }
      return there.tenant;
    }
  }

  @Override
  public Tenant beginRestoreIntoEmpty(
      String tenant, long backup, ReplicationFactor factor, TenantSettings settings) {
    synchronized (this) {
      Held there = tenants.get(tenant);
      if (there == null || there.restore != 0) {
        return beginRestore(tenant, backup, factor, settings);
      }
      onAsk.accept("begin");
      if (!there.records.isEmpty()) {
        throw new FailedPreconditionException("tenant holds keys", FailureInfo.NONE);
      }
      there.before = there.tenant;
      there.tenant = underAnotherId(there.tenant);
      there.restore = backup;
      return there.tenant;
    }
  }

  /** What is told of a restore that has ended. */
  public final List<String> warnings = new CopyOnWriteArrayList<>();

  @Override
  public List<String> giveUpRestore(String tenant) {
    onAsk.accept("give up");
    synchronized (this) {
      Held there = held(tenant);
      if (there.restore == 0) {
        throw new FailedPreconditionException("not being restored", FailureInfo.NONE);
      }
      tenants.remove(tenant);
      if (there.before != null) {
        tenants.put(tenant, new Held(underAnotherId(there.before), 0));
      }
      return List.copyOf(warnings);
    }
  }

  @Override
  public void restore(Tenant begun, List<BackupRecord> records) {
    onAsk.accept("restore");
    synchronized (this) {
      Held there = held(begun);
      if (there.restore == 0) {
        throw new InvalidRequestException("not being restored", FailureInfo.NONE);
      }
      records.forEach(each -> there.records.put(each.key(), each.content()));
    }
    onAsk.accept("restored");
  }

  @Override
  public TenantChange finishRestore(Tenant begun) {
    onAsk.accept("finish");
    synchronized (this) {
      held(begun).restore = 0;
      return TenantChange.of(held(begun).tenant, warnings);
    }
  }

  private Held held(Tenant begun) {
    Held there = held(begun.name());
    if (there.tenant.id() != begun.id()) {
      throw new InvalidRequestException("not being restored", FailureInfo.NONE);
    }
    return there;
  }

  @Override
  public TenantChange finishRestore(
      Tenant begun, ReplicationFactor factor, TenantSettings settings) {
    synchronized (this) {
      Held there = held(begun);
      var unused = finishRestore(begun);
      if (there.before != null) {
        there.tenant = made(begun.name(), factor, settings).toBuilder().id(begun.id()).build();
        there.before = null;
      }
      return TenantChange.of(there.tenant, warnings);
    }
  }

  @Override
  public ClusterStatus status() {
    return ClusterStatus.builder().clusterId(clusterId).partitions(partitions).build();
  }

  @Override
  public int clusterVersion() {
    onVersion.run();
    return clusterVersion;
  }

  @Override
  public List<Tenant> tenants() {
    onTenants.run();
    return known();
  }

  private synchronized List<Tenant> known() {
    return tenants.values().stream()
        .map(held -> held.tenant.toBuilder().beingRestored(held.restore != 0).build())
        .toList();
  }

  @Override
  public Backups backups() {
    return this;
  }

  @Override
  public List<Role> roles() {
    return access.roles();
  }

  @Override
  public List<User> users() {
    return access.users();
  }

  @Override
  public FakeAccess access() {
    return access;
  }
}
