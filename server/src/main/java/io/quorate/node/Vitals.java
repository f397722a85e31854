package io.quorate.node;

import io.quorate.admin.ClusterAdmin.DiskUsage;
import io.quorate.admin.ClusterAdmin.Purging;
import io.quorate.event.Gauge;
import io.quorate.metadata.MetadataStatus;
import io.quorate.metrics.Meters;
import io.quorate.node.core.Readiness;
import io.quorate.placement.HealthCount;
import io.quorate.raft.LogSize;
import io.quorate.raft.Role;
import io.quorate.replication.hint.Hints;
import io.quorate.replication.repair.AntiEntropy;
import io.quorate.replication.repair.Filler;
import io.quorate.runtime.Clock;
import io.quorate.storage.Storage;
import io.quorate.storage.StoreHealth;
import io.quorate.transport.http.Health;
import io.quorate.transport.tls.NodeTls;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a node from outside its lane: the lane writes it down a few times a second, so
 * that a request for health or meters neither waits for the lane nor reads what it owns.
 */
final class Vitals implements Health {
  private static final Readiness STOPPING = Readiness.not("it is stopping");

  /** A lane that wrote nothing for this long is stuck, and so is its node. */
  private static final Duration SILENCE_MAX = Duration.ofSeconds(15);

  /** What is many is written down less often. */
  private static final long COUNT_EVERY_NANOS = TimeUnit.SECONDS.toNanos(2);

  /**
   * With more partitions than this, partitions have no meters of their own: each series costs
   * memory.
   */
  private static final int PARTITIONS_METERED_MAX = 1_024;

  private final Clock clock;
  private volatile Pulse latest;

  /** Whether the node stops; the lane may write down once more what it does not know of that. */
  private volatile boolean stopping;

  private volatile int clusterVersion;
  private volatile StoreHealth disk = StoreHealth.WRITABLE;
  private volatile Counted counted = new Counted(List.of(), List.of(), Map.of(), LogSize.EMPTY, 0);

  /** Owned by the lane. */
  private long countDueNanos;

  /** What is counted by partition, by node, by region, in the metadata log, and of histories. */
  private record Counted(
      List<AntiEntropy.Age> ages,
      List<Hints.Standing> byTarget,
      Map<String, Long> regionLags,
      LogSize metadataLog,
      long historyOverdueMillis) {}

  /** What the lane wrote down, and when. */
  private record Pulse(
      long atNanos,
      Readiness readiness,
      @Nullable MetadataStatus metadata,
      int underWay,
      int damaged,
      Hints.Sum owed,
      AntiEntropy.Standing comparisons,
      Filler.Progress filling,
      Purging purging,
      HealthCount health) {}

  Vitals(Clock clock) {
    this.clock = clock;
    this.countDueNanos = clock.nanos();
    this.latest =
        new Pulse(
            clock.nanos(),
            Readiness.not("it is starting"),
            null,
            0,
            0,
            Hints.Sum.NOTHING,
            AntiEntropy.Standing.NOTHING,
            Filler.Progress.NONE,
            Purging.NOTHING,
            HealthCount.NONE);
  }

  /** On the lane. */
  void beat(
      Readiness readiness,
      @Nullable MetadataStatus metadata,
      int underWay,
      int damaged,
      Hints.Sum owed,
      AntiEntropy.Standing comparisons,
      Filler.Progress filling,
      Purging purging,
      HealthCount health) {
    latest =
        new Pulse(
            clock.nanos(),
            readiness,
            metadata,
            underWay,
            damaged,
            owed,
            comparisons,
            filling,
            purging,
            health);
  }

  /** On the lane: what the disk can do now. */
  void disk(StoreHealth now) {
    disk = now;
  }

  /** On the lane: the version at which the cluster works now. */
  void followed(int version) {
    clusterVersion = version;
  }

  /** On the lane: whether it is time for {@link #count}. */
  boolean isCountDue() {
    return clock.nanos() - countDueNanos >= 0;
  }

