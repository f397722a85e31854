package io.quorate.client.fake;

import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import io.quorate.client.QuorateClient;
import io.quorate.hash.PartitionHash;
import io.quorate.proto.v1.DeleteResponse;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.GetResponse;
import io.quorate.proto.v1.IncrementResponse;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.OperationResult;
import io.quorate.proto.v1.PartitionPlacement;
import io.quorate.proto.v1.PlacementNode;
import io.quorate.proto.v1.PutResponse;
import io.quorate.proto.v1.Tenant;
import io.quorate.proto.v1.UpdateFieldsResponse;
import io.quorate.proto.v1.Version;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Fake nodes that share one map, each a replica of every key, by default all in good order. */
public final class FakeCluster implements AutoCloseable {
  public static final int PARTITIONS = 8;

  public final List<FakeNode> nodes = new ArrayList<>();
  public final FakeAccess access = new FakeAccess();
  public final Map<ByteString, ByteString> store = new ConcurrentHashMap<>();
  public final AtomicLong clock = new AtomicLong(1000);
  public volatile long epoch = 1;
  public volatile long stateVersion = 1;
  public volatile long clusterId = 0xC1;

  /** What the nodes tell of their clock with the placement; 0: nothing. */
  public volatile long placementHlc;

  /** Tenants beside the default one. */
  public final List<Tenant> moreTenants = new CopyOnWriteArrayList<>();

  /** Tenants with siblings; each that {@link #createTenantWithSiblings} made. */
  public final Map<String, FakeSiblings> siblings = new ConcurrentHashMap<>();

  /** Tenants with counters, sets or maps; each that {@link #createTenantWithFields} made. */
  public final Map<String, FakeFields> fields = new ConcurrentHashMap<>();

  /** By node; one keeps its id when another comes before it. */
  private final Map<FakeNode, Long> ids = new ConcurrentHashMap<>();

  public FakeCluster(int size) {
    this(size, InsecureServerCredentials.create());
  }

  /**
   * @param credentials by which all its nodes speak TLS
   */
  public FakeCluster(int size, ServerCredentials credentials) {
    for (int i = 0; i < size; i++) {
      nodes.add(new FakeNode(this::serve, this::placement, credentials, access));
    }
  }

  public String endpoints() {
    return String.join(",", nodes.stream().map(FakeNode::address).toList());
  }

  public QuorateClient client() {
    return QuorateClient.builder().endpoints(endpoints()).build();
  }

