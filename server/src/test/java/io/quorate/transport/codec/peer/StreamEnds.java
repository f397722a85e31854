package io.quorate.transport.codec.peer;

import com.google.protobuf.InvalidProtocolBufferException;
import io.quorate.replication.message.ReplicaMessage;

/** Ends a stream for a message that is not known, see {@code CodeMutantsTest}. */
public final class StreamEnds {
  private StreamEnds() {}

  /** Replaces {@link UnknownMessageCodec#of}. */
  @SuppressWarnings("DoNotCallSuggester") // only the mutant calls it
  static ReplicaMessage of(int tag, byte[] frame, int start, int end)
      throws InvalidProtocolBufferException {
    throw new InvalidProtocolBufferException("a message of unknown kind " + (tag >>> 3));
  }
}
