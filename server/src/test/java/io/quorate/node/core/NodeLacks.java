package io.quorate.node.core;

import io.quorate.cut.LaxCut;
import io.quorate.metadata.LaxMetadata;
import io.quorate.migration.LaxMoves;
import io.quorate.placement.Placements;
import io.quorate.purge.LaxPurge;
import io.quorate.replication.coordinator.Coordinator;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.move.LaxCopier;
import io.quorate.replication.replica.LaxReplica;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Which rules a node lacks, for tests that must notice it.
 *
 * @param replacing what is sent for these causes replaces what a replica holds
 * @param purge what purges lack; null if nothing
 * @param moves what the driver of moves lacks; null if nothing
 * @param cut what the driver of cuts lacks
 * @param coordinator makes one that lacks what it is to lack
 */
public record NodeLacks(
    Set<LaxMetadata> metadata,
    Set<LaxFilling> filling,
    Set<LaxReplica.Rule> replica,
    Set<Cause> replacing,
    @Nullable LaxPurge purge,
    Set<LaxCopier> copier,
    @Nullable LaxMoves moves,
    Set<LaxCut> cut,
    BiFunction<Coordinator.Collaborators, Placements, Coordinator> coordinator) {}
