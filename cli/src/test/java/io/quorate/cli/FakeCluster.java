package io.quorate.cli;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.StreamObserver;
import io.quorate.client.fake.FakeAccess;
import io.quorate.client.fake.FakeFields;
import io.quorate.client.fake.FakeLockService;
import io.quorate.client.fake.FakeLocks;
import io.quorate.client.fake.FakeSiblings;
import io.quorate.proto.v1.AdminGrpc;
import io.quorate.proto.v1.AlterTenantRequest;
import io.quorate.proto.v1.AlterTenantResponse;
import io.quorate.proto.v1.CancelTopologyChangeRequest;
import io.quorate.proto.v1.CancelTopologyChangeResponse;
import io.quorate.proto.v1.ChangeTopologyRequest;
import io.quorate.proto.v1.ChangeTopologyResponse;
import io.quorate.proto.v1.Condition;
import io.quorate.proto.v1.CreateTenantRequest;
import io.quorate.proto.v1.CreateTenantResponse;
import io.quorate.proto.v1.DeleteResponse;
import io.quorate.proto.v1.DropDeadLettersRequest;
import io.quorate.proto.v1.DropDeadLettersResponse;
import io.quorate.proto.v1.DropTenantRequest;
import io.quorate.proto.v1.DropTenantResponse;
import io.quorate.proto.v1.FactorHash;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.FieldCondition;
import io.quorate.proto.v1.FieldEdit;
import io.quorate.proto.v1.GetComparisonsRequest;
import io.quorate.proto.v1.GetComparisonsResponse;
import io.quorate.proto.v1.GetDrainedRequest;
import io.quorate.proto.v1.GetDrainedResponse;
import io.quorate.proto.v1.GetHintsRequest;
import io.quorate.proto.v1.GetHintsResponse;
import io.quorate.proto.v1.GetLogLevelsRequest;
import io.quorate.proto.v1.GetLogLevelsResponse;
import io.quorate.proto.v1.GetPlacementRequest;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.GetRequest;
import io.quorate.proto.v1.GetResponse;
import io.quorate.proto.v1.GetStatusRequest;
import io.quorate.proto.v1.GetStatusResponse;
import io.quorate.proto.v1.GetTenantSizesRequest;
import io.quorate.proto.v1.GetTenantSizesResponse;
import io.quorate.proto.v1.GetUpgradeStatusRequest;
import io.quorate.proto.v1.GetUpgradeStatusResponse;
import io.quorate.proto.v1.HashPartitionRequest;
import io.quorate.proto.v1.HashPartitionResponse;
import io.quorate.proto.v1.IncrementRequest;
import io.quorate.proto.v1.IncrementResponse;
import io.quorate.proto.v1.KeyValueGrpc;
import io.quorate.proto.v1.Level;
import io.quorate.proto.v1.LimitTopologyChangeRequest;
import io.quorate.proto.v1.LimitTopologyChangeResponse;
import io.quorate.proto.v1.ListDeadLettersRequest;
import io.quorate.proto.v1.ListDeadLettersResponse;
import io.quorate.proto.v1.ListTenantsRequest;
import io.quorate.proto.v1.ListTenantsResponse;
import io.quorate.proto.v1.LogLevel;
import io.quorate.proto.v1.LoggerLevel;
import io.quorate.proto.v1.MaintenanceGrpc;
import io.quorate.proto.v1.Membership;
import io.quorate.proto.v1.MetadataStatus;
import io.quorate.proto.v1.NodeRelease;
import io.quorate.proto.v1.NodeReport;
import io.quorate.proto.v1.NodeStatus;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.OperationResult;
import io.quorate.proto.v1.PartitionPlacement;
import io.quorate.proto.v1.PauseHintsRequest;
import io.quorate.proto.v1.PauseHintsResponse;
import io.quorate.proto.v1.PipeRequest;
import io.quorate.proto.v1.PipeResponse;
import io.quorate.proto.v1.PlacementGrpc;
import io.quorate.proto.v1.PlacementNode;
import io.quorate.proto.v1.PlanTopologyChangeRequest;
import io.quorate.proto.v1.PlanTopologyChangeResponse;
import io.quorate.proto.v1.PutResponse;
import io.quorate.proto.v1.ReadRepair;
import io.quorate.proto.v1.ReadmitNodeRequest;
import io.quorate.proto.v1.ReadmitNodeResponse;
import io.quorate.proto.v1.Release;
import io.quorate.proto.v1.ReloadCertificatesRequest;
import io.quorate.proto.v1.ReloadCertificatesResponse;
import io.quorate.proto.v1.RequestBounds;
import io.quorate.proto.v1.ResultInfo;
import io.quorate.proto.v1.ScanEntry;
import io.quorate.proto.v1.ScanRequest;
import io.quorate.proto.v1.ScanResponse;
import io.quorate.proto.v1.SetDrainedRequest;
import io.quorate.proto.v1.SetDrainedResponse;
import io.quorate.proto.v1.SetLogLevelRequest;
import io.quorate.proto.v1.SetLogLevelResponse;
import io.quorate.proto.v1.Tenant;
import io.quorate.proto.v1.TenantLimits;
import io.quorate.proto.v1.TenantSize;
import io.quorate.proto.v1.TopologyChangeStatus;
import io.quorate.proto.v1.TruncateTenantRequest;
import io.quorate.proto.v1.TruncateTenantResponse;
import io.quorate.proto.v1.UpdateFieldsRequest;
import io.quorate.proto.v1.UpdateFieldsResponse;
import io.quorate.proto.v1.Version;
import io.quorate.transport.RequestLimits;
import io.quorate.version.FieldMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of one node that keeps everything in memory and fails when a test says so: real calls
 * over the network, so that commands are tested with the real client. Its tenant {@code carts} has
 * siblings, {@code views} counters, {@code tags} sets and {@code profiles} maps.
 */
