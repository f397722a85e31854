/**
 * What other packages have carried out at other replicas: {@link
 * io.quorate.replication.coordinator.peer.ReplicaPeers} asks for comparisons, copies and fillings,
 * {@link io.quorate.replication.coordinator.peer.HintCourier} brings what hints remember. No client
 * waits for it, so it is refused at once while many requests of clients are under way.
 *
 * <p>Each question is an {@code Asking}: one message and one answer, of the replica that was asked
 * and of the kind that was asked for. Bytes that go over the network are told to the budget of
 * background work.
 */
@NullMarked
package io.quorate.replication.coordinator.peer;

import org.jspecify.annotations.NullMarked;
