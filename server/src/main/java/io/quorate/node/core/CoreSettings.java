package io.quorate.node.core;

import io.quorate.cluster.JoinTokenText;
import io.quorate.metadata.MetadataConfig;
import io.quorate.metadata.bootstrap.BootstrapConfig;
import io.quorate.metadata.bootstrap.JoinTokenDemand;
import io.quorate.metadata.bootstrap.Joining;
import io.quorate.migration.MoveConfig;
import io.quorate.model.Release;
import io.quorate.node.config.NodeConfig;
import io.quorate.node.config.TlsChoice;
import io.quorate.purge.PurgeConfig;
import io.quorate.raft.RaftConfig;
import io.quorate.replication.admission.AdmissionConfig;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.health.BreakerConfig;
import io.quorate.replication.health.LivenessConfig;
import io.quorate.replication.hint.HintConfig;
import io.quorate.replication.repair.RepairConfig;
import io.quorate.replication.replica.NoteLimits;
import io.quorate.replication.replica.limit.RequestLimiterConfig;
import io.quorate.replication.replica.memory.CacheSizes;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an operator has configured, in the records of the packages that use it.
 *
 * @param diskMarkNanos how often the mark of the disk is renewed ({@link
 *     io.quorate.metadata.bootstrap.DiskMarks}); 0: never
 * @param regionBytesPerSecond what work in the background may carry between regions; 0: no bound
 */
