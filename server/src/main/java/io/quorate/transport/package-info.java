/**
 * The edge towards other processes: gRPC services for clients, streams between nodes. It translates
 * and decides nothing about data: what a request means is said by {@code replication.api}, what a
 * message means by the room it is for.
 *
 * <p>Start at {@link io.quorate.transport.GrpcServer}; then {@link
 * io.quorate.transport.KeyValueService} for the way of a client's request and {@link
 * io.quorate.transport.PeerStreams} for the way of a message to another node. All state here is
 * owned by one lane. When the lane is the event loop that serves the connection, as on small
 * machines, a request never changes threads; otherwise {@link io.quorate.transport.LaneEntry} takes
 * it there.
 */
@NullMarked
package io.quorate.transport;

import org.jspecify.annotations.NullMarked;
