package io.quorate.migration;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.bytes.MalformedBytesException;
import io.quorate.migration.MoveReport.Standing;
import io.quorate.model.ByteFormat;
import java.util.ArrayList;
import java.util.List;

/**
 * Reports as bytes, big-endian: format (1 byte), state version (8), number of standings (4) and
 * each: partition (4), epoch (8), flags (1: 1 complete, 2 handed over), records, bytes, skipped (8
 * each).
 */
public final class MoveReportCodec {
  /** Not that of other reports that go the same way. */
  private static final int FORMAT = ByteFormat.MOVE_REPORT.only();

  private static final int COMPLETE = 1;
  private static final int HANDED_OVER = 2;
  private static final int STANDING_BYTES = Integer.BYTES + Long.BYTES + 1 + 3 * Long.BYTES;

  private MoveReportCodec() {}

  /** Whether bytes begin as a report of moves does. */
  public static boolean isMoveReport(byte[] bytes) {
    return bytes.length > 0 && bytes[0] == FORMAT;
  }

  public static byte[] encode(MoveReport report) {
    ByteWriter out =
        new ByteWriter(1 + Long.BYTES + Integer.BYTES + report.standings().size() * STANDING_BYTES);
    out.writeByte(FORMAT);
    out.writeFixed64(report.stateVersion());
    out.writeFixed32(report.standings().size());
    for (Standing each : report.standings()) {
      out.writeFixed32(each.partition());
      out.writeFixed64(each.epoch());
      out.writeByte((each.complete() ? COMPLETE : 0) | (each.handedOver() ? HANDED_OVER : 0));
      out.writeFixed64(each.records());
      out.writeFixed64(each.bytes());
      out.writeFixed64(each.skipped());
    }
    return out.toBytes();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws MalformedBytesException if the bytes are anything else
   */
  public static MoveReport decode(byte[] bytes) {
    ByteReader in = new ByteReader("a report of moves", bytes);
    if (in.readByte() != FORMAT) {
      throw in.malformed("its format is unknown");
    }
    long stateVersion = in.readFixed64();
    List<Standing> standings = new ArrayList<>();
    for (int left = in.readFixedCount(STANDING_BYTES); left > 0; left--) {
      standings.add(standing(in));
    }
    in.expectEnd();
    return new MoveReport(stateVersion, standings);
  }

  private static Standing standing(ByteReader in) {
    int partition = in.readFixed32();
    long epoch = in.readFixed64();
    int flags = in.readByte();
    if ((flags & ~(COMPLETE | HANDED_OVER)) != 0) {
      throw in.malformed("flags " + flags + " are unknown");
    }
    return new Standing(
        partition,
        epoch,
        (flags & COMPLETE) != 0,
        (flags & HANDED_OVER) != 0,
        in.readFixed64(),
        in.readFixed64(),
        in.readFixed64());
  }
}
