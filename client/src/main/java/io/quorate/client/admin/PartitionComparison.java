package io.quorate.client.admin;

import java.time.Duration;

/**
 * How long ago a partition was equal at a node and all that it compares it with.
 *
 * @param other id of the replica with which that is longest ago
 * @param age since it was found equal, or made so; since the start of the node if it was not yet
 * @param known whether it was since the start of the node
 */
public record PartitionComparison(int partition, String other, Duration age, boolean known) {}
