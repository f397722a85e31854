package io.quorate.cluster.codec;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.model.Invariant;
import io.quorate.placement.ReplicationFactor;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a replication factor is divided by region, as bytes that follow its number: how many regions,
 * and each with its name and number, in the order of names.
 */
final class RegionsCodec {
  private RegionsCodec() {}

  /**
   * Writes the regions of a factor.
   *
   * @param later whether the format has them; where it has not, no factor has any
   */
  static void write(ByteWriter out, ReplicationFactor factor, boolean later) {
    if (!later) {
      Invariant.hold(
          !factor.isByRegion(), "factor %s is written as the first cluster version does", factor);
      return;
    }
    out.writeVarint(factor.byRegion().size());
    factor
        .byRegion()
        .forEach(
            (region, replicas) -> {
              out.writeString(region);
              out.writeInt(replicas);
            });
  }

  /** Reads what {@link #write} wrote, given the number of replicas in all. */
  static ReplicationFactor read(ByteReader in, int replicas, boolean later) {
    SortedMap<String, Integer> byRegion = new TreeMap<>();
    for (int left = later ? in.readCount() : 0; left > 0; left--) {
      String region = in.readString();
      if (!byRegion.isEmpty() && byRegion.lastKey().compareTo(region) >= 0) {
        throw in.malformed("region '%s' out of order".formatted(region));
      }
      byRegion.put(region, in.readInt());
    }
    try {
      return new ReplicationFactor(replicas, byRegion);
    } catch (IllegalArgumentException malformed) {
      throw in.malformed(malformed);
    }
  }
}
