package io.quorate.purge;

import io.quorate.model.ByteFormat;
import io.quorate.purge.PurgeReport.Holding;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Reports as bytes, big-endian: format (1 byte), number of purgeable partitions (4) and each (4),
 * number of holdings (4) and each: partition (4), epoch (8), factor (4), its groups (8 each).
 */
public final class PurgeReportCodec {
  private static final byte FORMAT = (byte) ByteFormat.PURGE_REPORT.only();
  private static final int HOLDING_BYTES =
      Integer.BYTES + Long.BYTES + Integer.BYTES + Holding.GROUPS * Long.BYTES;

  private PurgeReportCodec() {}

  public static byte[] encode(PurgeReport report) {
    ByteBuffer out =
        ByteBuffer.allocate(
            1
                + 2 * Integer.BYTES
                + report.purgeable().size() * Integer.BYTES
                + report.holdings().size() * HOLDING_BYTES);
    out.put(FORMAT).putInt(report.purgeable().size());
    report.purgeable().forEach(out::putInt);
    out.putInt(report.holdings().size());
    for (Holding holding : report.holdings()) {
      out.putInt(holding.partition()).putLong(holding.epoch()).putInt(holding.factor());
      holding.groups().forEach(out::putLong);
    }
    return out.array();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IllegalArgumentException if the bytes are anything else
   */
  public static PurgeReport decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      if (in.get() != FORMAT) {
        throw malformed(bytes, "its format is unknown");
      }
      List<Integer> purgeable = new ArrayList<>();
      for (int left = count(in, Integer.BYTES); left > 0; left--) {
        purgeable.add(in.getInt());
      }
      List<Holding> holdings = new ArrayList<>();
      for (int left = count(in, HOLDING_BYTES); left > 0; left--) {
        holdings.add(holding(in));
      }
      if (in.hasRemaining()) {
        throw malformed(bytes, in.remaining() + " bytes are left over");
      }
      return new PurgeReport(purgeable, holdings);
    } catch (BufferUnderflowException cut) {
      throw malformed(bytes, "it ends too early");
    }
  }

  /** So that damage cannot ask for much memory. */
  private static int count(ByteBuffer in, int bytesEach) {
    int count = in.getInt();
    if (count < 0 || count > in.remaining() / bytesEach) {
      throw new BufferUnderflowException();
    }
    return count;
  }

  private static Holding holding(ByteBuffer in) {
    int partition = in.getInt();
    long epoch = in.getLong();
    int factor = in.getInt();
    List<Long> groups = new ArrayList<>(Holding.GROUPS);
    for (int group = 0; group < Holding.GROUPS; group++) {
      groups.add(in.getLong());
    }
    return new Holding(partition, epoch, factor, groups);
  }

  private static IllegalArgumentException malformed(byte[] bytes, String why) {
    return new IllegalArgumentException(
        "a purge report of %d bytes is malformed: %s".formatted(bytes.length, why));
  }
}
