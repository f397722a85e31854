/**
 * Anti-entropy: replicas compare what they hold, continuously, and bring each other what is missing
 * (docs/design/protocol.md#healing; Demers and others, <i>Epidemic Algorithms</i>, 1987).
 *
 * <p>{@link io.quorate.replication.repair.AntiEntropy} decides what is compared when, a session
 * compares one partition with one other replica. A {@link io.quorate.replication.repair.Filler}
 * fills partitions of a replica that has lost what it held; {@link
 * io.quorate.replication.repair.DamageRepair} gives it those that its disk does not give back. All
 * ask through {@link io.quorate.replication.repair.Peers}, which the coordinator answers.
 */
@NullMarked
package io.quorate.replication.repair;

import org.jspecify.annotations.NullMarked;
