package io.quorate.cli.backup.create;

import io.quorate.cli.backup.file.AccessEntry;
import io.quorate.cli.backup.file.Manifest;
import io.quorate.cli.backup.file.Progress;
import io.quorate.cli.backup.file.Segment;
import io.quorate.cli.backup.file.TenantEntry;
import io.quorate.cli.backup.run.ClusterCalls;
import io.quorate.cli.backup.run.OneMoment;
import io.quorate.cli.backup.run.SettingValues;
import io.quorate.cli.command.Patience;
import io.quorate.client.PermissionDeniedException;
import io.quorate.client.admin.Tenant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Says of a backup what it is, when all of its records are in files. */
final class ManifestMaker {
  private final ClusterCalls cluster;
  private final InstantSource clock;
  private final SameTenants same;

  /** Refuses tenants that are others than those that were read. */
  interface SameTenants {
    /** Compares ids of tenants by their names. */
    void require(Map<String, Integer> before, Map<String, Integer> now);
  }

  ManifestMaker(ClusterCalls cluster, InstantSource clock, SameTenants same) {
    this.cluster = cluster;
    this.clock = clock;
    this.same = same;
  }

  /**
   * Returns the manifest of a backup of which all files are there.
   *
   * @param ofAll whether it is of all tenants: then users and roles are in it
   */
  Manifest make(String name, boolean ofAll, Progress done, Patience patience)
      throws InterruptedException {
    List<Tenant> all = patience.call(cluster::tenants);
    // After all was read: no record is of a later version than this.
    int version = patience.call(cluster::clusterVersion);
    AccessEntry access = ofAll ? access(patience) : null;
    Map<String, Integer> now = new TreeMap<>();
    all.forEach(tenant -> now.put(tenant.name(), tenant.id()));
    same.require(done.tenants(), now);
    List<TenantEntry> tenants =
        all.stream()
            .filter(tenant -> done.tenants().containsKey(tenant.name()))
            .map(tenant -> entry(tenant, done))
            .toList();
    return new Manifest(
        Manifest.kind(done.exact()),
        done.id(),
        name,
        done.began(),
        clock.instant().truncatedTo(ChronoUnit.MILLIS).toString(),
        done.clusterId(),
        version,
        done.partitions(),
        tenants.stream().anyMatch(TenantEntry::potentiallyStale),
        done.exact(),
        done.base(),
        access,
        tenants,
        done.files());
  }

  /** Returns users and roles; null if they may not be looked at. */
  private @Nullable AccessEntry access(Patience patience) throws InterruptedException {
    try {
      return AccessEntry.of(
          patience.call(() -> cluster.access().roles()),
          patience.call(() -> cluster.access().users()));
    } catch (PermissionDeniedException denied) {
      return null;
    }
  }

  private static TenantEntry entry(Tenant tenant, Progress done) {
    List<Segment> segments =
        done.segments().stream().filter(each -> each.tenant().equals(tenant.name())).toList();
    return new TenantEntry(
        tenant.name(),
        tenant.id(),
        tenant.nextReplication(), // where an alteration that is under way leads to
        SettingValues.of(tenant),
        segments.stream().mapToLong(Segment::records).sum(),
        segments.stream().mapToLong(Segment::bytes).sum(),
        segments.stream().anyMatch(Segment::potentiallyStale),
        done.exact() == null ? null : OneMoment.has(tenant));
  }
}
