package io.quorate.client.admin;

import io.quorate.client.Level;
import io.quorate.client.ReadRepair;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A namespace of keys with its own replication.
 *
 * @param name 1 to 64 of a-z, 0-9, '-', '_' and '.'
 * @param id its number, part of every stored key; given by the cluster
 * @param replicationFactor replicas of each key; while it is altered, what it was before
 * @param nextReplicationFactor the factor that it is altered to; else the same
 * @param readLevel default level of reads; null: not said
 * @param writeLevel default level of writes; null: not said
 * @param model how concurrent writes are resolved, such as LAST_WRITE_WINS
 * @param defaultTtl until values expire; zero: they do not
 * @param readRepair what reads do that do not say
 * @param limits what it may ask of the cluster
 */
public record Tenant(
    String name,
    int id,
    int replicationFactor,
    int nextReplicationFactor,
    @Nullable Level readLevel,
    @Nullable Level writeLevel,
    String model,
    Duration defaultTtl,
    ReadRepair readRepair,
    TenantLimits limits) {

  /** Whether partitions are on the way to another replication factor. */
  public boolean isAltered() {
    return nextReplicationFactor != replicationFactor;
  }
}