  /**
   * On the lane.
   *
   * @param regionLags how far each other region is behind, in ns
   * @param historyOverdueMillis for how long what histories keep has been too old, at most
   */
  void count(
      List<AntiEntropy.Age> ages,
      List<Hints.Standing> byTarget,
      Map<String, Long> regionLags,
      LogSize metadataLog,
      long historyOverdueMillis) {
    counted = new Counted(ages, byTarget, regionLags, metadataLog, historyOverdueMillis);
    countDueNanos = clock.nanos() + COUNT_EVERY_NANOS;
  }

  void stopping() {
    stopping = true;
  }

  /** Asks first whether the node stops: the lane may beat once more meanwhile, and know nothing. */
  Readiness readiness() {
    return stopping ? STOPPING : latest.readiness();
  }

  /**
   * A node that stops is live: it finishes requests for as long as {@code timeouts.stop} allows,
   * and a supervisor that took it for stuck would kill it in the middle of that. Its process ends
   * in time by itself.
   */
  @Override
  public Report live() {
    if (stopping) {
      return Report.OK;
    }
    Duration silence = Duration.ofNanos(clock.nanos() - latest.atNanos());
    return silence.compareTo(SILENCE_MAX) > 0
        ? Report.not("the node has done nothing for " + silence.toSeconds() + " s")
        : Report.OK;
  }

  @Override
  public Report ready() {
    Report live = live();
    Readiness readiness = readiness();
    return !live.ok() || readiness.ready() ? live : Report.not(readiness.waitingFor());
  }

  @Override
  public Report whole() {
    Report ready = ready();
    int partitions = latest.filling().partitions();
    StoreHealth now = disk;
    if (ready.ok() && !now.isWritable()) {
      return Report.not("the disk of this node takes no writes: " + now.reason());
    }
    if (!ready.ok() || partitions + latest.damaged() == 0) {
      return ready;
    }
    return Report.not(
        partitions > 0
            ? "%d partitions of this node are being filled".formatted(partitions)
            : "%d partitions of this node are damaged".formatted(latest.damaged()));
  }

  void addTo(Meters meters, Storage storage, DiskSpace space, NodeTls tls) {
    meters.gauge(
        Gauge.of("quorate.node.ready", "Whether this node serves clients"),
        () -> readiness().ready() ? 1 : 0);
    meters.gauge(
        Gauge.of("quorate.requests.underway", "Requests this node works on"),
        () -> latest.underWay());
    addPartitionsTo(meters);
    addDiskTo(meters, storage, space);
    addDebtsTo(meters);
    addHealingTo(meters);
    addRaftTo(meters);
    addMetadataLogTo(meters);
    meters.gauge(
        Gauge.of(
            "quorate.certificate.expiry.seconds",
            "Until a certificate that this node shows ceases to be valid, below 0 once it has; not"
                + " a number without TLS"),
        () -> secondsUntil(tls.expires()));
    meters.gauge(
        Gauge.of(
            "quorate.revoked.expiry.seconds",
            "Until the first list in tls.revoked is out of date, below 0 once it is;"
                + " not a number without such a list"),
        () -> secondsUntil(tls.revokedNextUpdate()));
  }

  private double secondsUntil(@Nullable Instant end) {
    return end == null ? Double.NaN : (end.toEpochMilli() - clock.wallMillis()) / 1000.0;
  }

  private void addPartitionsTo(Meters meters) {
    Gauge partitions =
        Gauge.of(
                "quorate.partitions",
                "Partitions by what can be done with them, as this node sees it")
            .by("state", "healthy", "degraded", "unavailable");
    meters.gauge(partitions, () -> latest.health().healthy(), "healthy");
    meters.gauge(partitions, () -> latest.health().degraded(), "degraded");
    meters.gauge(partitions, () -> latest.health().unavailable(), "unavailable");
    meters.gauge(
        Gauge.of(
            "quorate.partitions.lossy",
            "Partitions that lost most of their replicas for good, which no operator has"
                + " acknowledged"),
        () -> latest.health().lossy());
    meters.gauge(
        Gauge.of(
            "quorate.damaged.partitions",
            "Partitions out of service on this node, since its disk does not give back all of"
                + " them"),
        () -> latest.damaged());
  }

  private void addDiskTo(Meters meters, Storage storage, DiskSpace space) {
    addSpaceTo(meters, space::usage);
    meters.gauge(
        Gauge.of("quorate.storage.queued.bytes", "Bytes handed to the disk and not yet durable"),
        storage::queuedBytes);
    meters.gauge(
        Gauge.of("quorate.storage.writable", "Whether the disk takes writes"),
        () -> storage.health().isWritable() ? 1 : 0);
  }

