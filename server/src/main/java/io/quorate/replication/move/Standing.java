package io.quorate.replication.move;

import io.quorate.placement.Move;

/**
 * How far this node is with a partition on the move that is, or was, its own.
 *
 * @param epoch of the placement that it follows
 * @param step of the move, under this epoch
 * @param served whether it serves the partition under it, and so has drained those before
 * @param complete whether it holds what it must as a replica of the set that the partition goes to,
 *     found under this epoch
 * @param handedOver whether those in charge hold all that it holds, found under this epoch; of a
 *     partition that leaves this node
 * @param records brought here in this move since the node was started; of a partition that leaves,
 *     handed over
 * @param bytes of these
 * @param skipped of these records, newer ones were held here by then
 */
public record Standing(
    int partition,
    long epoch,
    Move.Step step,
    boolean served,
    boolean complete,
    boolean handedOver,
    long records,
    long bytes,
    long skipped) {}