public final class FakeCluster implements AutoCloseable {
  private static final Tenant DEFAULT_TENANT =
      Tenant.newBuilder()
          .setName("default")
          .setId(1)
          .setReplicationFactor(1)
          .setReadLevel(level())
          .setWriteLevel(level())
          .setModel(Tenant.Model.MODEL_LAST_WRITE_WINS)
          .build();

  private static final Tenant WITH_SIBLINGS = merging("carts", 7, Tenant.Model.MODEL_SIBLINGS);

  private static final Metadata.Key<Failure> FAILURE =
      Metadata.Key.of(
          "quorate-failure-bin", ProtoUtils.metadataMarshaller(Failure.getDefaultInstance()));

  private final NavigableMap<ByteString, Stored> stored =
      new ConcurrentSkipListMap<>(ByteString.unsignedLexicographicalComparator());
  private final FakeSiblings siblings = new FakeSiblings(Integer.MAX_VALUE);
  private final Map<Tenant, FakeFields> fields =
      Map.of(
          merging("views", 8, Tenant.Model.MODEL_COUNTERS), new FakeFields(),
          merging("tags", 9, Tenant.Model.MODEL_SETS), new FakeFields(),
          merging("profiles", 10, Tenant.Model.MODEL_MAPS), new FakeFields());
  private final List<Tenant> tenants =
      new CopyOnWriteArrayList<>(
          Stream.concat(Stream.of(DEFAULT_TENANT, WITH_SIBLINGS), fields.keySet().stream())
              .toList());
  private final AtomicLong clock = new AtomicLong(1_000_000);

  /** Locks, which no one renews but commands. */
  public final FakeLocks locks = new FakeLocks(System::nanoTime);

  /** Users, roles and grants, which commands change, and by which nothing is decided here. */
  public final FakeAccess access = new FakeAccess();

  /** While true, requests about locks get no answer. */
  public volatile boolean locksAreMute;

  /** What it warns of when a tenant is truncated or dropped, or the topology is changed. */
  public volatile List<String> warnings = List.of();

  private final Server server;
  private final String endpoint;

  /** Where its node is said to be for other nodes; empty for where it is for clients. */
  public volatile String peerAddress = "";

  /** The id of the cluster. */
  public volatile long clusterId = 0xcc;

  /** Whether an acknowledged write may be missing in what is read. */
  public volatile boolean stale;

  /** The id of its node. */
  public volatile long nodeId = 1;

  /** Whether its node was taken out of service. */
  public volatile boolean drained;

  /** Whether its node can be taken out of service; else it does not know how. */
  public volatile boolean canBeDrained;

  /** What the next looks at what is left to drain fail with. */
  public final Deque<Status> failingLooks = new ConcurrentLinkedDeque<>();

  /** How often what is left to drain was looked at. */
  public final AtomicLong drainLooks = new AtomicLong();

  /** While true, tenants are not listed. */
  public volatile boolean tenantsFail;

  /** Tenants that are listed beside the default one. */
  public volatile List<Tenant> moreTenants = List.of();

  /** What an operator called its node. */
  public volatile String nodeName = "";

  /** What its node tells of the cluster beside what it always does. */
  public volatile GetStatusResponse moreStatus = GetStatusResponse.getDefaultInstance();

  /** Dead letters that its node keeps, whichever are asked for. */
  public volatile ListDeadLettersResponse deadLetters =
      ListDeadLettersResponse.getDefaultInstance();

  private final AtomicLong puts = new AtomicLong();
  private final Deque<TopologyChangeStatus> changes = new ConcurrentLinkedDeque<>();
  private final List<Object> wishes = new CopyOnWriteArrayList<>();
  private final List<Long> expectedVersions = new CopyOnWriteArrayList<>();
  private volatile boolean changedMeanwhile;
  private volatile @Nullable Failure changeRefusal;
  private volatile boolean hiding;
  private final AtomicLong planned = new AtomicLong();
  private final List<Message> requests = new CopyOnWriteArrayList<>();
  private final List<ScanRequest> scans = new CopyOnWriteArrayList<>();
  private volatile PlanTopologyChangeResponse plan =
      PlanTopologyChangeResponse.getDefaultInstance();
  private final Deque<Long> epochs = new ConcurrentLinkedDeque<>(List.of(1L));
  private volatile Function<Long, @Nullable String> hashing = epoch -> null;
  private volatile boolean forgetful;
  private volatile boolean maintenanceDenied;
  private volatile ReloadCertificatesResponse reload =
      ReloadCertificatesResponse.getDefaultInstance();
  private final List<TenantSize> sizes = new CopyOnWriteArrayList<>();
  private final Map<String, LoggerLevel> loggers =
      new ConcurrentSkipListMap<>(
          Map.of("io.quorate", logger("io.quorate"), "io.quorate.node", logger("io.quorate.node")));
  private final Deque<NodeReport> reports = new ConcurrentLinkedDeque<>();
  private volatile Function<Operation, @Nullable Failure> failing = operation -> null;