  static void addSpaceTo(Meters meters, Supplier<DiskUsage> usage) {
    meters.gauge(
        Gauge.of("quorate.disk.bytes", "Size of the file system of the data directory"),
        () -> bytes(usage.get(), DiskUsage::bytes));
    meters.gauge(
        Gauge.of(
            "quorate.disk.used.bytes",
            "Bytes of the file system of the data directory that are used"),
        () -> bytes(usage.get(), DiskUsage::usedBytes));
    meters.gauge(
        Gauge.of(
            "quorate.disk.available.bytes",
            "Bytes of the file system of the data directory that the node can still write; without"
                + " those that are kept for the superuser"),
        () -> bytes(usage.get(), DiskUsage::availableBytes));
  }

  /** Not a number if it is not known: an alert would take 0 available bytes for a full disk. */
  private static double bytes(DiskUsage usage, ToLongFunction<DiskUsage> which) {
    return usage.isKnown() ? which.applyAsLong(usage) : Double.NaN;
  }

  private void addDebtsTo(Meters meters) {
    meters.gauge(
        Gauge.of("quorate.hints.pending", "Records that other nodes lack and are to be brought"),
        () -> latest.owed().hints());
    meters.gauge(
        Gauge.of("quorate.hints.pending.bytes", "Room that hints take"),
        () -> latest.owed().bytes());
    meters.gauge(
        Gauge.of(
            "quorate.repairs.pending",
            "Partitions of other nodes that must be compared, since hints for them were given up"),
        () -> latest.owed().repairs());
    meters.gauge(
        Gauge.of(
            "quorate.dead.letters",
            "Hints that their targets refuse, and that wait for an operator"),
        () -> latest.owed().deadLetters());
    meters.gauge(
        Gauge.of(
            "quorate.repair.age.seconds",
            "Since the pair of replicas that was equal longest ago was; since the start, if never"),
        () -> latest.comparisons().oldestNanos() / 1e9);
    meters.gauge(
        Gauge.of(
            "quorate.repair.overdue", "Pairs of replicas that were not compared for two intervals"),
        () -> latest.comparisons().overdue());
    meters.gauge(
        Gauge.of("quorate.repair.sessions", "Comparisons with other replicas under way"),
        () -> latest.comparisons().sessions());
  }

  private void addRaftTo(Meters meters) {
    raft(meters, "quorate.raft.term", "Term of the metadata group", MetadataStatus::term);
    raft(
        meters,
        "quorate.raft.leading",
        "Whether this node leads the metadata group",
        status -> status.role() == Role.LEADER ? 1 : 0);
    meters.gauge(
        Gauge.of(
            "quorate.cluster.version",
            "Version at which the cluster works, as this node knows it; 0 before it is part of"
                + " one"),
        () -> clusterVersion);
    raft(
        meters,
        "quorate.raft.leader.known",
        "Whether this node knows a leader of the metadata group",
        status -> status.leader() == null ? 0 : 1);
    raft(
        meters,
        "quorate.raft.stuck",
        "Whether this node cannot read, or not fold in, what the metadata group has decided",
        status -> status.stuck().isEmpty() ? 0 : 1);
    raft(
        meters,
        "quorate.raft.commit.index",
        "Highest index of the metadata log known here to be committed",
        MetadataStatus::commitIndex);
    raft(
        meters,
        "quorate.raft.settled.index",
        "Highest index of the metadata log that is folded in, durable and published here",
        MetadataStatus::settledIndex);
  }

  void addMetadataLogTo(Meters meters) {
    meters.gauge(
        Gauge.of(
            "quorate.raft.log.entries",
            "Entries of the metadata log behind the snapshot, which a start of this node reads"),
        () -> counted.metadataLog().entries());
    meters.gauge(
        Gauge.of("quorate.raft.log.bytes", "Bytes of these entries"),
        () -> counted.metadataLog().bytes());
    meters.gauge(
        Gauge.of(
            "quorate.raft.snapshot.index",
            "Index of the metadata log up to which the snapshot on this node reaches; 0 without"
                + " one"),
        () -> counted.metadataLog().snapshotIndex());
    meters.gauge(
        Gauge.of("quorate.raft.snapshot.bytes", "Bytes of the cluster's state in this snapshot"),
        () -> counted.metadataLog().snapshotBytes());
  }

