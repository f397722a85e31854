package io.quorate.cli.backup.restore;

import io.quorate.cli.backup.chain.Chain;
import io.quorate.cli.backup.chain.FileCheck;
import io.quorate.cli.backup.chain.WholeFiles;
import io.quorate.cli.backup.file.AccessEntry;
import io.quorate.cli.backup.file.DamagedException;
import io.quorate.cli.backup.file.FileEntry;
import io.quorate.cli.backup.file.Manifest;
import io.quorate.cli.backup.file.TenantEntry;
import io.quorate.cli.backup.run.AccessCalls;
import io.quorate.cli.backup.run.ClusterCalls;
import io.quorate.cli.backup.run.Pace;
import io.quorate.cli.backup.run.ProgressListener;
import io.quorate.cli.backup.run.Reasons;
import io.quorate.cli.backup.run.RunLimits;
import io.quorate.cli.backup.run.SettingValues;
import io.quorate.cli.backup.run.Tally;
import io.quorate.cli.backup.run.WorkerThreads;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.Patience;
import io.quorate.client.FailedPreconditionException;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.QuorateException;
import io.quorate.client.admin.ReplicationFactor;
import io.quorate.client.admin.Tenant;
import io.quorate.client.admin.TenantChange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Brings tenants of a backup back: creates them, or takes those that are there and empty, stores
 * all their records, and opens them to clients when all of it is there. All of it may be done
 * again.
 */
public final class Restoration {
  private static final String GOES_ON = "the same command goes on with it";

  private final ClusterCalls cluster;
  private final Chain chain;
  private final Manifest manifest;

  /** Names of the tenants that this run has opened. */
  private final List<String> opened = new ArrayList<>();

  /** What an operator should know of what was opened. */
  private final Set<String> warnings = new LinkedHashSet<>();

  /**
   * @param cluster to which tenants are restored
   * @param chain begins with the backup that they are restored from
   */
  public Restoration(ClusterCalls cluster, Chain chain) {
    this.cluster = cluster;
    this.chain = chain;
    this.manifest = chain.manifest();
  }

  /**
   * Restores tenants.
   *
   * @param factor null: as each had it
   * @param progress told of bytes of keys and contents: how many are stored, of how many
   */
  public void run(
      RestoredTenants chosen,
      @Nullable ReplicationFactor factor,
      RunLimits limits,
      Tally tally,
      ProgressListener progress)
      throws InterruptedException {
    WorkerThreads workers = new WorkerThreads();
    Patience patience = new Patience(limits.giveUp(), workers::isStopped);
    List<TenantEntry> tenants = chosen.in(manifest);
    List<FileEntry> files =
        manifest.files().stream()
            .filter(file -> file.segments().stream().anyMatch(each -> chosen.has(each.tenant())))
            .toList();
    long total = tenants.stream().mapToLong(TenantEntry::bytes).sum();
    Map<String, Tenant> targets = new LinkedHashMap<>();
    try {
      chain.requireFiles();
      requireVersion(patience);
      for (TenantEntry each : tenants) {
        targets.put(
            each.name(), begin(each, chosen.nameOf(each), factor, patience, targets.values()));
      }
      Queue<FileEntry> left = new ConcurrentLinkedQueue<>(files);
      Pace pace = new Pace(limits.bytesPerSecond());
      FileCheck check = new WholeFiles();
      workers.run(
          Math.clamp(files.size(), 1, limits.parallel()),
          () ->
              new FileRestorer(
                      cluster.backups(), chain, check, targets, patience, pace, tally, workers)
                  .run(left),
          () -> progress.onProgress(tally, total));
      requireAll(tenants, tally);
      Patience atTheEnd = new Patience(limits.giveUp(), () -> false);
      for (TenantEntry each : tenants) {
        Tenant target = targets.get(each.name());
        if (target != null) {
          open(each, target, factor, atTheEnd);
          opened.add(target.name());
        }
      }
    } catch (IOException | RuntimeException failed) {
      throw Reasons.stopped(
          "the restore stopped",
          failed,
          failed instanceof DamagedException
              ? "no tenant was opened by this run: restore from another backup"
                  + dropped(targets.values(), chosen)
              : GOES_ON);
    }
  }

