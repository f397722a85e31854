/**
 * Streams between nodes: one stream to each other node carries all messages for it, many in a frame
 * and in their order. A node that does not know another introduces itself first. With TLS, what is
 * not the node that it says it is, by its certificate, is refused on both sides before it is heard.
 *
 * <p>Start at {@link io.quorate.transport.peer.PeerStreams}; {@link
 * io.quorate.transport.peer.PeerLink} is the side that sends, and {@code PeerReceiver} the one that
 * receives.
 */
@NullMarked
package io.quorate.transport.peer;

import org.jspecify.annotations.NullMarked;
