/**
 * Serves applications: operations on keys, one by one, in batches and over a Pipe, scans, and the
 * placement that a client follows in order to send each key to one of its replicas.
 *
 * <p>Start at {@link io.quorate.transport.client.KeyValueService} for the way of a request, and at
 * {@link io.quorate.transport.client.PlacementService} for the stream of placements.
 */
@NullMarked
package io.quorate.transport.client;

import org.jspecify.annotations.NullMarked;
