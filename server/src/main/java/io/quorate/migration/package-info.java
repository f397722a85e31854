/**
 * Topology change (docs/design/topology-change.md): plans where partitions go, and takes them there
 * step by step. Nodes follow the state and report how far they are; the leader of the metadata
 * group looks at the reports and proposes the next steps. No step waits for an answer to a
 * question.
 *
 * <p>Start at {@link io.quorate.migration.Driver}, then {@link io.quorate.migration.PartitionMove}.
 * Nodes speak in {@link io.quorate.migration.MoveReport}s. Knows values only: no clock, no network,
 * no store; time and reports are handed in, commands come out.
 */
@NullMarked
package io.quorate.migration;

import org.jspecify.annotations.NullMarked;