  /**
   * Does nothing if users and roles of the backup can be restored, as far as that can be seen
   * before anything is.
   */
  public void requireAccess(RunLimits limits) throws InterruptedException {
    var unused = knownAccess();
    Patience patience = new Patience(limits.giveUp(), () -> false);
    AccessCalls there = cluster.access();
    try {
      patience.call(there::roles);
      patience.call(there::users);
    } catch (QuorateException failed) {
      throw Reasons.stopped("users and roles cannot be looked at", failed, "nothing was restored");
    }
  }

  private AccessEntry knownAccess() {
    AccessEntry access = manifest.access();
    if (access == null) {
      throw Reasons.failed(
          chain.store().place()
              + ": users and roles are not in this backup: it was made of some tenants only, or by"
              + " a user that could not look at them");
    }
    try {
      access.requireKnown();
    } catch (IllegalArgumentException unknown) {
      throw Reasons.failed(
          "users and roles have rights that this release does not know (%s): use the release of the cluster that was backed up, or a later one. Nothing was restored"
              .formatted(unknown.getMessage()));
    }
    return access;
  }

  /**
   * Restores users and roles.
   *
   * @return what was created, and what was left as it is
   */
  public AccessRestoration access(RunLimits limits) throws InterruptedException {
    AccessEntry access = knownAccess();
    var restoration =
        new AccessRestoration(cluster.access(), new Patience(limits.giveUp(), () -> false));
    try {
      restoration.run(access);
    } catch (RuntimeException failed) {
      throw Reasons.stopped(
          "the restore of users and roles stopped", failed, openedInWords() + restoration.soFar());
    }
    return restoration;
  }

  /** What an operator should know of the tenants that were opened. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  private String openedInWords() {
    return opened.isEmpty()
        ? ""
        : "tenants that are restored, and open: %s; ".formatted(String.join(", ", opened));
  }

  private void requireVersion(Patience patience) throws InterruptedException {
    int version = patience.call(cluster::clusterVersion);
    if (version < manifest.clusterVersion()) {
      throw Reasons.failed(
          "the backup is of a cluster of version %d, and this one has version %d and cannot read it: upgrade it first, see quorate cluster upgrade"
              .formatted(manifest.clusterVersion(), version));
    }
  }

  private Tenant begin(
      TenantEntry tenant,
      String name,
      @Nullable ReplicationFactor factor,
      Patience patience,
      Collection<Tenant> begun)
      throws InterruptedException {
    long id = restoreId(tenant);
    ReplicationFactor wanted = wanted(tenant, factor);
    try {
      return patience.call(
          () ->
              cluster
                  .backups()
                  .beginRestoreIntoEmpty(name, id, wanted, SettingValues.read(tenant)));
    } catch (QuorateException refused) {
      throw notBegun(tenant, name, factor, refused, begun(begun));
    }
  }

  private CommandFailedException notBegun(
      TenantEntry tenant,
      String name,
      @Nullable ReplicationFactor factor,
      QuorateException refused,
      String begun) {
    List<Tenant> there = tenants();
    if (there == null) {
      return Reasons.stopped(
          "tenant '%s' cannot be created or restored into".formatted(name),
          refused,
          GOES_ON + begun);
    }
    if (there.stream().map(Tenant::name).noneMatch(name::equals)) {
      return Reasons.stopped(
          "tenant '%s' cannot be created".formatted(name), refused, advice(factor) + begun);
    }
    return refused instanceof FailedPreconditionException
        ? Reasons.failed(exists(tenant, refused, factor) + begun)
        : Reasons.stopped(
            "tenant '%s' cannot be restored into".formatted(name), refused, GOES_ON + begun);
  }

  /** Ends the restore of a tenant that has all its keys. */
  private void open(
      TenantEntry tenant, Tenant target, @Nullable ReplicationFactor factor, Patience patience)
      throws InterruptedException {
    try {
      finish(tenant, target, factor, patience);
    } catch (FailedPreconditionException | InvalidRequestException refused) {
      throw Reasons.stopped(
          "tenant '%s' has all its keys and cannot be opened".formatted(target.name()),
          refused,
          GOES_ON + ", with other replicas if --replication-factor is given");
    }
  }

