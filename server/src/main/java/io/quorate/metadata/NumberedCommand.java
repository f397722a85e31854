package io.quorate.metadata;

import io.quorate.cluster.Command;
import io.quorate.cluster.codec.CommandCodec;
import io.quorate.cluster.codec.MalformedBytesException;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** What an entry of the metadata log holds. */
record NumberedCommand(CommandId id, Command command) {
  private static final int HEADER_BYTES = 2 * Long.BYTES;

  /** Origin (8 bytes), number (8), the command as nodes of a cluster at this version read it. */
  byte[] encode(int clusterVersion) {
    byte[] encoded = CommandCodec.encode(command, clusterVersion);
    return ByteBuffer.allocate(HEADER_BYTES + encoded.length)
        .putLong(id.origin().value())
        .putLong(id.number())
        .put(encoded)
        .array();
  }

  /** Reads what was written at any version that this code works at. */
  static NumberedCommand decode(byte[] bytes) {
    return decode(bytes, Release.NEWEST_VERSION);
  }

  /**
   * Reads what was written at versions up to this one.
   *
   * @throws MalformedBytesException if the bytes are damaged, or of a later version; says so
   */
  static NumberedCommand decode(byte[] bytes, int newestVersion) {
    if (bytes.length < HEADER_BYTES) {
      throw new MalformedBytesException("a log entry of " + bytes.length + " bytes is no command");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CommandId id = new CommandId(new NodeId(in.getLong()), in.getLong());
    return new NumberedCommand(
        id,
        CommandCodec.decode(Arrays.copyOfRange(bytes, HEADER_BYTES, bytes.length), newestVersion));
  }
}
