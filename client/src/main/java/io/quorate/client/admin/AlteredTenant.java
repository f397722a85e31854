package io.quorate.client.admin;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A tenant that comes to another number of replicas. */
public final class AlteredTenant {
  private final String tenant;
  private final ReplicationFactor replication;
  private final ReplicationFactor targetReplication;

  private AlteredTenant(
      String tenant, ReplicationFactor replication, ReplicationFactor targetReplication) {
    this.tenant = tenant;
    this.replication = replication;
    this.targetReplication = targetReplication;
  }

  /** Returns one whose replicas may be on any nodes. */
  public static AlteredTenant of(
      String tenant, int replicationFactor, int targetReplicationFactor) {
    return of(
        tenant,
        ReplicationFactor.of(replicationFactor),
        ReplicationFactor.of(targetReplicationFactor));
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static AlteredTenant of(
      String tenant, ReplicationFactor replication, ReplicationFactor targetReplication) {
    return new AlteredTenant(tenant, replication, targetReplication);
  }

  /** Its name. */
  public String tenant() {
    return tenant;
  }

  /** Replicas of each key where its partitions have not come through. */
  public int replicationFactor() {
    return replication.replicas();
  }

  /** Replicas of each key once they have. */
  public int targetReplicationFactor() {
    return targetReplication.replicas();
  }

  /** The same, with the regions. */
  public ReplicationFactor replication() {
    return replication;
  }

  /** The same once its partitions have come through, with the regions. */
  public ReplicationFactor targetReplication() {
    return targetReplication;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AlteredTenant that
        && tenant.equals(that.tenant)
        && replication.equals(that.replication)
        && targetReplication.equals(that.targetReplication);
  }

  @Override
  public int hashCode() {
    return Objects.hash(tenant, replication, targetReplication);
  }

  @Override
  public String toString() {
    return "AlteredTenant[tenant="
        + tenant
        + ", replicationFactor="
        + replication
        + ", targetReplicationFactor="
        + targetReplication
        + "]";
  }
}
