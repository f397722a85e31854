package io.quorate.purge;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.bytes.MalformedBytesException;
import io.quorate.model.ByteFormat;
import io.quorate.purge.PurgeReport.Holding;
import java.util.ArrayList;
import java.util.List;

/**
 * Reports as bytes, big-endian: format (1 byte), number of purgeable partitions (4) and each (4),
 * number of holdings (4) and each: partition (4), epoch (8), factor (4), its groups (8 each).
 */
public final class PurgeReportCodec {
  private static final int FORMAT = ByteFormat.PURGE_REPORT.only();
  private static final int HOLDING_BYTES =
      Integer.BYTES + Long.BYTES + Integer.BYTES + Holding.GROUPS * Long.BYTES;

  private PurgeReportCodec() {}

  public static byte[] encode(PurgeReport report) {
    ByteWriter out =
        new ByteWriter(
            1
                + 2 * Integer.BYTES
                + report.purgeable().size() * Integer.BYTES
                + report.holdings().size() * HOLDING_BYTES);
    out.writeByte(FORMAT);
    out.writeFixed32(report.purgeable().size());
    report.purgeable().forEach(out::writeFixed32);
    out.writeFixed32(report.holdings().size());
    for (Holding holding : report.holdings()) {
      out.writeFixed32(holding.partition());
      out.writeFixed64(holding.epoch());
      out.writeFixed32(holding.factor());
      holding.groups().forEach(out::writeFixed64);
    }
    return out.toBytes();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws MalformedBytesException if the bytes are anything else
   */
  public static PurgeReport decode(byte[] bytes) {
    ByteReader in = new ByteReader("a purge report", bytes);
    if (in.readByte() != FORMAT) {
      throw in.malformed("its format is unknown");
    }
    List<Integer> purgeable = new ArrayList<>();
    for (int left = in.readFixedCount(Integer.BYTES); left > 0; left--) {
      purgeable.add(in.readFixed32());
    }
    List<Holding> holdings = new ArrayList<>();
    for (int left = in.readFixedCount(HOLDING_BYTES); left > 0; left--) {
      holdings.add(holding(in));
    }
    in.expectEnd();
    return new PurgeReport(purgeable, holdings);
  }

  private static Holding holding(ByteReader in) {
    int partition = in.readFixed32();
    long epoch = in.readFixed64();
    int factor = in.readFixed32();
    List<Long> groups = new ArrayList<>(Holding.GROUPS);
    for (int group = 0; group < Holding.GROUPS; group++) {
      groups.add(in.readFixed64());
    }
    return new Holding(partition, epoch, factor, groups);
  }
}
