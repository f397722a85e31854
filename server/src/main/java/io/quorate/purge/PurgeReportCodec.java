package io.quorate.purge;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.bytes.MalformedBytesException;
import io.quorate.model.ByteFormat;
import io.quorate.placement.ReplicationFactor;
import io.quorate.purge.PurgeReport.Holding;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reports as bytes, big-endian: format (1 byte), number of purgeable partitions (4) and each (4),
 * number of holdings (4) and each: partition (4), epoch (8), factor (4), its groups (8 each). Where
 * a factor is by region the format is another one, in which each factor is followed by its regions:
 * how many (4), and each: name, replicas (4).
 */
public final class PurgeReportCodec {
  private static final int FORMAT = ByteFormat.PURGE_REPORT.at(1);
  private static final int WITH_REGIONS = ByteFormat.PURGE_REPORT.at(2);
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
    boolean regions = report.holdings().stream().anyMatch(each -> each.factor().isByRegion());
    out.writeByte(regions ? WITH_REGIONS : FORMAT);
    out.writeFixed32(report.purgeable().size());
    report.purgeable().forEach(out::writeFixed32);
    out.writeFixed32(report.holdings().size());
    for (Holding holding : report.holdings()) {
      out.writeFixed32(holding.partition());
      out.writeFixed64(holding.epoch());
      out.writeFixed32(holding.factor().replicas());
      if (regions) {
        writeRegions(out, holding.factor());
      }
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
    int format = in.readByte();
    if (format != FORMAT && format != WITH_REGIONS) {
      throw in.malformed("its format is unknown");
    }
    List<Integer> purgeable = new ArrayList<>();
    for (int left = in.readFixedCount(Integer.BYTES); left > 0; left--) {
      purgeable.add(in.readFixed32());
    }
    List<Holding> holdings = new ArrayList<>();
    for (int left = in.readFixedCount(HOLDING_BYTES); left > 0; left--) {
      holdings.add(holding(in, format == WITH_REGIONS));
    }
    in.expectEnd();
    return new PurgeReport(purgeable, holdings);
  }

  private static void writeRegions(ByteWriter out, ReplicationFactor factor) {
    out.writeFixed32(factor.byRegion().size());
    factor
        .byRegion()
        .forEach(
            (region, replicas) -> {
              out.writeFixedString(region);
              out.writeFixed32(replicas);
            });
  }

  private static ReplicationFactor readRegions(ByteReader in, int replicas) {
    SortedMap<String, Integer> byRegion = new TreeMap<>();
    for (int left = in.readFixedCount(2 * Integer.BYTES); left > 0; left--) {
      byRegion.put(in.readFixedString(), in.readFixed32());
    }
    try {
      return new ReplicationFactor(replicas, byRegion);
    } catch (IllegalArgumentException malformed) {
      throw in.malformed(malformed);
    }
  }

  private static Holding holding(ByteReader in, boolean regions) {
    int partition = in.readFixed32();
    long epoch = in.readFixed64();
    int replicas = in.readFixed32();
    ReplicationFactor factor = regions ? readRegions(in, replicas) : ReplicationFactor.of(replicas);
    List<Long> groups = new ArrayList<>(Holding.GROUPS);
    for (int group = 0; group < Holding.GROUPS; group++) {
      groups.add(in.readFixed64());
    }
    return new Holding(partition, epoch, factor, groups);
  }
}
