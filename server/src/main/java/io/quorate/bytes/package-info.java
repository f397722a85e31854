/**
 * Values as bytes, for what is kept in logs, snapshots and reports, and for Raft's messages: one
 * writer, one reader that refuses all that the writer does not write, and how it says so.
 *
 * <p>Each value has one encoding only, so equal values are equal bytes, and damage is seldom taken
 * for a value. Reading never takes more memory than a small multiple of the bytes that are there.
 * What clients and nodes send each other as protobuf messages is read and written elsewhere.
 */
@NullMarked
package io.quorate.bytes;

import org.jspecify.annotations.NullMarked;