  /**
   * A value as it is kept.
   *
   * @param ttlMillis as it was given
   */
  public record Stored(ByteString value, Version version, long ttlMillis) {}

  public FakeCluster() {
    this(InsecureServerCredentials.create());
  }

  /**
   * @param credentials by which it speaks TLS
   */
  public FakeCluster(ServerCredentials credentials) {
    try {
      server =
          NettyServerBuilder.forAddress(
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), credentials)
              .maxInboundMessageSize(RequestLimits.DEFAULT.messageBytesMax())
              .addService(new KeyValues())
              .addService(new Placements())
              .addService(new Admins())
              .addService(new Maintenances())
              .addService(access)
              .addService(
                  new FakeLockService(
                      ask -> locksAreMute ? null : locks.answer(ask), () -> {}, () -> {}))
              .build()
              .start();
      endpoint = "127.0.0.1:" + server.getPort();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** What {@code --endpoints} takes. */
  public String endpoint() {
    return endpoint;
  }

  /** From now on another change was accepted after each version that a request expects. */
  public void changeMeanwhile() {
    changedMeanwhile = true;
  }

  /** From now on every change of the topology is refused; limits are not. */
  public void refuseChanges(Failure why) {
    changeRefusal = why;
  }

  /**
   * Whether requests that change the cluster are not carried out, and answered so that their
   * senders do not know that: the first attempt by an unknown outcome, and the next ones by a
   * refusal, which may be about what the first has done.
   */
  public void hideOutcomes(boolean whether) {
    hiding = whether;
  }

  /** The requests that change the cluster and have an id, or are about hints, as they came. */
  public List<Message> requests() {
    return requests;
  }

  /** Notes a request; answers it if outcomes are hidden. */
  private boolean isAnswered(Message request, StreamObserver<?> answer) {
    boolean again = requests.contains(request);
    requests.add(request);
    if (hiding) {
      answer.onError(
          again
              ? refused(
                  Status.FAILED_PRECONDITION,
                  failure(Failure.Reason.REASON_FAILED_PRECONDITION, "it cannot be"))
              : refused(
                  Status.UNKNOWN,
                  failure(Failure.Reason.REASON_OUTCOME_UNKNOWN, "no leader answered").toBuilder()
                      .setMayHaveApplied(true)
                      .build()));
    }
    return hiding;
  }

  /** The versions of the state that requests for a change expected; 0: any. */
  public List<Long> expectedVersions() {
    return expectedVersions;
  }

  /** What its node says of itself, one answer for each request; the last one is repeated. */
  public void reports(NodeReport... next) {
    reports.clear();
    reports.addAll(List.of(next));
  }

  private NodeReport nextReport() {
    NodeReport next = reports.size() > 1 ? reports.poll() : reports.peek();
    return next == null ? NodeReport.getDefaultInstance() : next;
  }

  /** What any change would move. */
  public void plans(PlanTopologyChangeResponse what) {
    plan = what;
  }

  /** How many plans were asked for. */
  public long planned() {
    return planned.get();
  }

  /** Progress of a change, one answer for each request; the last one is repeated. */
  public void changes(TopologyChangeStatus... steps) {
    changes.clear();
    changes.addAll(List.of(steps));
  }

  /** Epoch of the partition, one answer for each request; the last one is repeated. */
  public void epochs(Long... next) {
    epochs.clear();
    epochs.addAll(List.of(next));
  }

  /** Why the partition cannot be hashed under an epoch; null: it can. */
  public void hashes(Function<Long, @Nullable String> how) {
    hashing = how;
  }

  private long nextEpoch() {
    Long next = epochs.size() > 1 ? epochs.poll() : epochs.peek();
    return Objects.requireNonNull(next);
  }

  /** Requested changes, each after its limits, limits that were set, and "cancel". */
  public List<Object> wishes() {
    return wishes;
  }

  private TopologyChangeStatus nextChange() {
    TopologyChangeStatus next = changes.size() > 1 ? changes.poll() : changes.peek();
    return next == null ? TopologyChangeStatus.getDefaultInstance() : next;
  }

  /** Each operation fails as this function says, or succeeds if it says null. */
  public void fail(Function<Operation, @Nullable Failure> how) {
    failing = how;
  }

  /** From now on the caller may not look after the node. */
  public void denyMaintenance() {
    maintenanceDenied = true;
  }

  /** From now on a tenant has so much on each node. */
  public void sizes(TenantSize size) {
    sizes.add(size);
  }

  /** Clients are told from now on that the default tenant is as this function makes it. */
  public void alterDefaultTenant(UnaryOperator<Tenant.Builder> how) {
    tenants.replaceAll(
        each ->
            each.getName().equals(DEFAULT_TENANT.getName())
                ? how.apply(each.toBuilder()).build()
                : each);
  }

  /** The scans that were asked for, as they came. */
  public List<ScanRequest> scans() {
    return scans;
  }

  private static LoggerLevel logger(String name) {
    return LoggerLevel.newBuilder()
        .setLogger(name)
        .setLevel(LogLevel.LOG_LEVEL_INFO)
        .setConfigured(LogLevel.LOG_LEVEL_INFO)
        .build();
  }

  /** What each node answers that is to read its certificates. */
  public void reloads(ReloadCertificatesResponse what) {
    reload = what;
  }

  /** From now on acknowledges some writes that it does not keep. */
  public void forgetEveryHundredthPut() {
    forgetful = true;
  }

  public static Failure failure(Failure.Reason reason, String message) {
    return Failure.newBuilder().setReason(reason).setMessage(message).build();
  }

  /** Refuses a call as a node does: the failure goes with the status. */
  public static StatusRuntimeException refused(Status status, Failure failure) {
    Metadata trailers = new Metadata();
    trailers.put(FAILURE, failure);
    return status.withDescription(failure.getMessage()).asRuntimeException(trailers);
  }

  /** What is kept, by key. */
  public Map<ByteString, Stored> stored() {
    return stored;
  }

  /** What is kept under a key that must be there. */
  public Stored stored(String key) {
    return Objects.requireNonNull(stored.get(ByteString.copyFromUtf8(key)), key);
  }

  public void store(byte[] key, byte[] value) {
    stored.put(ByteString.copyFrom(key), new Stored(ByteString.copyFrom(value), version(), 0));
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private Version version() {
    return Version.newBuilder().setHlc(clock.incrementAndGet()).setNode(1).setBoot(1).build();
  }

  private static Level level() {
    return Level.newBuilder().setNamed(Level.Named.NAMED_QUORUM).build();
  }

  private static Tenant merging(String name, int id, Tenant.Model model) {
    return Tenant.newBuilder()
        .setName(name)
        .setId(id)
        .setReplicationFactor(1)
        .setModel(model)
        .build();
  }

  private @Nullable FakeFields fields(String tenant) {
    return fields.entrySet().stream()
        .filter(each -> each.getKey().getName().equals(tenant))
        .map(Map.Entry::getValue)
        .findAny()
        .orElse(null);
  }

  private final class KeyValues extends KeyValueGrpc.KeyValueImplBase {
    @Override
    public StreamObserver<PipeRequest> pipe(StreamObserver<PipeResponse> answers) {
      return new StreamObserver<>() {
        @Override
        public void onNext(PipeRequest request) {
          PipeResponse.Builder batch = PipeResponse.newBuilder();
          request.getOperationsList().forEach(operation -> batch.addResults(answer(operation)));
          answers.onNext(batch.build());
        }

        @Override
        public void onError(Throwable cancelled) {}

        @Override
        public void onCompleted() {
          answers.onCompleted();
        }
      };
    }

    private OperationResult answer(Operation operation) {
      OperationResult.Builder result = OperationResult.newBuilder().setId(operation.getId());
      Failure failure = tooLarge(operation);
      if (failure == null) {
        failure = failing.apply(operation);
      }
      if (failure == null) {
        failure = notMet(operation);
      }
      if (failure != null) {
        return result.setFailure(failure).build();
      }
      ResultInfo info =
          ResultInfo.newBuilder().setEpoch(1).addReplicas(1).setPotentiallyStale(stale).build();
      if (hasSiblings(tenant(operation))) {
        return siblings.serve(operation, version(), info).toBuilder()
            .setId(operation.getId())
            .build();
      }
      FakeFields merged = fields(tenant(operation));
      if (merged != null) {
        return merged.serve(operation, version(), info).toBuilder()
            .setId(operation.getId())
            .build();
      }
      return switch (operation.getOperationCase()) {
        case UPDATE ->
            result.setFailure(failure(Failure.Reason.REASON_INVALID, "it keeps values")).build();
        case PUT -> result.setPut(put(operation, info)).build();
        case GET -> result.setGet(get(operation.getGet(), info)).build();
        case INCREMENT -> increment(operation.getIncrement(), result, info);
        case UPDATE_FIELDS -> updateFields(operation.getUpdateFields(), result, info);
        case DELETE -> {
          stored.remove(operation.getDelete().getKey());
          yield result
              .setDelete(DeleteResponse.newBuilder().setVersion(version()).setInfo(info))
              .build();
        }
        case OPERATION_NOT_SET -> throw new AssertionError("an operation says nothing");
      };
    }

    private boolean hasSiblings(String tenant) {
      return tenants.stream()
          .anyMatch(
              each ->
                  each.getName().equals(tenant) && each.getModel() == Tenant.Model.MODEL_SIBLINGS);
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

    /** A condition is judged as in a tenant with model LINEARIZABLE. */
    private @Nullable Failure notMet(Operation operation) {
      boolean isPut = operation.hasPut();
      boolean asks =
          isPut ? operation.getPut().hasCondition() : operation.getDelete().hasCondition();
      if (!asks) {
        return null;
      }
      Condition condition =
          isPut ? operation.getPut().getCondition() : operation.getDelete().getCondition();
      ByteString key = isPut ? operation.getPut().getKey() : operation.getDelete().getKey();
      Stored held = stored.get(key);
      boolean isMet =
          condition.getAbsent()
              ? held == null
              : held != null
                  && (condition.hasVersion()
                      ? held.version().equals(condition.getVersion())
                      : held.value().equals(condition.getValue()));
      return isMet
          ? null
          : failure(Failure.Reason.REASON_CONDITION_FAILED, "the key has something else");
    }

    /** What a node refuses by its default limits. */
    private static @Nullable Failure tooLarge(Operation operation) {
      ByteString key =
          switch (operation.getOperationCase()) {
            case PUT -> operation.getPut().getKey();
            case INCREMENT -> operation.getIncrement().getKey();
            case GET -> operation.getGet().getKey();
            case DELETE -> operation.getDelete().getKey();
            case UPDATE -> operation.getUpdate().getKey();
            case UPDATE_FIELDS -> operation.getUpdateFields().getKey();
            case OPERATION_NOT_SET -> ByteString.EMPTY;
          };
      if (key.isEmpty() || key.size() > RequestLimits.DEFAULT.keyBytesMax()) {
        return failure(Failure.Reason.REASON_INVALID, "a key of " + key.size() + " bytes");
      }
      int valueBytes = operation.getPut().getValue().size();
      return valueBytes > RequestLimits.DEFAULT.valueBytesMax()
          ? failure(
              Failure.Reason.REASON_INVALID,
              "the value has "
                  + valueBytes
                  + " bytes; at most "
                  + RequestLimits.DEFAULT.valueBytesMax()
                  + " are allowed: split it, or raise the limit in the configuration of all nodes")
          : null;
    }

    private OperationResult increment(
        IncrementRequest asked, OperationResult.Builder result, ResultInfo info) {
      Stored held = stored.get(asked.getKey());
      long sum = asked.getBy() + (held == null ? 0 : Long.parseLong(held.value().toStringUtf8()));
      if (asked.hasMin() && sum < asked.getMin()) {
        return result
            .setFailure(failure(Failure.Reason.REASON_CONDITION_FAILED, "the sum is too low"))
            .build();
      }
      Version version = version();
      stored.put(
          asked.getKey(), new Stored(ByteString.copyFromUtf8(Long.toString(sum)), version, 0));
      return result
          .setIncrement(
              IncrementResponse.newBuilder().setSum(sum).setVersion(version).setInfo(info))
          .build();
    }

    /** Fields of a key are judged and changed as in a tenant with model LINEARIZABLE. */
    private OperationResult updateFields(
        UpdateFieldsRequest asked, OperationResult.Builder result, ResultInfo info) {
      Stored held = stored.get(asked.getKey());
      FieldMap map = held == null ? FieldMap.EMPTY : FieldMap.of(held.value().toByteArray());
      String unmet =
          asked.getConditionsList().stream()
              .filter(each -> map == null || !holds(each, map.get(each.getField())))
              .map(FieldCondition::getField)
              .findFirst()
              .orElse("");
      if (map == null || !unmet.isEmpty()) {
        return result
            .setFailure(
                failure(Failure.Reason.REASON_CONDITION_FAILED, "a field is not as it must be")
                    .toBuilder()
                    .setField(unmet))
            .build();
      }
      TreeMap<String, byte @Nullable []> edits = new TreeMap<>();
      for (FieldEdit each : asked.getEditsList()) {
        edits.put(each.getField(), each.hasSet() ? each.getSet().toByteArray() : null);
      }
      Version version = version();
      stored.put(
          asked.getKey(), new Stored(ByteString.copyFrom(map.with(edits).toBytes()), version, 0));
      return result
          .setUpdateFields(UpdateFieldsResponse.newBuilder().setVersion(version).setInfo(info))
          .build();
    }

    private static boolean holds(FieldCondition condition, byte @Nullable [] value) {
      return condition.hasValue()
          ? value != null && condition.getValue().equals(ByteString.copyFrom(value))
          : condition.getPresent() == (value != null);
    }

    private PutResponse put(Operation operation, ResultInfo info) {
      Version version = version();
      if (forgetful && puts.incrementAndGet() % 100 == 0) {
        return PutResponse.newBuilder().setVersion(version).setInfo(info).build();
      }
      stored.put(
          operation.getPut().getKey(),
          new Stored(operation.getPut().getValue(), version, operation.getPut().getTtlMs()));
      return PutResponse.newBuilder().setVersion(version).setInfo(info).build();
    }

    private GetResponse get(GetRequest request, ResultInfo info) {
      Stored found = stored.get(request.getKey());
      boolean everyone = request.getReadRepair().getMode() == ReadRepair.Mode.MODE_EVERYONE;
      GetResponse.Builder response =
          GetResponse.newBuilder().setInfo(info).setRepairedReplicas(everyone ? 2 : 0);
      return found == null
          ? response.build()
          : response.setFound(true).setValue(found.value()).setVersion(found.version()).build();
    }

    @Override
    public void scan(ScanRequest request, StreamObserver<ScanResponse> pages) {
      scans.add(request);
      if (hasSiblings(request.getTenant())) {
        pages.onNext(siblings.scan(request.getKeysOnly()));
        pages.onCompleted();
        return;
      }
      FakeFields merged = fields(request.getTenant());
      if (merged != null) {
        pages.onNext(merged.scan(request.getKeysOnly()));
        pages.onCompleted();
        return;
      }
      int pageEntries = request.getPageSize() == 0 ? 1000 : request.getPageSize();
      long wanted = request.getLimit() == 0 ? Long.MAX_VALUE : request.getLimit();
      ByteString after = request.getCursor();
      while (true) {
        ScanResponse page = page(request, after, (int) Math.min(pageEntries, wanted));
        pages.onNext(page);
        wanted -= page.getEntriesCount();
        after = page.getCursor();
        // The stream ends at the limit, as a node's does, and the cursor says whether there is
        // more.
        if (after.isEmpty() || wanted == 0) {
          pages.onCompleted();
          return;
        }
      }
    }

    /** A full page has a cursor, also when nothing is left after it. */
    private ScanResponse page(ScanRequest request, ByteString after, int entriesMax) {
      ScanResponse.Builder page = ScanResponse.newBuilder().setPotentiallyStale(stale);
      Comparator<ByteString> order = ByteString.unsignedLexicographicalComparator();
      boolean reverse = request.getReverse();
      for (Map.Entry<ByteString, Stored> each :
          (reverse ? stored.descendingMap() : stored).entrySet()) {
        ByteString key = each.getKey();
        boolean follows =
            after.isEmpty() || (reverse ? order.reversed() : order).compare(key, after) > 0;
        boolean wanted =
            follows
                && key.startsWith(request.getPrefix())
                && order.compare(key, request.getStart()) >= 0
                && (request.getEnd().isEmpty() || order.compare(key, request.getEnd()) < 0);
        if (!wanted) {
          continue;
        }
        page.addEntries(
            ScanEntry.newBuilder()
                .setKey(key)
                .setValue(request.getKeysOnly() ? ByteString.EMPTY : each.getValue().value())
                .setVersion(each.getValue().version()));
        if (page.getEntriesCount() == entriesMax) {
          return page.setCursor(key).build();
        }
      }
      return page.build();
    }
  }

  private final class Maintenances extends MaintenanceGrpc.MaintenanceImplBase {
    @Override
    public void setDrained(SetDrainedRequest request, StreamObserver<SetDrainedResponse> answer) {
      if (!canBeDrained) {
        super.setDrained(request, answer);
      } else if (!isDenied(answer)) {
        drained = request.getDrained();
        answer.onNext(SetDrainedResponse.getDefaultInstance());
        answer.onCompleted();
      }
    }

    @Override
    public void getDrained(GetDrainedRequest request, StreamObserver<GetDrainedResponse> answer) {
      drainLooks.incrementAndGet();
      Status failure = failingLooks.poll();
      if (failure != null) {
        answer.onError(failure.asRuntimeException());
      } else if (!isDenied(answer)) {
        answer.onNext(GetDrainedResponse.newBuilder().setDrained(drained).build());
        answer.onCompleted();
      }
    }

    @Override
    public void getHints(GetHintsRequest request, StreamObserver<GetHintsResponse> answer) {
      if (!isDenied(answer)) {
        answer.onNext(GetHintsResponse.getDefaultInstance());
        answer.onCompleted();
      }
    }

    @Override
    public void pauseHints(PauseHintsRequest request, StreamObserver<PauseHintsResponse> answer) {
      if (!isDenied(answer)) {
        requests.add(request);
        answer.onNext(PauseHintsResponse.getDefaultInstance());
        answer.onCompleted();
      }
    }

    @Override
    public void listDeadLetters(
        ListDeadLettersRequest request, StreamObserver<ListDeadLettersResponse> answer) {
      if (!isDenied(answer)) {
        requests.add(request);
        answer.onNext(deadLetters);
        answer.onCompleted();
      }
    }

    @Override
    public void dropDeadLetters(
        DropDeadLettersRequest request, StreamObserver<DropDeadLettersResponse> answer) {
      if (!isDenied(answer)) {
        requests.add(request);
        answer.onNext(DropDeadLettersResponse.getDefaultInstance());
        answer.onCompleted();
      }
    }

    @Override
    public void getComparisons(
        GetComparisonsRequest request, StreamObserver<GetComparisonsResponse> answer) {
      if (!isDenied(answer)) {
        answer.onNext(GetComparisonsResponse.getDefaultInstance());
        answer.onCompleted();
      }
    }

    @Override
    public void getTenantSizes(
        GetTenantSizesRequest request, StreamObserver<GetTenantSizesResponse> answer) {
      if (!isDenied(answer)) {
        GetTenantSizesResponse.Builder response = GetTenantSizesResponse.newBuilder();
        for (String name : request.getTenantsList()) {
          sizes.stream()
              .filter(each -> each.getTenant().equals(name))
              .forEach(response::addTenants);
        }
        answer.onNext(response.build());
        answer.onCompleted();
      }
    }

    @Override
    public void getLogLevels(
        GetLogLevelsRequest request, StreamObserver<GetLogLevelsResponse> answer) {
      if (!isDenied(answer)) {
        answer.onNext(GetLogLevelsResponse.newBuilder().addAllLoggers(loggers.values()).build());
        answer.onCompleted();
      }
    }

    @Override
    public void setLogLevel(
        SetLogLevelRequest request, StreamObserver<SetLogLevelResponse> answer) {
      if (isDenied(answer)) {
        return;
      }
      String name = request.getLogger().isEmpty() ? "io.quorate" : request.getLogger();
      LoggerLevel before = loggers.get(name);
      if (before == null) {
        answer.onError(
            refused(
                Status.INVALID_ARGUMENT,
                failure(Failure.Reason.REASON_INVALID, "there is no logger " + name)));
        return;
      }
      boolean reset = request.getLevel() == LogLevel.LOG_LEVEL_UNSPECIFIED;
      loggers.put(
          name,
          before.toBuilder()
              .setLevel(reset ? before.getConfigured() : request.getLevel())
              .setLeftMs(reset ? 0 : request.getForMs())
              .build());
      answer.onNext(SetLogLevelResponse.newBuilder().addAllLoggers(loggers.values()).build());
      answer.onCompleted();
    }

    @Override
    public void reloadCertificates(
        ReloadCertificatesRequest request, StreamObserver<ReloadCertificatesResponse> answer) {
      if (!isDenied(answer)) {
        answer.onNext(reload);
        answer.onCompleted();
      }
    }

    private boolean isDenied(StreamObserver<?> answer) {
      if (maintenanceDenied) {
        answer.onError(
            refused(
                Status.PERMISSION_DENIED,
                failure(Failure.Reason.REASON_PERMISSION_DENIED, "not yours to maintain")));
      }
      return maintenanceDenied;
    }

    @Override
    public void hashPartition(
        HashPartitionRequest request, StreamObserver<HashPartitionResponse> answer) {
      if (isDenied(answer)) {
        return;
      }
      long epoch = Objects.requireNonNull(epochs.peek());
      String why = hashing.apply(epoch);
      if (why != null) {
        answer.onError(Status.UNAVAILABLE.withDescription(why).asRuntimeException());
        return;
      }
      answer.onNext(
          HashPartitionResponse.newBuilder()
              .setEpoch(epoch)
              .addFactors(
                  FactorHash.newBuilder()
                      .setFactor(1)
                      .setNextFactor(1)
                      .setRecords(7)
                      .setHash(ByteString.copyFrom(new byte[16]))
                      .setNewestAgeMs(60_000))
              .build());
      answer.onCompleted();
    }
  }

  private final class Placements extends PlacementGrpc.PlacementImplBase {
    @Override
    public void getPlacement(
        GetPlacementRequest request, StreamObserver<GetPlacementResponse> answer) {
      answer.onNext(
          GetPlacementResponse.newBuilder()
              .setStateVersion(1)
              .addNodes(
                  PlacementNode.newBuilder()
                      .setId(nodeId)
                      .setName(nodeName)
                      .setAddress(endpoint())
                      .setRegion("local")
                      .setZone("zone-1"))
              .addAllNodes(
                  moreStatus.getNodesList().stream()
                      .map(
                          each ->
                              PlacementNode.newBuilder()
                                  .setId(each.getId())
                                  .setAddress(each.getAddress())
                                  .setName(each.getName())
                                  .build())
                      .toList())
              .addPartitions(
                  PartitionPlacement.newBuilder().setEpoch(nextEpoch()).addPreferenceList(0))
              .setHlc(System.currentTimeMillis() << 16)
              .setClusterId(clusterId)
              .addAllTenants(tenants)
              .setBounds(
                  RequestBounds.newBuilder()
                      .setMaxKeyBytes(RequestLimits.DEFAULT.keyBytesMax())
                      .setMaxValueBytes(RequestLimits.DEFAULT.valueBytesMax())
                      .setMaxMessageBytes(RequestLimits.DEFAULT.messageBytesMax()))
              .build());
      answer.onCompleted();
    }
  }

  private final class Admins extends AdminGrpc.AdminImplBase {
    @Override
    public void getStatus(GetStatusRequest request, StreamObserver<GetStatusResponse> answer) {
      answer.onNext(
          GetStatusResponse.newBuilder()
              .setClusterId(clusterId)
              .setAnsweredBy(nodeId)
              .addNodes(
                  NodeStatus.newBuilder()
                      .setId(nodeId)
                      .setName(nodeName)
                      .setAddress(endpoint())
                      .setPeerAddress(peerAddress)
                      .setRegion("local")
                      .setZone("zone-1")
                      .setState(NodeStatus.State.STATE_UP)
                      .setMembership(Membership.MEMBERSHIP_ACTIVE)
                      .setIncarnation(3))
              .setMetadata(MetadataStatus.newBuilder().setLeader(1).setTerm(2).addVoters(1))
              .setPartitions(1)
              .setReport(nextReport())
              .setTopologyChange(nextChange())
              .mergeFrom(moreStatus)
              .build());
      answer.onCompleted();
    }

    private static Release release(String name, int oldest, int newest) {
      return Release.newBuilder()
          .setName(name)
          .setOldestClusterVersion(oldest)
          .setNewestClusterVersion(newest)
          .build();
    }

    @Override
    public void getUpgradeStatus(
        GetUpgradeStatusRequest request, StreamObserver<GetUpgradeStatusResponse> answer) {
      answer.onNext(
          GetUpgradeStatusResponse.newBuilder()
              .setClusterVersion(1)
              .setHighestClusterVersion(1)
              .addNodes(
                  NodeRelease.newBuilder()
                      .setId(1)
                      .setAddress(endpoint())
                      .setState(NodeStatus.State.STATE_UP)
                      .setRelease(canBeDrained ? release("0.2.0", 1, 2) : release("0.1.0", 1, 1)))
              .addNodes(
                  NodeRelease.newBuilder()
                      .setId(2)
                      .setState(NodeStatus.State.STATE_UP)
                      .setRelease(release("0.2.0", 1, 2)))
              .build());
      answer.onCompleted();
    }

    @Override
    public void listTenants(
        ListTenantsRequest request, StreamObserver<ListTenantsResponse> answer) {
      if (tenantsFail) {
        answer.onError(
            refused(
                Status.UNAVAILABLE,
                failure(Failure.Reason.REASON_UNAVAILABLE, "it is being stopped")));
        return;
      }
      answer.onNext(
          ListTenantsResponse.newBuilder()
              .addTenants(DEFAULT_TENANT)
              .addAllTenants(moreTenants)
              .build());
      answer.onCompleted();
    }

    @Override
    public void createTenant(
        CreateTenantRequest request, StreamObserver<CreateTenantResponse> answer) {
      int factor = Math.max(1, request.getTenant().getReplicationFactor());
      Tenant created =
          request.getTenant().toBuilder().setId(2).setReplicationFactor(factor).build();
      tenants.add(created);
      answer.onNext(
          CreateTenantResponse.newBuilder()
              .setTenant(created)
              .addWarnings("reads may miss writes")
              .build());
      answer.onCompleted();
    }

    @Override
    public void readmitNode(
        ReadmitNodeRequest request, StreamObserver<ReadmitNodeResponse> answer) {
      answer.onNext(
          ReadmitNodeResponse.newBuilder()
              .setNode(request.getAcceptDataLoss() ? 0x105 : 2)
              .setAddress(request.getNode())
              .addAllWarnings(warnings)
              .build());
      answer.onCompleted();
    }

    @Override
    public void planTopologyChange(
        PlanTopologyChangeRequest request, StreamObserver<PlanTopologyChangeResponse> answer) {
      planned.incrementAndGet();
      answer.onNext(plan);
      answer.onCompleted();
    }

    @Override
    public void changeTopology(
        ChangeTopologyRequest request, StreamObserver<ChangeTopologyResponse> answer) {
      if (isAnswered(request, answer)) {
        return;
      }
      expectedVersions.add(request.getExpectedStateVersion());
      Failure refusal = changeRefusal;
      if (changedMeanwhile && request.getExpectedStateVersion() != 0) {
        refusal =
            failure(
                Failure.Reason.REASON_FAILED_PRECONDITION,
                "the topology was changed meanwhile: look at the plan again");
      }
      if (refusal != null) {
        answer.onError(refused(Status.FAILED_PRECONDITION, refusal));
        return;
      }
      if (request.hasLimits()) {
        wishes.add(request.getLimits());
      }
      wishes.add(request.getChange());
      answer.onNext(
          ChangeTopologyResponse.newBuilder()
              .setStatus(nextChange())
              .setChangeId(21)
              .addAllWarnings(warnings)
              .build());
      answer.onCompleted();
    }

    @Override
    public void cancelTopologyChange(
        CancelTopologyChangeRequest request, StreamObserver<CancelTopologyChangeResponse> answer) {
      if (isAnswered(request, answer)) {
        return;
      }
      wishes.add("cancel");
      answer.onNext(
          CancelTopologyChangeResponse.newBuilder()
              .setStatus(nextChange())
              .addAllWarnings(warnings)
              .build());
      answer.onCompleted();
    }

    @Override
    public void limitTopologyChange(
        LimitTopologyChangeRequest request, StreamObserver<LimitTopologyChangeResponse> answer) {
      if (isAnswered(request, answer)) {
        return;
      }
      wishes.add(request.getLimits());
      answer.onNext(
          LimitTopologyChangeResponse.newBuilder()
              .setStatus(TopologyChangeStatus.newBuilder().setLimits(request.getLimits()))
              .addAllWarnings(warnings)
              .build());
      answer.onCompleted();
    }

    @Override
    public void truncateTenant(
        TruncateTenantRequest request, StreamObserver<TruncateTenantResponse> answer) {
      if (!isAnswered(request, answer)) {
        answer.onNext(
            TruncateTenantResponse.newBuilder()
                .setTenant(DEFAULT_TENANT.toBuilder().setId(DEFAULT_TENANT.getId() + 1))
                .addAllWarnings(warnings)
                .build());
        answer.onCompleted();
      }
    }

    @Override
    public void dropTenant(DropTenantRequest request, StreamObserver<DropTenantResponse> answer) {
      if (!isAnswered(request, answer)) {
        answer.onNext(DropTenantResponse.newBuilder().addAllWarnings(warnings).build());
        answer.onCompleted();
      }
    }

    @Override
    public void alterTenant(
        AlterTenantRequest request, StreamObserver<AlterTenantResponse> answer) {
      if (isAnswered(request, answer)) {
        return;
      }
      answer.onNext(
          AlterTenantResponse.newBuilder()
              .setTenant(
                  DEFAULT_TENANT.toBuilder()
                      .setName(request.getName())
                      .setDefaultTtlMs(request.getDefaultTtlMs())
                      .setHistoryMs(request.getHistoryMs())
                      .setReadRepair(request.getReadRepair())
                      .setLimits(
                          TenantLimits.newBuilder()
                              .setOperationsPerSecond(request.getOperationsPerSecond())
                              .setBytesPerSecond(request.getBytesPerSecond())
                              .setHintOverflow(request.getHintOverflow())))
              .build());
      answer.onCompleted();
    }
  }
}
