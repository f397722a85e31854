/**
 * Carries requests to nodes until each has an outcome.
 *
 * <p>Start at {@link io.quorate.client.internal.engine.Engine#submit}. One event-loop thread owns
 * all state: a {@code Call} is given to the {@code Connection} of a replica of its key, as the
 * {@code RouteTable} tells it, and travels in batches on that node's {@code Pipe} stream. Retries,
 * throttles and deadlines are decided here, and the exceptions that tell of them are made here. The
 * table is kept up to date by {@code PlacementWatch}.
 */
@NullMarked
package io.quorate.client.internal.engine;

import org.jspecify.annotations.NullMarked;
