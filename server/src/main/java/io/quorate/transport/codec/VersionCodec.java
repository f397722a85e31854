package io.quorate.transport.codec;

import com.google.protobuf.CodedInputStream;
import io.quorate.model.NodeId;
import io.quorate.version.Version;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** {@code quorate.v1.Version}. */
public final class VersionCodec {
  private static final int RANK = 1;
  private static final int HLC = 2;
  private static final int NODE = 3;
  private static final int BOOT = 4;

  /** A version takes no more bytes than this. */
  public static final int BYTES_MAX = 40;

  private VersionCodec() {}

  public static void write(WireWriter out, int field, Version version) {
    long mark = out.begin(field, BYTES_MAX);
    out.varint(RANK, version.rank());
    out.fixed64(HLC, version.hlc());
    out.fixed64(NODE, version.node().value());
    out.uint32(BOOT, version.boot());
    out.end(mark);
  }

  /** Reads a nested version whose tag was just read. */
  public static Version read(CodedInputStream in) throws IOException {
    return read(in, null);
  }

  /**
   * Reads a nested version whose tag was just read.
   *
   * @param passedOver is told of fields that are not known here; null: they are skipped
   * @throws IllegalArgumentException if there is no such version
   */
  public static Version read(CodedInputStream in, @Nullable PassedOver passedOver)
      throws IOException {
    int outer = Wire.enter(in);
    long rank = 0;
    long hlc = 0;
    long node = 0;
    int boot = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case RANK << 3 -> rank = in.readUInt64();
        case HLC << 3 | 1 -> hlc = in.readFixed64();
        case NODE << 3 | 1 -> node = in.readFixed64();
        case BOOT << 3 -> boot = in.readUInt32();
        default -> {
          if (passedOver == null) {
            Wire.skip(in, tag);
          } else {
            passedOver.add(in, tag, "Version");
          }
        }
      }
    }
    Wire.leave(in, outer);
    return new Version(rank, hlc, new NodeId(node), boot);
  }
}