  void addHealingTo(Meters meters) {
    meters.gauges(
        Gauge.of(
                "quorate.partition.repair.age.seconds",
                "Since this partition was equal here and at all that it is compared with; since the"
                    + " start, if never. Not with more than "
                    + PARTITIONS_METERED_MAX
                    + " partitions, see quorate_repair_age_seconds then")
            .by("partition"),
        this::partitionAges);
    meters.gauges(
        Gauge.of("quorate.hints.owed", "Records that another node lacks and is to be brought")
            .by("target"),
        () -> owed(Hints.Standing::hints));
    meters.gauges(
        Gauge.of("quorate.hints.owed.bytes", "Room that these hints take").by("target"),
        () -> owed(Hints.Standing::bytes));
    meters.gauges(
        Gauge.of(
                "quorate.region.lag.seconds",
                "How long a node of another region has owed the answer to a write, or been owed a"
                    + " hint, at most; the own region has none")
            .by("region"),
        this::regionLags);
    meters.gauge(
        Gauge.of(
            "quorate.filling.partitions",
            "Partitions of which this node does not hold yet what it must, and is being filled"
                + " with"),
        () -> latest.filling().partitions());
    meters.gauge(
        Gauge.of(
            "quorate.filling.bytes.per.second", "Bytes per second by which it is being filled"),
        () -> latest.filling().bytesPerSecond());
    meters.gauge(
        Gauge.of(
            "quorate.tombstones",
            "Records held here that are deleted or will expire, as far as is known"),
        () -> latest.purging().tombstones());
    meters.gauge(
        Gauge.of(
            "quorate.purge.due.partitions",
            "Partitions of this node in which deleted records may be taken away by now"),
        () -> latest.purging().due());
    meters.gauge(
        Gauge.of(
            "quorate.purge.open.partitions",
            "Partitions of this node in which a purge round is open"),
        () -> latest.purging().open());
    meters.gauge(
        Gauge.of(
            "quorate.purge.overdue.seconds",
            "For how long the record that has waited longest could have been taken away"),
        () -> latest.purging().overdueMillis() / 1e3);
    meters.gauge(
        Gauge.of(
            "quorate.purge.age.seconds",
            "Age of the deletions that stay in the partition that was purged last; 0 if none ever"
                + " was"),
        () -> latest.purging().purgedAgeMillis() / 1e3);
    meters.gauge(
        Gauge.of(
            "quorate.history.overdue.seconds",
            "For how long a node has had replaced versions to take away that are older than the"
                + " history of their tenant, or whose tenant has no history any more; in the"
                + " partition of a tenant that has waited longest"),
        () -> counted.historyOverdueMillis() / 1e3);
  }

  private Map<String, Double> partitionAges() {
    List<AntiEntropy.Age> ages = counted.ages();
    Map<String, Double> seconds = new TreeMap<>();
    if (ages.size() <= PARTITIONS_METERED_MAX) {
      ages.forEach(age -> seconds.put(String.valueOf(age.partition()), age.nanos() / 1e9));
    }
    return seconds;
  }

  private Map<String, Double> regionLags() {
    Map<String, Double> seconds = new TreeMap<>();
    counted.regionLags().forEach((region, nanos) -> seconds.put(region, nanos / 1e9));
    return seconds;
  }

  private Map<String, Double> owed(ToDoubleFunction<Hints.Standing> what) {
    Map<String, Double> byTarget = new TreeMap<>();
    counted
        .byTarget()
        .forEach(
            targetHints ->
                byTarget.put(targetHints.target().toString(), what.applyAsDouble(targetHints)));
    return byTarget;
  }

  private void raft(
      Meters meters, String name, String help, ToDoubleFunction<MetadataStatus> value) {
    meters.gauge(
        Gauge.of(name, help),
        () -> {
          MetadataStatus status = latest.metadata();
          return status == null ? 0 : value.applyAsDouble(status);
        });
  }
}
