/**
 * Which request is served next, and which is refused: the package between clients and the
 * coordinator of one node. While there is room for all it is passed straight through; beyond that,
 * clients' requests wait here in a bounded line for each tenant, and past the bounds they are
 * refused at once.
 *
 * <p>Requests come in at {@link io.quorate.replication.admission.Entry}, which resolves them.
 * {@link io.quorate.replication.admission.BlockedWrites} holds writes back to partitions that an
 * operator has moved without any; {@link io.quorate.replication.admission.Admission} comes next.
 * {@link io.quorate.replication.event.Bound} has all bounds in their order. Only what clients ask
 * passes here. What other nodes ask was let in where it entered the cluster and is never refused
 * for fairness.
 */
@NullMarked
package io.quorate.replication.admission;

import org.jspecify.annotations.NullMarked;
