/**
 * Carries clients' requests: stamps writes, asks replicas, decides when enough have answered, and
 * repairs what reads find behind. One object per request under way; each is a small machine that
 * answers and clocks drive, and that answers its client exactly once.
 *
 * <p>Start at {@link io.quorate.replication.coordinator.Coordinator}, then {@link
 * io.quorate.replication.coordinator.WriteOperation} and {@link
 * io.quorate.replication.coordinator.ReadOperation}. Records are written through the local replica
 * or by message to others, never here.
 */
@NullMarked
package io.quorate.replication.coordinator;

import org.jspecify.annotations.NullMarked;
