package io.quorate.client.admin;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A tenant that comes to another number of replicas. */
public final class AlteredTenant {
  private final String tenant;
  private final int replicationFactor;
  private final int targetReplicationFactor;

  private AlteredTenant(String tenant, int replicationFactor, int targetReplicationFactor) {
    this.tenant = tenant;
    this.replicationFactor = replicationFactor;
    this.targetReplicationFactor = targetReplicationFactor;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static AlteredTenant of(
      String tenant, int replicationFactor, int targetReplicationFactor) {
    return new AlteredTenant(tenant, replicationFactor, targetReplicationFactor);
  }

  /** Its name. */
  public String tenant() {
    return tenant;
  }

  /** Replicas of each key where its partitions have not come through. */
  public int replicationFactor() {
    return replicationFactor;
  }

  /** Replicas of each key once they have. */
  public int targetReplicationFactor() {
    return targetReplicationFactor;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AlteredTenant that
        && tenant.equals(that.tenant)
        && replicationFactor == that.replicationFactor
        && targetReplicationFactor == that.targetReplicationFactor;
  }

  @Override
  public int hashCode() {
    return Objects.hash(tenant, replicationFactor, targetReplicationFactor);
  }

  @Override
  public String toString() {
    return "AlteredTenant[tenant="
        + tenant
        + ", replicationFactor="
        + replicationFactor
        + ", targetReplicationFactor="
        + targetReplicationFactor
        + "]";
  }
}