  private void finish(
      TenantEntry tenant, Tenant target, @Nullable ReplicationFactor factor, Patience patience)
      throws InterruptedException {
    TenantChange finished =
        patience.call(
            () ->
                cluster
                    .backups()
                    .finishRestore(target, wanted(tenant, factor), SettingValues.read(tenant)));
    warnings.addAll(finished.warnings());
  }

  private static ReplicationFactor wanted(TenantEntry tenant, @Nullable ReplicationFactor factor) {
    return factor == null ? ReplicationFactor.parse(tenant.replicationFactor()) : factor;
  }

  /**
   * Returns the number by which the cluster tells restores apart: of the backup and of the tenant,
   * so that two tenants of a backup are never mixed under one name. It is above 0, as the highest
   * bits of a backup's id say.
   */
  private long restoreId(TenantEntry tenant) {
    return manifest.id() ^ tenant.id();
  }

  private static String begun(Collection<Tenant> begun) {
    return begun.isEmpty()
        ? ""
        : ". Begun, and closed to clients: %s. To give this restore up: quorate backup give-up-restore NAME --yes, for each; what it created is dropped, and others are opened as they were"
            .formatted(begun.stream().map(Tenant::name).collect(Collectors.joining(", ")));
  }

  /** What is left closed, or half restored, after a damaged backup, and what to do about it. */
  private String dropped(Collection<Tenant> begun, RestoredTenants chosen) {
    List<String> ours = begun.stream().map(Tenant::name).toList();
    List<Tenant> there = tenants();
    List<String> others =
        there == null
            ? List.of()
            : there.stream()
                .filter(Tenant::isBeingRestored)
                .map(Tenant::name)
                .filter(each -> chosen.names().containsValue(each) && !ours.contains(each))
                .toList();
    String left =
        ours.isEmpty()
            ? ""
            : ", and give up what was begun: %s, with quorate backup give-up-restore"
                .formatted(String.join(", ", ours));
    if (!others.isEmpty()) {
      return left
          + "; being restored since before this run, and closed to clients: %s. Give that up, too, with quorate backup give-up-restore"
              .formatted(String.join(", ", others));
    }
    if (!left.isEmpty()) {
      return left;
    }
    return there == null ? "; none was created by this run" : "; none was created";
  }

  /** Returns the tenants of the cluster; null if that is not known. */
  private @Nullable List<Tenant> tenants() {
    try {
      return cluster.tenants();
    } catch (QuorateException unknown) {
      return null; // the cluster's own words are told then
    }
  }

  /** Why a tenant that is there is not restored into, as the cluster says, and what to do. */
  private static String exists(
      TenantEntry tenant, QuorateException refused, @Nullable ReplicationFactor factor) {
    return "%s. If an earlier run of this restore has opened the tenant, leave it out. Another name is given with --tenant %s=NAME%s"
        .formatted(
            refused.getMessage(),
            tenant.name(),
            factor == null ? ", other replicas with --replication-factor" : "");
  }

  /** What to do about a tenant that cannot be created. */
  private static String advice(@Nullable ReplicationFactor factor) {
    return factor == null
        ? "if the replicas cannot be had here, give --replication-factor"
        : "give another --replication-factor if that is refused";
  }

  /** As a last check, that no record was lost on the way. */
  private static void requireAll(List<TenantEntry> tenants, Tally tally) {
    long keys = tenants.stream().mapToLong(TenantEntry::keys).sum();
    if (tally.keys() != keys) {
      throw Reasons.failed(
          "the restore stopped: the files have %d keys of the tenants, and the manifest says %d: verify the backup with quorate backup verify"
              .formatted(tally.keys(), keys));
    }
  }
}