public record CoreSettings(
    BootstrapConfig bootstrap,
    MetadataConfig metadata,
    LivenessConfig liveness,
    CoordinatorConfig coordinator,
    AdmissionConfig admission,
    HintConfig hints,
    PurgeConfig purge,
    MoveConfig moves,
    CacheSizes caches,
    NoteLimits notes,
    long stampMillisMax,
    long diskMarkNanos,
    long regionBytesPerSecond) {
  /** Of little weight beside the syncs of an idle node: one each time. */
  private static final Duration DISK_MARK_EVERY = Duration.ofSeconds(5);

  /** Of a node that shows no join token. */
  public static CoreSettings of(NodeConfig config, Release release) {
    return of(config, release, null);
  }

  /**
   * As above.
   *
   * @param token that the node shows to join; null for none
   */
  public static CoreSettings of(NodeConfig config, Release release, @Nullable JoinTokenText token) {
    return new CoreSettings(
        new BootstrapConfig(
            config.node().peerAddress().toString(),
            config.node().region(),
            config.node().zone(),
            config.node().weight(),
            config.cluster().seeds(),
            config.cluster().partitions(),
            switch (config.cluster().join()) {
              case FALSE -> Joining.NO;
              case TRUE -> Joining.WITH_SHARE;
              case SPARE -> Joining.AS_SPARE;
            },
            release,
            config.node().name(),
            demand(config),
            token,
            config.node().hasPeerPort() ? config.node().address().toString() : ""),
        metadata(config.raft()),
        new LivenessConfig(
            config.health().heartbeat().toNanos(),
            config.health().phiThreshold(),
            config.health().minDeviation().toNanos(),
            config.health().acceptablePause().toNanos(),
            config.health().downAfter().toNanos(),
            config.health().clockBound().toMillis()),
        coordinator(config),
        admission(config.limits()),
        hints(config.hints()),
        purge(config.purge()),
        moves(config.moves()),
        new CacheSizes(config.storage().recordCacheBytes(), config.storage().versionCacheBytes()),
        new NoteLimits(config.limits().rememberWrites().toMillis(), NoteLimits.DEFAULT.notesMax()),
        config.health().stampBound().toMillis(),
        DISK_MARK_EVERY.toNanos(),
        config.regions().healingBytesPerSecond());
  }

  /** Where nodes may come without TLS, certificates prove nothing, and tokens would be read. */
  private static JoinTokenDemand demand(NodeConfig config) {
    if (config.tls().mode() != TlsChoice.REQUIRE) {
      return JoinTokenDemand.NEVER;
    }
    return switch (config.cluster().joinTokens()) {
      case SHARED_HOSTS -> JoinTokenDemand.SHARED_HOSTS;
      case ALWAYS -> JoinTokenDemand.ALWAYS;
      case NEVER -> JoinTokenDemand.NEVER;
    };
  }

  private static MetadataConfig metadata(NodeConfig.RaftTiming timing) {
    RaftConfig usual = RaftConfig.DEFAULT;
    RaftConfig raft =
        new RaftConfig(
            ticks(timing.election(), timing.tick()),
            ticks(timing.heartbeat(), timing.tick()),
            usual.preVote(),
            usual.entryBytesMax(),
            usual.appendBytesMax(),
            usual.appendsInFlightMax(),
            usual.uncommittedBytesMax(),
            usual.applyBytesMax(),
            usual.snapshotChunkBytes(),
            usual.snapshotBytesMax(),
            usual.readsMax(),
            usual.entriesKept(),
            usual.promotionLagMax());
    MetadataConfig rest = MetadataConfig.DEFAULT;
    return new MetadataConfig(
        raft,
        timing.tick().toNanos(),
        timing.snapshotEvery(),
        rest.retryNanos(),
        rest.pendingMax(),
        rest.inputsMax(),
        timing.leaderRegion());
  }

  private static AdmissionConfig admission(NodeConfig.Limits limits) {
    AdmissionConfig rest = AdmissionConfig.DEFAULT;
    return new AdmissionConfig(
        limits.concurrentRequestsMax(),
        limits.waitingRequestsMax(),
        limits.waitingBytesMax(),
        limits.waitMax().toNanos(),
        rest.burstNanosMax(),
        limits.concurrentScansMax(),
        rest.busyPageEntries());
  }

  private static HintConfig hints(NodeConfig.Hints bounds) {
    HintConfig rest = HintConfig.DEFAULT;
    return new HintConfig(
        bounds.maxPerNode(),
        bounds.maxBytesPerNode(),
        rest.windowMax(),
        rest.refusalsMax(),
        bounds.maxDeadLetters());
  }

  private static PurgeConfig purge(NodeConfig.Purge times) {
    PurgeConfig rest = PurgeConfig.DEFAULT;
    return new PurgeConfig(
        times.after().toMillis(),
        times.interval().toNanos(),
        rest.reportNanos(),
        rest.roundsMax(),
        rest.patienceNanos());
  }

  private static MoveConfig moves(NodeConfig.Moves times) {
    return new MoveConfig(
        times.downAfter().toNanos(),
        times.reportInterval().toNanos(),
        times.stepTimeout().toNanos(),
        times.alarmAfter().toNanos(),
        times.slowStart());
  }

  private static int ticks(Duration time, Duration tick) {
    return (int) ((time.toNanos() + tick.toNanos() - 1) / tick.toNanos());
  }

  private static RepairConfig repair(NodeConfig.Repair settings) {
    RepairConfig rest = RepairConfig.DEFAULT;
    return new RepairConfig(
        settings.enabled(),
        settings.interval().toNanos(),
        rest.retryNanos(),
        rest.pageRecords(),
        rest.bringsMax(),
        settings.sessions(),
        settings.bytesPerSecond());
  }

  private static CoordinatorConfig coordinator(NodeConfig config) {
    CoordinatorConfig rest = CoordinatorConfig.DEFAULT;
    NodeConfig.Hedging hedging = config.hedging();
    return new CoordinatorConfig(
        config.limits().inflightRequestsMax(),
        config.limits().inflightBytesMax(),
        (long) config.limits().valueBytesMax() + CoordinatorConfig.RECORD_BYTES_BESIDE,
        rest.versionsOnlyAboveBytes(),
        hedging.enabled() ? hedging.afterMin().toNanos() : Long.MAX_VALUE,
        hedging.budgetPercent() / 100.0,
        rest.sweepNanos(),
        config.health().lagBound().toNanos(),
        new BreakerConfig(
            config.breaker().failures(),
            config.breaker().rest().toNanos(),
            config.breaker().outstandingMax()),
        repair(config.repair()),
        new RequestLimiterConfig(
            config.limits().replicaRequestsMax(), config.limits().replicaBytesMax()));
  }
}
