/**
 * Carries clients' requests: stamps writes, asks replicas, decides when enough have answered, and
 * repairs what reads find behind. One object per request under way; each is a small machine that
 * answers and clocks drive, and that answers its client exactly once.
 *
 * <p>Here requests and messages come in ({@link io.quorate.replication.coordinator.Coordinator}),
 * are refused that ask for what a tenant does not offer, or are forwarded to a replica. The rest is
 * in packages, from the lowest to the highest; each uses only packages before it:
 *
 * <ol>
 *   <li>{@code event}: what is told
 *   <li>{@code track}: how the other replicas cope
 *   <li>{@code operation}: what all operations are given and share
 *   <li>{@code register}: keys of linearizable tenants, and reads under locks
 *   <li>{@code read}: gets
 *   <li>{@code write}: puts, deletes and updates
 *   <li>{@code scan}: pages of partitions
 *   <li>{@code backup}: pages of backups, and restores
 *   <li>{@code peer}: questions to other replicas for hints, comparisons and copies
 * </ol>
 *
 * <p>For the path of a put, start at {@link io.quorate.replication.coordinator.write.WriteEntry};
 * of a get, at {@link io.quorate.replication.coordinator.read.ReadEntry}. Records are written
 * through the local replica or by message to others, never here.
 */
@NullMarked
package io.quorate.replication.coordinator;

import org.jspecify.annotations.NullMarked;
