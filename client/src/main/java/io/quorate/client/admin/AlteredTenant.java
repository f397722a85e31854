package io.quorate.client.admin;

/**
 * A tenant that comes to another number of replicas.
 *
 * @param tenant its name
 * @param replicationFactor replicas of each key where its partitions have not come through
 * @param targetReplicationFactor replicas of each key once they have
 */
public record AlteredTenant(String tenant, int replicationFactor, int targetReplicationFactor) {}
