/**
 * What nodes say to each other, {@code quorate.internal}: start at {@link
 * io.quorate.transport.codec.peer.PeerCodec}. A message of a kind that this version does not know
 * is no error: it becomes one that says so, and is answered.
 *
 * <p>Operations and outcomes that are passed on are encoded as clients send them, by the package
 * above, which knows nothing of this one.
 */
@NullMarked
package io.quorate.transport.codec.peer;

import org.jspecify.annotations.NullMarked;
