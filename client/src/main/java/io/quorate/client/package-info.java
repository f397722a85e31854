/**
 * The Java client of Quorate: reads and writes keys, and looks at the cluster, over gRPC.
 *
 * <p>Start at {@link io.quorate.client.QuorateClient}, whose Javadoc has a full example. {@link
 * io.quorate.client.AsyncKeyValue} is the face everything is built on; {@link
 * io.quorate.client.KeyValue} is the same, blocking. What a failure says about the data is in the
 * type of the {@link io.quorate.client.QuorateException}.
 *
 * <p>Inside, one event-loop thread owns all state: calls reach it through {@code Engine}, are given
 * to the {@code Connection} of a replica of their key, and travel in batches on that node's {@code
 * Pipe} stream. Protobuf and gRPC types stay inside; nothing of the server may enter.
 */
@NullMarked
package io.quorate.client;

import org.jspecify.annotations.NullMarked;
