package io.quorate.cli.command;

import io.quorate.client.Level;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Tenant;

/** How all of a tenant is read where none of what was acknowledged may be missing. */
public final class WholeReads {
  private WholeReads() {}

  /**
   * Returns the level that was given, or one that meets writes at QUORUM, and at LOCAL_QUORUM in
   * each region, as backups read at. The tenant's own may be ONE; it is taken if it is ALL.
   */
  public static Level level(QuorateClient client, ClusterOptions cluster) {
    Level given = cluster.scan().level();
    if (given != null) {
      return given;
    }
    return Administration.of(client).cluster().placement().tenants().stream()
        .filter(each -> each.name().equals(cluster.tenant()))
        .map(WholeReads::level)
        .findAny()
        .orElse(Level.QUORUM); // the read itself says that there is no such tenant
  }

  private static Level level(Tenant tenant) {
    if (Level.ALL.equals(tenant.readLevel())) {
      return Level.ALL;
    }
    boolean byRegion =
        !tenant.replicasByRegion().isEmpty() || !tenant.nextReplicasByRegion().isEmpty();
    return byRegion ? Level.EACH_QUORUM : Level.QUORUM;
  }
}
