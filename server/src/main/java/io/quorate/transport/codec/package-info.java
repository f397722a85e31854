/**
 * The wire's words and ours, translated once, at the edge. No gRPC in here, so that simulation
 * passes every message through the real encoding.
 *
 * <p>{@link io.quorate.transport.codec.PeerCodec} speaks {@code quorate.internal}, {@link
 * io.quorate.transport.codec.OperationCodec} the hot part of {@code quorate.v1}. Both write and
 * read the protobuf encoding by hand, straight from our values into one buffer and back: the
 * generated classes cost a builder, a message and a byte string for each part of each message, and
 * these are the two places where every operation passes several times. The {@code .proto} files
 * stay the contract: tests compare each message with what the generated classes say.
 */
@NullMarked
package io.quorate.transport.codec;

import org.jspecify.annotations.NullMarked;
