package io.quorate.migration;

import io.quorate.migration.MoveReport.Standing;
import io.quorate.model.ByteFormat;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Reports as bytes, big-endian: format (1 byte), state version (8), number of standings (4) and
 * each: partition (4), epoch (8), flags (1: 1 complete, 2 handed over), records, bytes, skipped (8
 * each).
 */
public final class MoveReportCodec {
  /** Not that of other reports that go the same way. */
  private static final byte FORMAT = (byte) ByteFormat.MOVE_REPORT.only();

  private static final int COMPLETE = 1;
  private static final int HANDED_OVER = 2;
  private static final int STANDING_BYTES = Integer.BYTES + Long.BYTES + 1 + 3 * Long.BYTES;

  private MoveReportCodec() {}

  /** Whether bytes begin as a report of moves does. */
  public static boolean isMoveReport(byte[] bytes) {
    return bytes.length > 0 && bytes[0] == FORMAT;
  }

  public static byte[] encode(MoveReport report) {
    ByteBuffer out =
        ByteBuffer.allocate(
            1 + Long.BYTES + Integer.BYTES + report.standings().size() * STANDING_BYTES);
    out.put(FORMAT).putLong(report.stateVersion()).putInt(report.standings().size());
    for (Standing each : report.standings()) {
      int flags = (each.complete() ? COMPLETE : 0) | (each.handedOver() ? HANDED_OVER : 0);
      out.putInt(each.partition()).putLong(each.epoch()).put((byte) flags);
      out.putLong(each.records()).putLong(each.bytes()).putLong(each.skipped());
    }
    return out.array();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IllegalArgumentException if the bytes are anything else
   */
  public static MoveReport decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      if (in.get() != FORMAT) {
        throw malformed(bytes, "its format is unknown");
      }
      long stateVersion = in.getLong();
      int count = in.getInt();
      // So that damage cannot ask for much memory.
      if (count < 0 || count > in.remaining() / STANDING_BYTES) {
        throw new BufferUnderflowException();
      }
      List<Standing> standings = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        standings.add(standing(bytes, in));
      }
      if (in.hasRemaining()) {
        throw malformed(bytes, in.remaining() + " bytes are left over");
      }
      return new MoveReport(stateVersion, standings);
    } catch (BufferUnderflowException cut) {
      throw malformed(bytes, "it ends too early");
    }
  }

  private static Standing standing(byte[] bytes, ByteBuffer in) {
    int partition = in.getInt();
    long epoch = in.getLong();
    int flags = in.get();
    if ((flags & ~(COMPLETE | HANDED_OVER)) != 0) {
      throw malformed(bytes, "flags " + flags + " are unknown");
    }
    return new Standing(
        partition,
        epoch,
        (flags & COMPLETE) != 0,
        (flags & HANDED_OVER) != 0,
        in.getLong(),
        in.getLong(),
        in.getLong());
  }

  private static IllegalArgumentException malformed(byte[] bytes, String why) {
    return new IllegalArgumentException(
        "a report of moves, %d bytes long, is malformed: %s".formatted(bytes.length, why));
  }
}
