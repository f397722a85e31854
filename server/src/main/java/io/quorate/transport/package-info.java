/**
 * The edge towards other processes. This package has what all calls share: the gRPC server, bounds
 * of connections and messages, how a failure becomes a status, and the way to the lane. Who calls
 * decides where the rest lives: {@code client} serves applications, {@code admin} serves operators,
 * {@code peer} speaks with other nodes, {@code http} serves probes and scrapers, {@code codec} has
 * the encodings, and {@code tls} says how connections begin. None of these knows another, but for
 * {@code codec}, which all may use, and {@code tls}, which {@code http} uses.
 *
 * <p>Transport translates and decides nothing about data: {@code replication.api} defines what a
 * request means, and the package that a message is for defines what the message means. All state
 * here is owned by one lane. When the lane is the event loop that serves the connection, as on
 * small machines, a request never changes threads; otherwise {@link io.quorate.transport.LaneEntry}
 * takes it there.
 *
 * <p>Start at {@link io.quorate.transport.GrpcServer}.
 */
@NullMarked
package io.quorate.transport;

import org.jspecify.annotations.NullMarked;
