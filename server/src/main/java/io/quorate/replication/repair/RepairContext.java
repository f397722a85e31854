package io.quorate.replication.repair;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.replication.replica.Replica;
import io.quorate.runtime.LaneTime;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What surrounds everything that fills, moves or takes away what this node's replica holds.
 *
 * @param replica of this node
 * @param peers how other replicas are asked, and this one
 * @param isLive whether a node can be asked
 */
public record RepairContext(
    NodeId self,
    Replica replica,
    Peers peers,
    Predicate<NodeId> isLive,
    LaneTime time,
    Consumer<Event> events) {}
