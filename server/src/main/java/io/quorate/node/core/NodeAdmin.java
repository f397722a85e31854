package io.quorate.node.core;

import io.quorate.admin.ClusterAdmin;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.RequestKey;
import io.quorate.cut.CutConfig;
import io.quorate.metadata.CommandOutcome;
import io.quorate.metadata.MetadataGroup;
import io.quorate.metadata.MetadataStatus;
import io.quorate.migration.Progress;
import io.quorate.model.NodeId;
import io.quorate.node.config.JoinChoice;
import io.quorate.node.config.NodeConfig;
import io.quorate.placement.Factor;
import io.quorate.placement.HealthCount;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Regions;
import io.quorate.placement.Replication;
import io.quorate.replication.coordinator.Coordinator;
import io.quorate.replication.health.Liveness;
import io.quorate.replication.hint.Hints;
import io.quorate.storage.Storage;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What this node knows of its cluster and of itself, and its way to change the cluster.
 *
 * @param usage tells how full the file system of the data directory is
 * @param openSecrets tells which settings name files of secrets that other users may read
 * @param tokenKeys tells what is wrong with the keys of the identity provider
 * @param certificates tells what is to be put right about the node's certificates; empty: nothing
 */
public record NodeAdmin(
    NodeCore core,
    NodeConfig config,
    Storage storage,
    Supplier<DiskUsage> usage,
    Supplier<List<String>> openSecrets,
    Supplier<ClusterAdmin.TokenKeysState> tokenKeys,
    Supplier<String> certificates)
    implements ClusterAdmin {
  @Override
  public NodeId self() {
    return core.identity().node();
  }

  @Override
  public @Nullable ClusterState state() {
    MetadataGroup metadata = core.metadata();
    return metadata == null ? null : metadata.state();
  }

  @Override
  public long hybridTime() {
    HomePart home = core.home();
    return home == null || home.liveness().isClockSkewed()
        ? 0
        : home.hybridClock().read(home.environment().clock().wallMillis());
  }

  @Override
  public @Nullable MetadataStatus metadata() {
    return core.metadataStatus();
  }

  @Override
  public long upgradeOpenMillis() {
    return core.upgradeOpenMillis();
  }

  @Override
  public Seen seen(NodeId node) {
    HomePart home = core.home();
    DataPart data = core.data();
    if (home == null || data == null) {
      return Seen.NOTHING;
    }
    Liveness liveness = home.liveness();
    Coordinator coordinator = data.coordinator();
    return new Seen(
        liveness.isLive(node),
        liveness.isWritable(node),
        liveness.isSuspected(node),
        Math.max(0, liveness.silentMillis(node)),
        liveness.phi(node),
        TimeUnit.NANOSECONDS.toMillis(coordinator.lagNanos(node)),
        coordinator.isSpared(node),
        owed(coordinator.hints(), node));
  }

  private static Owed owed(Hints hints, NodeId target) {
    for (Hints.Standing standing : hints.standings()) {
      if (standing.target().equals(target)) {
        return new Owed(standing.hints(), standing.repairs().size(), standing.paused());
      }
    }
    return new Owed(0, 0, false);
  }

  @Override
  public HealthCount health() {
    return core.health();
  }

  @Override
  public Report report() {
    HomePart home = core.home();
    DataPart data = core.data();
    Readiness readiness = core.readiness();
    return new Report(
        core.release().name(),
        readiness.ready() ? "" : readiness.waitingFor(),
        storage.health(),
        usage.get(),
        home != null && home.liveness().isClockSkewed(),
        core.clockAheadMillis(),
        core.owed().deadLetters(),
        data != null && data.coordinator().hints().isPaused(),
        core.comparisons(),
        core.damaged(),
        core.filling(),
        core.purging(),
        data == null ? List.of() : data.replica().versionConflicts(),
        data == null ? 0 : data.replica().stampsRefused(),
        config.insecure(),
        openSecrets.get(),
        tokenKeys.get(),
        certificates.get(),
        clusterSettings());
  }

  @Override
  public void keepCut(long cut) {
    CutPart cuts = core.cuts();
    if (cuts != null) {
      cuts.keep(cut);
    }
  }

  @Override
  public CutUnheard cutUnheard() {
    CutPart cuts = core.cuts();
    return new CutUnheard(cuts == null ? -1 : cuts.unheardMillis(), CutConfig.DEFAULT.idleMillis());
  }

  @Override
  public ChangeProgress changeProgress() {
    Progress progress = core.changeProgress();
    return new ChangeProgress(
        progress.records(),
        progress.bytes(),
        progress.bytesPerSecond(),
        core.awaited().stream().map(NodeAdmin::awaited).toList());
  }

  private static Awaited awaited(io.quorate.migration.Awaited each) {
    return new Awaited(
        each.node(),
        switch (each.task()) {
          case BEGIN -> Awaited.Task.BEGIN;
          case BARRIER -> Awaited.Task.STEP;
          case COPY -> Awaited.Task.COPY;
          case HAND_OVER -> Awaited.Task.HAND_OVER;
          case VOTE -> Awaited.Task.VOTE;
        },
        each.partitions(),
        TimeUnit.NANOSECONDS.toMillis(each.nanos()));
  }

  @Override
  public long bytesPerReplica() {
    ClusterState state = state();
    if (state == null) {
      return 0;
    }
    Set<Replication> replications = state.replications();
    Regions regions = state.regions();
    long replicas =
        state.partitions().stream()
            .filter(
                partition -> isReplicaOfAny(partition.factors(replications, regions), partition))
            .count();
    return replicas == 0 ? 0 : storage.recordBytes() / replicas;
  }

  private boolean isReplicaOfAny(Set<Factor> factors, PartitionPlacement partition) {
    return factors.stream().anyMatch(factor -> partition.replicas(factor).contains(self()));
  }

  @Override
  public String outOfTouch() {
    ClusterState state = state();
    MetadataStatus group = metadata();
    if (state == null || group == null) {
      return waitingFor();
    }
    if (!state.members().containsKey(self())) {
      return "this node has left its cluster";
    }
    if (!group.stuck().isEmpty()) {
      return "this node cannot follow the metadata group: " + group.stuck();
    }
    return group.leader() == null ? "this node knows no leader of the metadata group" : "";
  }

  @Override
  public String waitingFor() {
    return core.readiness().waitingFor();
  }

  /**
   * Those that {@code config/quorate.yml} marks [cluster]; of a node that joined later not those
   * that mattered when the cluster formed.
   */
  private Map<String, String> clusterSettings() {
    Map<String, String> settings = new TreeMap<>();
    if (config.cluster().join() == JoinChoice.FALSE) {
      settings.put("cluster.partitions", String.valueOf(config.cluster().partitions()));
      settings.put("cluster.seeds", String.join(",", config.cluster().seeds()));
    }
    settings.put(
        "cluster.join_tokens", config.cluster().joinTokens().name().toLowerCase(Locale.ROOT));
    settings.put("tls.mode", config.tls().mode().name().toLowerCase(Locale.ROOT));
    settings.put("security.roles", config.security().roles() ? "on" : "off");
    settings.put("limits.max_key_bytes", String.valueOf(config.limits().keyBytesMax()));
    settings.put("limits.max_value_bytes", String.valueOf(config.limits().valueBytesMax()));
    settings.put("health.clock_bound", config.health().clockBound().toMillis() + "ms");
    settings.put("health.stamp_bound", config.health().stampBound().toMinutes() + "m");
    return settings;
  }

  @Override
  public void propose(Command command, long deadlineNanos, Consumer<CommandOutcome> callback) {
    MetadataGroup metadata = core.metadata();
    if (metadata == null) {
      callback.accept(
          new CommandOutcome.Unavailable(
              "this node is not part of a cluster yet; nothing was changed"));
    } else {
      metadata.propose(command, deadlineNanos, callback);
    }
  }

  @Override
  public @Nullable CommandOutcome decided(RequestKey request, long content) {
    MetadataGroup metadata = core.metadata();
    return metadata == null ? null : metadata.decided(request, content);
  }

  @Override
  public long decidedAt(RequestKey request) {
    MetadataGroup metadata = core.metadata();
    return metadata == null ? 0 : metadata.decidedAt(request);
  }

  @Override
  public void confirm(long deadlineNanos, Consumer<Boolean> callback) {
    MetadataGroup metadata = core.metadata();
    if (metadata == null) {
      callback.accept(false);
    } else {
      metadata.confirm(deadlineNanos, callback);
    }
  }

  @Override
  public void spread(long deadlineNanos, Consumer<Set<NodeId>> callback) {
    MetadataGroup metadata = core.metadata();
    HomePart home = core.home();
    if (metadata == null || home == null) {
      callback.accept(Set.of());
      return;
    }
    Set<NodeId> others = new TreeSet<>(metadata.state().members().keySet());
    others.remove(self());
    others.removeIf(each -> !home.liveness().mayServe(each));
    metadata.spread(others, deadlineNanos, callback);
  }
}