  /**
   * Waits until each key goes to its coordinator. Until then nodes may not be connected, or one of
   * them was slow beside the others, as on a busy machine, and is given its keys back by and by.
   */
  public void connect(QuorateClient client) {
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () -> {
              nodes.forEach(node -> node.frames.clear());
              for (int i = 0; i < 50; i++) {
                client.keyValue().get("warm-up-" + i);
              }
              return nodes.stream().allMatch(this::wasAskedForItsKeysOnly);
            });
    nodes.forEach(node -> node.frames.clear());
  }

  private boolean wasAskedForItsKeysOnly(FakeNode node) {
    return !node.frames.isEmpty()
        && node.operations().stream()
            .allMatch(each -> coordinator(each.getGet().getKey().toStringUtf8()) == node);
  }

  /** The node that coordinates a key while all is well. */
  public FakeNode coordinator(String key) {
    return nodes.get(partition(key) % nodes.size());
  }

  public static int partition(String key) {
    return PartitionHash.partition(1, key.getBytes(StandardCharsets.UTF_8), PARTITIONS);
  }

  private synchronized long id(FakeNode node) {
    return ids.computeIfAbsent(node, next -> ids.size() + 1L);
  }

  /** All nodes tell those who watch what has changed. */
  public void publish() {
    nodes.forEach(FakeNode::publish);
  }

  public GetPlacementResponse placement() {
    GetPlacementResponse.Builder placement =
        GetPlacementResponse.newBuilder()
            .setClusterId(clusterId)
            .setStateVersion(stateVersion)
            .setHlc(placementHlc);
    for (FakeNode node : nodes) {
      placement.addNodes(
          PlacementNode.newBuilder()
              .setId(id(node))
              .setAddress(node.address())
              .setName("db-" + id(node)));
    }
    for (int partition = 0; partition < PARTITIONS; partition++) {
      PartitionPlacement.Builder list = PartitionPlacement.newBuilder().setEpoch(epoch);
      for (int i = 0; i < nodes.size(); i++) {
        list.addPreferenceList((partition + i) % nodes.size());
      }
      placement.addPartitions(list);
    }
    return placement
        .addTenants(
            Tenant.newBuilder().setName("default").setId(1).setReplicationFactor(nodes.size()))
        .addAllTenants(moreTenants)
        .build();
  }

  /** Creates a tenant with siblings; clients that are connected hear of it by and by. */
  public void createTenantWithSiblings(String name) {
    siblings.put(name, new FakeSiblings());
    moreTenants.add(
        Tenant.newBuilder()
            .setName(name)
            .setId(7)
            .setReplicationFactor(nodes.size())
            .setModel(Tenant.Model.MODEL_SIBLINGS)
            .build());
    stateVersion = 1L + moreTenants.size();
    publish();
  }

  /** Creates a tenant with linearizable keys; what it is asked is answered as of any other. */
  public void createLinearizableTenant(String name) {
    moreTenants.add(
        Tenant.newBuilder()
            .setName(name)
            .setId(9)
            .setReplicationFactor(nodes.size())
            .setModel(Tenant.Model.MODEL_LINEARIZABLE)
            .build());
    stateVersion = 1L + moreTenants.size();
    publish();
  }

  /** Creates a tenant with counters, sets or maps; clients hear of it by and by. */
  public FakeFields createTenantWithFields(String name, Tenant.Model model) {
    FakeFields created = new FakeFields();
    fields.put(name, created);
    moreTenants.add(
        Tenant.newBuilder()
            .setName(name)
            .setId(8)
            .setReplicationFactor(nodes.size())
            .setModel(model)
            .build());
    stateVersion = 1L + moreTenants.size();
    publish();
    return created;
  }

  public OperationResult serve(Operation operation) {
    FakeFields merged = fields.get(tenant(operation));
    if (merged != null) {
      return merged.serve(operation, version(), info(key(operation)));
    }
    FakeSiblings ofTenant = siblings.get(tenant(operation));
    if (ofTenant != null) {
      return ofTenant.serve(operation, version(), info(key(operation)));
    }
    OperationResult.Builder result = OperationResult.newBuilder();
    switch (operation.getOperationCase()) {
      case PUT -> {
        store.put(operation.getPut().getKey(), operation.getPut().getValue());
        result.setPut(
            PutResponse.newBuilder()
                .setVersion(version())
                .setInfo(info(operation.getPut().getKey())));
      }
      case GET -> {
        ByteString value = store.get(operation.getGet().getKey());
        GetResponse.Builder got =
            GetResponse.newBuilder().setInfo(info(operation.getGet().getKey()));
        if (value != null) {
          got.setFound(true).setValue(value).setVersion(version());
        }
        result.setGet(got);
      }
      case DELETE -> {
        store.remove(operation.getDelete().getKey());
        result.setDelete(
            DeleteResponse.newBuilder()
                .setVersion(version())
                .setInfo(info(operation.getDelete().getKey())));
      }
      case INCREMENT -> {
        ByteString held = store.get(operation.getIncrement().getKey());
        long sum =
            (held == null ? 0 : Long.parseLong(held.toStringUtf8()))
                + operation.getIncrement().getBy();
        store.put(operation.getIncrement().getKey(), ByteString.copyFromUtf8(Long.toString(sum)));
        result.setIncrement(
            IncrementResponse.newBuilder()
                .setSum(sum)
                .setVersion(version())
                .setInfo(info(operation.getIncrement().getKey())));
      }
      case UPDATE_FIELDS -> {
        // Without conditions, which are the server's: the value of the first edit is the map.
        ByteString key = operation.getUpdateFields().getKey();
        store.put(key, operation.getUpdateFields().getEdits(0).getSet());
        result.setUpdateFields(
            UpdateFieldsResponse.newBuilder().setVersion(version()).setInfo(info(key)));
      }
      case UPDATE -> {
        return failed(Failure.Reason.REASON_INVALID);
      }
      case OPERATION_NOT_SET -> throw new IllegalArgumentException("no operation");
    }
    return result.build();
  }

  /** From now on the node works on a few operations at a time, and refuses the others. */
  public void limit(FakeNode node, int atATime, Duration work, ScheduledExecutorService later) {
    AtomicInteger underWay = new AtomicInteger();
    node.script =
        operation -> {
          if (underWay.get() >= atATime) {
            return failed(
                Failure.newBuilder()
                    .setReason(Failure.Reason.REASON_OVERLOADED)
                    .setMessage("too much")
                    .setRetryAfterMs(10)
                    .build());
          }
          underWay.incrementAndGet();
          OperationResult answer = serve(operation).toBuilder().setId(operation.getId()).build();
          var unused =
              later.schedule(
                  () -> {
                    underWay.decrementAndGet();
                    node.answer(answer);
                  },
                  work.toNanos(),
                  TimeUnit.NANOSECONDS);
          return null;
        };
  }

  private static String tenant(Operation operation) {
    return switch (operation.getOperationCase()) {
      case PUT -> operation.getPut().getTenant();
      case INCREMENT -> operation.getIncrement().getTenant();
      case GET -> operation.getGet().getTenant();
      case DELETE -> operation.getDelete().getTenant();
      case UPDATE -> operation.getUpdate().getTenant();
      case UPDATE_FIELDS -> operation.getUpdateFields().getTenant();
      case OPERATION_NOT_SET -> "";
    };
  }

  private static ByteString key(Operation operation) {
    return switch (operation.getOperationCase()) {
      case PUT -> operation.getPut().getKey();
      case INCREMENT -> operation.getIncrement().getKey();
      case GET -> operation.getGet().getKey();
      case DELETE -> operation.getDelete().getKey();
      case UPDATE -> operation.getUpdate().getKey();
      case UPDATE_FIELDS -> operation.getUpdateFields().getKey();
      case OPERATION_NOT_SET -> ByteString.EMPTY;
    };
  }

  private Version version() {
    return Version.newBuilder().setHlc(clock.incrementAndGet()).setNode(1).setBoot(1).build();
  }

  private io.quorate.proto.v1.ResultInfo info(ByteString key) {
    return io.quorate.proto.v1.ResultInfo.newBuilder()
        .setPartition(partition(key.toStringUtf8()))
        .setEpoch(epoch)
        .addReplicas(1)
        .addReplicas(2)
        .setHlc(clock.get())
        .build();
  }

  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  public static OperationResult failed(Failure.Reason reason) {
    return failed(Failure.newBuilder().setReason(reason).setMessage("scripted").build());
  }

  /** The clock of a node is behind what a write names, for some time. */
  public static OperationResult aheadOfClock(int millis) {
    return failed(
        Failure.newBuilder()
            .setReason(Failure.Reason.REASON_UNAVAILABLE)
            .setMessage("scripted, ahead of this node's clock")
            .setRetryAfterMs(millis)
            .setAboveHlc(1)
            .build());
  }

  public static OperationResult failed(Failure failure) {
    return OperationResult.newBuilder().setFailure(failure).build();
  }

  @Override
  public void close() {
    nodes.forEach(FakeNode::close);
  }
}
