package io.quorate.client.internal.admin;

import io.quorate.client.admin.ReplicationFactor;
import io.quorate.proto.v1.RegionReplicas;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** A replication factor in messages of the wire: a number, and regions if it is by region. */
final class FactorCodec {
  private FactorCodec() {}

  static List<RegionReplicas> byRegion(ReplicationFactor factor) {
    return factor.byRegion().entrySet().stream()
        .map(
            each ->
                RegionReplicas.newBuilder()
                    .setRegion(each.getKey())
                    .setReplicas(each.getValue())
                    .build())
        .toList();
  }

  static ReplicationFactor factor(int replicas, List<RegionReplicas> told) {
    return told.isEmpty()
        ? ReplicationFactor.of(replicas)
        : ReplicationFactor.byRegion(byRegion(told));
  }

  static SortedMap<String, Integer> byRegion(List<RegionReplicas> told) {
    SortedMap<String, Integer> byRegion = new TreeMap<>();
    told.forEach(each -> byRegion.put(each.getRegion(), each.getReplicas()));
    return byRegion;
  }
}
