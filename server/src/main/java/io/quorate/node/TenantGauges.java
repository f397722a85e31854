package io.quorate.node;

import io.quorate.admin.MaintenanceAdmin;
import io.quorate.admin.MaintenanceAdmin.Parts;
import io.quorate.event.Gauge;
import io.quorate.metrics.Meters;
import io.quorate.placement.Tenant;
import io.quorate.replication.tree.TenantSizes.Size;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * How much tenants have, for scrapes. A scrape shows what was found after the one before, and has
 * some tenants looked at: so it waits for nothing, and a node that is not scraped looks at nothing.
 */
final class TenantGauges {
  /** Of the lowest ids; others are told by {@code quorate tenant size}. */
  private static final int TENANTS_MAX = 100;

  /** Each takes one look at the disk for each partition. */
  private static final int AT_ONCE = 16;

  private static final Gauge KEYS =
      Gauge.of(
              "quorate.tenant.keys",
              "Keys that have a value, of the partitions of which this node is the first replica:"
                  + " the sum over all nodes is that of the tenant, while none is down or lacks"
                  + " writes. Of the 100 oldest tenants; absent until all are counted")
          .by("tenant");

  private static final Gauge DISK_BYTES =
      Gauge.of(
              "quorate.tenant.disk.bytes",
              "About how many bytes of a tenant lie on the disk of this node, compressed, with what"
                  + " was overwritten and is not taken away yet, in the partitions that the node"
                  + " has or is leaving. Leftovers of other partitions are not counted. Of the 100"
                  + " oldest tenants")
          .by("tenant");

  private final MaintenanceAdmin node;
  private final Executor lane;
  private final Map<String, Double> keys = new ConcurrentHashMap<>();
  private final Map<String, Double> diskBytes = new ConcurrentHashMap<>();

  /** Whether tenants are being looked at, and the last that was. Both on the lane only. */
  private boolean busy;

  private int last;

  /**
   * @param lane runs what asks the node
   */
  TenantGauges(MaintenanceAdmin node, Executor lane) {
    this.node = node;
    this.lane = lane;
  }

  void addTo(Meters meters) {
    meters.gauges(KEYS, () -> keys);
    meters.gauges(
        DISK_BYTES,
        () -> {
          lane.execute(this::look);
          return diskBytes;
        });
  }

  private void look() {
    Parts parts = node.parts();
    if (busy || parts == null) {
      return;
    }
    List<Tenant> all =
        parts.placements().tenants().values().stream()
            .sorted(Comparator.comparingInt(Tenant::id))
            .limit(TENANTS_MAX)
            .toList();
    List<Tenant> rest = all.stream().filter(tenant -> tenant.id() > last).toList();
    List<Tenant> next = (rest.isEmpty() ? all : rest).stream().limit(AT_ONCE).toList();
    List<String> names = all.stream().map(Tenant::name).toList();
    busy = true;
    parts
        .sizes()
        .of(
            next,
            parts.placements(),
            sizes -> {
              busy = false;
              keys.keySet().retainAll(names);
              diskBytes.keySet().retainAll(names);
              sizes.forEach(this::show);
            });
  }

  void show(Size size) {
    String tenant = size.tenant().name();
    last = size.tenant().id();
    size.keysAsFirst()
        .ifPresentOrElse(count -> keys.put(tenant, (double) count), () -> keys.remove(tenant));
    if (size.diskBytes() >= 0) {
      diskBytes.put(tenant, (double) size.diskBytes());
    } else {
      diskBytes.remove(tenant);
    }
  }
}
