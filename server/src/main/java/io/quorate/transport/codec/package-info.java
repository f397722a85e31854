/**
 * The wire's words and ours, translated once, at the edge: operations and their outcomes, which
 * both clients and other nodes send, and what all codecs are made of. No gRPC in here nor in the
 * packages below, so that simulation passes every message through the real encoding.
 *
 * <p>{@link io.quorate.transport.codec.OperationCodec} speaks the hot part of {@code quorate.v1},
 * and package {@code peer} what nodes say to each other. Both write and read the protobuf encoding
 * by hand, straight from our values into one buffer and back: the generated classes cost a builder,
 * a message and a byte string for each part of each message, and these are the two places where
 * every operation passes several times. The {@code .proto} files stay the contract: tests compare
 * each message with what the generated classes say. What operators say, in package {@code admin},
 * is seldom said, and translated by the generated classes.
 */
@NullMarked
package io.quorate.transport.codec;

import org.jspecify.annotations.NullMarked;
