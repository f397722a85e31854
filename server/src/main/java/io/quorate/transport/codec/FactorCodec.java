package io.quorate.transport.codec;

import com.google.protobuf.CodedInputStream;
import io.quorate.model.Quoted;
import io.quorate.placement.ReplicationFactor;
import io.quorate.proto.v1.RegionReplicas;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** A replication factor: a number, and {@code quorate.v1.RegionReplicas} for each region. */
public final class FactorCodec {
  private static final int REGION = 1;
  private static final int REPLICAS = 2;
  private static final int DELIMITED = 2;

  private FactorCodec() {}

  /** Returns the factor by region; empty if replicas may be on any nodes. */
  public static List<RegionReplicas> byRegion(ReplicationFactor factor) {
    return factor.byRegion().entrySet().stream()
        .map(
            each ->
                RegionReplicas.newBuilder()
                    .setRegion(each.getKey())
                    .setReplicas(each.getValue())
                    .build())
        .toList();
  }

  /**
   * Returns the factor that a message has.
   *
   * @param replicas in all; 0: not said
   * @param byRegion empty: not said
   * @throws IllegalArgumentException if the two contradict each other, or a region is named twice
   */
  public static ReplicationFactor factor(int replicas, List<RegionReplicas> byRegion) {
    if (byRegion.isEmpty()) {
      return ReplicationFactor.of(replicas);
    }
    SortedMap<String, Integer> counts = new TreeMap<>();
    for (RegionReplicas each : byRegion) {
      if (counts.put(each.getRegion(), each.getReplicas()) != null) {
        throw new IllegalArgumentException(
            "replicas in region %s are said twice: say them once"
                .formatted(Quoted.of(each.getRegion())));
      }
    }
    ReplicationFactor factor = ReplicationFactor.byRegion(counts);
    if (replicas != 0 && replicas != factor.replicas()) {
      throw new IllegalArgumentException(
          "replication factor %d, and by region %s, which are %d: say the same, or leave one out"
              .formatted(replicas, factor, factor.replicas()));
    }
    return factor;
  }

  public static void write(WireWriter out, int field, ReplicationFactor factor) {
    factor
        .byRegion()
        .forEach(
            (region, replicas) -> {
              long mark = out.begin(field, region.length() + 8);
              out.string(REGION, region);
              out.uint32(REPLICAS, replicas);
              out.end(mark);
            });
  }

  /** Reads one region, and adds it to others. */
  public static void read(CodedInputStream in, SortedMap<String, Integer> others)
      throws IOException {
    int outer = Wire.enter(in);
    String region = "";
    int replicas = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case REGION << 3 | DELIMITED -> region = in.readStringRequireUtf8();
        case REPLICAS << 3 -> replicas = in.readUInt32();
        default -> Wire.skip(in, tag);
      }
    }
    Wire.leave(in, outer);
    others.put(region, replicas);
  }

  /** Returns a factor as it was read, part by part. */
  public static ReplicationFactor of(int replicas, SortedMap<String, Integer> byRegion) {
    return byRegion.isEmpty()
        ? ReplicationFactor.of(replicas)
        : ReplicationFactor.byRegion(byRegion);
  }
}
