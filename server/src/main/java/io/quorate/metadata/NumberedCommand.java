package io.quorate.metadata;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.bytes.MalformedBytesException;
import io.quorate.cluster.Command;
import io.quorate.cluster.codec.CommandCodec;
import io.quorate.model.NodeId;
import io.quorate.model.Release;

/** What an entry of the metadata log holds. */
record NumberedCommand(CommandId id, Command command) {
  private static final int HEADER_BYTES = 2 * Long.BYTES;

  /** Origin (8 bytes), number (8), the command as nodes of a cluster at this version read it. */
  byte[] encode(int clusterVersion) {
    byte[] encoded = CommandCodec.encode(command, clusterVersion);
    ByteWriter out = new ByteWriter(HEADER_BYTES + encoded.length);
    out.writeFixed64(id.origin().value());
    out.writeFixed64(id.number());
    out.writeRaw(encoded);
    return out.toBytes();
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
    ByteReader in = new ByteReader("an entry of the metadata log", bytes);
    CommandId id = new CommandId(new NodeId(in.readFixed64()), in.readFixed64());
    return new NumberedCommand(id, CommandCodec.decode(in.readRest(), newestVersion));
  }
}
