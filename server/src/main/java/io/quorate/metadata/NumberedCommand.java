package io.quorate.metadata;

import io.quorate.cluster.Command;
import io.quorate.cluster.codec.CommandCodec;
import io.quorate.cluster.codec.MalformedBytesException;
import io.quorate.model.NodeId;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** What an entry of the metadata log holds. */
record NumberedCommand(CommandId id, Command command) {
  private static final int HEADER_BYTES = 2 * Long.BYTES;

  /** Origin (8 bytes), number (8), the command. */
  byte[] encode() {
    byte[] encoded = CommandCodec.encode(command);
    return ByteBuffer.allocate(HEADER_BYTES + encoded.length)
        .putLong(id.origin().value())
        .putLong(id.number())
        .put(encoded)
        .array();
  }

  /**
   * @throws MalformedBytesException if the bytes are damaged, or of a newer version; says so
   */
  static NumberedCommand decode(byte[] bytes) {
    if (bytes.length < HEADER_BYTES) {
      throw new MalformedBytesException("a log entry of " + bytes.length + " bytes is no command");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CommandId id = new CommandId(new NodeId(in.getLong()), in.getLong());
    return new NumberedCommand(
        id, CommandCodec.decode(Arrays.copyOfRange(bytes, HEADER_BYTES, bytes.length)));
  }
}
