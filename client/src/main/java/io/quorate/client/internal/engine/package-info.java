/**
 * Carries requests to nodes until each has an outcome.
 *
 * <p>Start at {@link io.quorate.client.internal.engine.Engine#submit}, which any thread calls. From
 * there on one event-loop thread owns all state: the {@code Dispatcher} gives a {@code Call} to the
 * {@code Connection} of a replica of its key, as the {@code RouteTable} tells it, and the call
 * travels in batches on that node's {@code Pipe} stream. {@code Retries} decides what is sent
 * again, {@code Throttle} what is not sent, and {@code Failures} makes the exceptions that tell of
 * it. {@code PlacementWatch} keeps the {@code ClusterView} up to date, and the table in it.
 */
@NullMarked
package io.quorate.client.internal.engine;

import org.jspecify.annotations.NullMarked;
