package io.quorate.cut;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.bytes.MalformedBytesException;
import io.quorate.cluster.ClusterState;
import io.quorate.model.ByteFormat;
import java.util.BitSet;

/**
 * Reports as bytes: format (1 byte), cut (8), its time (8), the highest time shown (8), since when
 * it keeps what is replaced (8), for how long it is idle (8), the partitions that are armed and
 * those that are closed: each how many bytes (varint), and the bytes, the lowest partition in the
 * lowest bit of the first; the last is not 0. If the image of a partition does not count, also
 * those partitions, in the same way, and why not (a string).
 */
public final class CutReportCodec {
  /** Not that of other reports that go the same way. */
  private static final int FORMAT = ByteFormat.CUT_REPORT.only();

  private static final int SET_BYTES_MAX = ClusterState.PARTITIONS_MAX / Byte.SIZE;

  private CutReportCodec() {}

  /** Whether bytes begin as a report of cuts does. */
  public static boolean isCutReport(byte[] bytes) {
    return bytes.length > 0 && bytes[0] == FORMAT;
  }

  public static byte[] encode(CutReport report) {
    ByteWriter out = new ByteWriter();
    out.writeByte(FORMAT);
    out.writeFixed64(report.cut());
    out.writeFixed64(report.time());
    out.writeFixed64(report.latestTime());
    out.writeFixed64(report.since());
    out.writeFixed64(report.idleMillis());
    out.writeBytes(report.armed().toByteArray());
    out.writeBytes(report.closed().toByteArray());
    if (!report.voids().isEmpty()) {
      out.writeBytes(report.voids().toByteArray());
      out.writeString(report.whyVoid());
    }
    return out.toBytes();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws MalformedBytesException if the bytes are anything else
   */
  public static CutReport decode(byte[] bytes) {
    ByteReader in = new ByteReader("a report of a cut", bytes);
    if (in.readByte() != FORMAT) {
      throw in.malformed("its format is unknown");
    }
    long cut = in.readFixed64();
    long time = in.readFixed64();
    long latestTime = in.readFixed64();
    long since = in.readFixed64();
    long idleMillis = in.readFixed64();
    BitSet armed = readSet(in);
    BitSet closed = readSet(in);
    BitSet voids = new BitSet();
    String whyVoid = "";
    if (in.remaining() > 0) {
      voids = readSet(in);
      if (voids.isEmpty()) {
        throw in.malformed("bytes are left over, with a reason for no partition");
      }
      whyVoid = in.readString();
    }
    in.expectEnd();
    return new CutReport(cut, time, armed, closed, latestTime, since, idleMillis, voids, whyVoid);
  }

  private static BitSet readSet(ByteReader in) {
    byte[] set = in.readBytes();
    if (set.length > SET_BYTES_MAX || (set.length > 0 && set[set.length - 1] == 0)) {
      throw in.malformed("partitions in %d bytes, or a last one that is 0".formatted(set.length));
    }
    return BitSet.valueOf(set);
  }
}
