package io.quorate.client.internal.engine;

import com.google.protobuf.ByteString;
import io.quorate.client.fake.FakeCluster;
import io.quorate.client.internal.net.Loop;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.PartitionPlacement;
import io.quorate.proto.v1.PlacementNode;
import io.quorate.proto.v1.PutRequest;
import io.quorate.proto.v1.Tenant;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** A client of scripted nodes: what it consists of, is told and asks. */
final class ScriptedClient {
  static final int PARTITIONS = 4;

  private ScriptedClient() {}

  /**
   * Returns a client that does nothing yet.
   *
   * @param nodes by address; a connection leads to the one that is there when it is made
   */
  static Engine engine(
      Loop loop, ClusterView view, Map<String, ScriptedNode> nodes, String... endpoints) {
    return engine(loop, new Admission(100, 1 << 20), view, nodes, endpoints);
  }

  /** As {@link #engine(Loop, ClusterView, Map, String...)}, with bounds of what is unanswered. */
  static Engine engine(
      Loop loop,
      Admission admission,
      ClusterView view,
      Map<String, ScriptedNode> nodes,
      String... endpoints) {
    return new Engine(
        loop,
        admission,
        view,
        new SplittableRandom(1),
        Arrays.asList(endpoints),
        TimeUnit.SECONDS.toNanos(1),
        owner ->
            address ->
                new Connection(
                    address,
                    Objects.requireNonNull(nodes.get(address), address),
                    new Breaker(address),
                    loop,
                    new SplittableRandom(2),
                    view,
                    owner));
  }

  /** Returns a put that has plenty of time. */
  static Call<?> put(Loop loop, String name) {
    return put(loop, "default", name, 0, TimeUnit.SECONDS.toNanos(600));
  }

  /** Returns a put of a value of this length. */
  static Call<?> put(Loop loop, String tenant, String name, int valueBytes, long timeoutNanos) {
    byte[] key = FakeCluster.utf8(name);
    return new Call.Put<>(
        Face.VALUES,
        tenant,
        key,
        null,
        PutRequest.newBuilder()
            .setTenant(tenant)
            .setKey(ByteString.copyFrom(key))
            .setValue(ByteString.copyFrom(new byte[valueBytes]))
            .build(),
        loop.nanos(),
        timeoutNanos);
  }

  /** A node that holds all of tenant "likes", of this model. */
  static GetPlacementResponse likes(String node, Tenant.Model model) {
    return placement(0xC1, 1, node).toBuilder()
        .setHlc(1_700_000_000_000L << 16)
        .addTenants(
            Tenant.newBuilder().setName("likes").setId(7).setReplicationFactor(1).setModel(model))
        .build();
  }

  /** Each member is a replica of every key, and the first one of some. */
  static GetPlacementResponse placement(long cluster, long version, String... members) {
    GetPlacementResponse.Builder placement =
        GetPlacementResponse.newBuilder().setClusterId(cluster).setStateVersion(version);
    for (String member : members) {
      placement.addNodes(
          PlacementNode.newBuilder().setId(member.charAt(0) - 'a' + 1).setAddress(member));
    }
    for (int partition = 0; partition < PARTITIONS; partition++) {
      PartitionPlacement.Builder list = PartitionPlacement.newBuilder().setEpoch(1);
      for (int i = 0; i < members.length; i++) {
        list.addPreferenceList((partition + i) % members.length);
      }
      placement.addPartitions(list);
    }
    return placement
        .addTenants(
            Tenant.newBuilder().setName("default").setId(1).setReplicationFactor(members.length))
        .build();
  }
}
