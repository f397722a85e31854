package io.quorate.transport.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.quorate.access.AccessChange.AddGrant;
import io.quorate.access.AccessChange.CreateUser;
import io.quorate.access.AccessRules;
import io.quorate.access.Action;
import io.quorate.access.BuiltInRoles;
import io.quorate.access.Grant;
import io.quorate.access.Grantee;
import io.quorate.access.KeyPrefix;
import io.quorate.access.TenantPattern;
import io.quorate.access.User;
import io.quorate.event.Event;
import io.quorate.model.NodeNames;
import io.quorate.proto.v1.DeleteRequest;
import io.quorate.proto.v1.Failure.Reason;
import io.quorate.proto.v1.FieldEdit;
import io.quorate.proto.v1.FieldKind;
import io.quorate.proto.v1.FieldUpdate;
import io.quorate.proto.v1.GetRequest;
import io.quorate.proto.v1.IncrementRequest;
import io.quorate.proto.v1.KeyValueGrpc;
import io.quorate.proto.v1.ListLocksRequest;
import io.quorate.proto.v1.LocksGrpc;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.OperationResult;
import io.quorate.proto.v1.PipeRequest;
import io.quorate.proto.v1.PipeResponse;
import io.quorate.proto.v1.PutRequest;
import io.quorate.proto.v1.RequestId;
import io.quorate.proto.v1.ScanRequest;
import io.quorate.proto.v1.Totals;
import io.quorate.proto.v1.UpdateFieldsRequest;
import io.quorate.proto.v1.Writer;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Outcome;
import io.quorate.runtime.real.SystemClock;
import io.quorate.transport.ConnectionLimits;
import io.quorate.transport.GrpcServer;
import io.quorate.transport.RecentRequests;
import io.quorate.transport.RequestLimits;
import io.quorate.transport.Standstill;
import io.quorate.transport.StatusTable;
import io.quorate.transport.TestLane;
import io.quorate.transport.client.FakeDataPlane;
import io.quorate.transport.client.KeyValueService;
import io.quorate.transport.client.LateCalls;
import io.quorate.transport.client.RequestEntry;
import io.quorate.transport.client.SlowRequests;
import io.quorate.transport.event.TransportEvent;
import java.io.File;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every method that {@code quorate.v1} has, called by every kind of user for every kind of tenant
 * and key: what no grant allows is refused, and reaches nothing; what one allows is not refused.
 */
class AccessMatrixTest {
  private static final List<String> TENANTS = List.of("orders", "other", "absent", "");
  private static final List<String> KEYS = List.of("eu/1", "us/1");

  private static final FieldEdit EDIT =
      FieldEdit.newBuilder().setField("f").setSet(ByteString.copyFromUtf8("x")).build();

  private static final FieldUpdate COUNTED =
      FieldUpdate.newBuilder()
          .setField("f")
          .setKind(FieldKind.FIELD_KIND_COUNTER)
          .setTotals(Totals.newBuilder().setNumber(1).setUp(1))
          .build();

  private static final RequestId REQUEST_ID =
      RequestId.newBuilder().setHlc(1).setSession(1).setNumber(1).build();

  private final TestLane lane = new TestLane();
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final RuleBook rules = new RuleBook(true, new SystemClock(), events::add);
  private final FakeDataPlane dataPlane = new FakeDataPlane();
  private final AtomicInteger reached = new AtomicInteger();
  private volatile String user = "";
  private GrpcServer server;

  /** What each user is granted, beside those of roles. */
  private final Map<String, List<Grant>> granted = new TreeMap<>();

  @BeforeEach
  void start() throws Exception {
    AccessRules now = AccessRules.NONE;
    for (String role : BuiltInRoles.byName().keySet()) {
      now = now.with(new CreateUser("the-" + role, new TreeSet<>(Set.of(role))));
      granted.put("the-" + role, BuiltInRoles.byName().get(role).grants().all());
    }
    for (Action action : Action.values()) {
      now = with(now, "all-" + action.word(), Grant.of(action));
    }
    now =
        with(
            now,
            "europe",
            new Grant(
                Set.of(Action.READ, Action.SCAN, Action.WRITE, Action.DELETE),
                new TenantPattern("orders"),
                KeyPrefix.of("eu/")));
    now = with(now, "jobs", new Grant(Set.of(Action.LOCK), TenantPattern.ALL, KeyPrefix.of("eu/")));
    now =
        with(
            now,
            "tenants",
            new Grant(
                Set.of(Action.TENANTS, Action.READ), new TenantPattern("o*"), KeyPrefix.NONE));
    Grant scans = new Grant(Set.of(Action.SCAN), new TenantPattern("orders"), KeyPrefix.NONE);
    now =
        with(now, "backups", Grant.of(Action.MAINTENANCE))
            .with(new AddGrant(new Grantee(Grantee.Kind.USER, "backups"), scans));
    granted.put("backups", List.of(Grant.of(Action.MAINTENANCE), scans));
    now = now.with(new CreateUser("idle", new TreeSet<>()));
    granted.put("idle", List.of());
    granted.put("stranger", List.of());
    granted.put(User.ANONYMOUS, List.of());
    granted.put(User.NODE, List.of(Grant.of(Action.MONITOR)));
    granted.put(User.ROOT, List.of(Grant.of(Action.values())));
    AccessRules all = now;
    lane.run(() -> rules.follow(all, 7));
    dataPlane.answers =
        operation -> {
          reached.incrementAndGet();
          return new Outcome.Failed(Failure.refused(Failure.Reason.UNAVAILABLE, "reached"));
        };
    server = served();
  }

  private AccessRules with(AccessRules before, String name, Grant grant) {
    granted.put(name, List.of(grant));
    return before
        .with(new CreateUser(name, new TreeSet<>()))
        .with(new AddGrant(new Grantee(Grantee.Kind.USER, name), grant));
  }

  private GrpcServer served() throws Exception {
    Callers callers =
        new Callers(
            connection -> user.equals(User.ANONYMOUS) ? null : user,
            connection -> user.equals(User.NODE),
            rules);
    SystemClock clock = new SystemClock();
    List<ServerServiceDefinition> services = new ArrayList<>();
    for (ServiceDescriptor service : services()) {
      ServerServiceDefinition definition =
          service.getName().equals(KeyValueGrpc.SERVICE_NAME)
              ? new KeyValueService(
                      lane.lane(),
                      new RequestEntry(
                          dataPlane,
                          clock,
                          RequestLimits.DEFAULT,
                          (tenant, kind, level, result, nanos) -> {},
                          new SlowRequests(Long.MAX_VALUE),
                          () -> NodeNames.NONE,
                          new RecentRequests(),
                          events::add),
                      new LateCalls(
                          new Standstill(clock).on(lane.lane()), lane.loops(), clock, events::add),
                      callers)
                  .definition()
              : answering(service);
      services.add(ServerInterceptors.intercept(definition, new AllowedCalls(callers)));
    }
    return GrpcServer.start(
        lane.loops(),
        "127.0.0.1",
        0,
        RequestLimits.DEFAULT,
        ConnectionLimits.DEFAULT,
        events::add,
        services);
  }

  /** Counts the calls that reach a service, and answers nothing. */
  private ServerServiceDefinition answering(ServiceDescriptor service) {
    ServerServiceDefinition.Builder definition = ServerServiceDefinition.builder(service);
    for (MethodDescriptor<?, ?> method : service.getMethods()) {
      add(definition, method);
    }
    return definition.build();
  }

  private <A, B> void add(
      ServerServiceDefinition.Builder definition, MethodDescriptor<A, B> method) {
    definition.addMethod(
        method,
        method.getType() == MethodDescriptor.MethodType.BIDI_STREAMING
            ? ServerCalls.asyncBidiStreamingCall(this::reached)
            : ServerCalls.asyncServerStreamingCall((request, caller) -> reached(caller)));
  }

  private <B> StreamObserver<B> reached(StreamObserver<?> caller) {
    reached.incrementAndGet();
    caller.onError(io.grpc.Status.UNAVAILABLE.asRuntimeException());
    return new StreamObserver<>() {
      @Override
      public void onNext(B request) {}

      @Override
      public void onError(Throwable ended) {}

      @Override
      public void onCompleted() {}
    };
  }

  @AfterEach
  void stop() {
    server.close();
    lane.close();
    assertThat(lane.broken).isEmpty();
  }

  /** Of all services that there are, and not of those that someone has thought of. */
  static List<ServiceDescriptor> services() throws Exception {
    List<ServiceDescriptor> services = new ArrayList<>();
    URI where = KeyValueGrpc.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    Path place = Path.of(where);
    if (Files.isDirectory(place)) {
      addServices(services, place.resolve("io/quorate/proto/v1"));
    } else {
      try (FileSystem jar = FileSystems.newFileSystem(new File(where).toPath())) {
        addServices(services, jar.getPath("io/quorate/proto/v1"));
      }
    }
    return services;
  }

  private static void addServices(List<ServiceDescriptor> services, Path directory)
      throws Exception {
    List<String> names;
    try (Stream<Path> files = Files.list(directory)) {
      names =
          files
              .map(each -> each.getFileName().toString())
              .filter(each -> each.endsWith("Grpc.class"))
              .sorted()
              .toList();
    }
    for (String name : names) {
      Class<?> type = Class.forName("io.quorate.proto.v1." + name.replace(".class", ""));
      services.add((ServiceDescriptor) type.getMethod("getServiceDescriptor").invoke(null));
    }
  }

  @Test
  void everyMethodHasARule() throws Exception {
    assertThat(services()).hasSizeGreaterThanOrEqualTo(6);
    for (ServiceDescriptor service : services()) {
      for (MethodDescriptor<?, ?> method : service.getMethods()) {
        assertThat(MethodRules.of(method.getFullMethodName()))
            .as(method.getFullMethodName())
            .isNotNull();
      }
    }
  }

  @Test
  void whatIsNotGrantedIsRefusedAndReachesNothing() throws Exception {
    int refused = 0;
    int let = 0;
    for (String each : granted.keySet()) {
      user = each;
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
      try {
        for (ServiceDescriptor service : services()) {
          for (MethodDescriptor<?, ?> method : service.getMethods()) {
            for (String tenant : TENANTS) {
              for (String key : KEYS) {
                boolean allowed = check(channel, method, tenant, key);
                refused += allowed ? 0 : 1;
                let += allowed ? 1 : 0;
              }
            }
          }
        }
      } finally {
        channel.shutdownNow();
      }
    }
    assertThat(refused).isGreaterThan(2_000);
    assertThat(let).isGreaterThan(1_000);
    assertThat(events.stream().filter(TransportEvent.Forbidden.class::isInstance).count())
        .isGreaterThanOrEqualTo(refused);
  }

  private boolean check(
      ManagedChannel channel, MethodDescriptor<?, ?> method, String tenant, String key)
      throws Exception {
    String name = method.getFullMethodName().replace("quorate.v1.", "");
    String what = "%s by %s on tenant %s, key %s".formatted(name, user, tenant, key);
    int before = reached.get() + scans();
    if (name.equals("KeyValue/Pipe")) {
      checkPipe(channel, what, tenant, key);
      return isGranted(Action.READ, tenant, key);
    }
    boolean expected = isExpected(name, tenant, key);
    assertThat(isDenied(channel, method, tenant, key)).as(what).isEqualTo(!expected);
    assertThat(reached.get() + scans() - before).as(what).isEqualTo(expected ? 1 : 0);
    return expected;
  }

  private int scans() {
    return dataPlane.scanned();
  }

  private boolean isExpected(String method, String tenant, String key) {
    if (MethodNeeds.isOpen(method)) {
      return true;
    }
    if (MethodNeeds.takesAnything(method)) {
      return !grants().isEmpty();
    }
    Action action = MethodNeeds.of(method);
    if (MethodNeeds.takesItSomewhere(method)) {
      return grants().stream().anyMatch(each -> each.actions().contains(action));
    }
    return isGranted(action, tenant, MethodNeeds.isOfAllKeys(method) ? "" : key)
        && (!MethodNeeds.takesMaintenanceToo(method) || isGranted(Action.MAINTENANCE, tenant, key));
  }

  private List<Grant> grants() {
    return granted.getOrDefault(user, List.of());
  }

  /** By the words of the documents, and not by what is tested. */
  private boolean isGranted(Action action, String named, String key) {
    String tenant = named.isEmpty() ? "default" : named;
    boolean aboutTenants =
        Set.of(Action.READ, Action.SCAN, Action.WRITE, Action.DELETE, Action.TENANTS)
            .contains(action);
    boolean aboutKeys =
        Set.of(Action.READ, Action.SCAN, Action.WRITE, Action.DELETE, Action.LOCK).contains(action);
    for (Grant grant : grants()) {
      String pattern = grant.tenants().text();
      boolean tenantFits =
          !aboutTenants
              || pattern.equals("*")
              || pattern.equals(tenant)
              || (pattern.equals("o*") && tenant.startsWith("o"));
      boolean keyFits = !aboutKeys || grant.prefix().isEmpty() || key.startsWith("eu/");
      if (grant.actions().contains(action) && tenantFits && keyFits) {
        return true;
      }
    }
    return false;
  }

  static <A, B> boolean isDenied(
      ManagedChannel channel, MethodDescriptor<A, B> method, String tenant, String key) {
    try {
      A request = request(method, tenant, key);
      var answers =
          ClientCalls.blockingServerStreamingCall(
              channel,
              method.toBuilder().setType(MethodDescriptor.MethodType.SERVER_STREAMING).build(),
              CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS),
              request);
      boolean denied = false;
      while (answers.hasNext()) {
        denied |= hasDenied((Message) answers.next());
      }
      return denied;
    } catch (StatusRuntimeException ended) {
      assertThat(ended.getStatus().getCode())
          .as(method.getFullMethodName() + ": " + ended.getMessage())
          .isIn(io.grpc.Status.Code.UNAVAILABLE, io.grpc.Status.Code.PERMISSION_DENIED);
      return ended.getStatus().getCode() == io.grpc.Status.Code.PERMISSION_DENIED;
    }
  }

  /** Of a batch: each operation has its own answer. */
  private static boolean hasDenied(Message answer) {
    FieldDescriptor results = answer.getDescriptorForType().findFieldByName("results");
    if (results == null) {
      return false;
    }
    return ((List<?>) answer.getField(results))
        .stream()
            .map(OperationResult.class::cast)
            .anyMatch(each -> each.getFailure().getReason() == Reason.REASON_PERMISSION_DENIED);
  }

  /** Says the tenant and the key wherever a request can. */
  private static <A> A request(MethodDescriptor<A, ?> method, String tenant, String key) {
    PrototypeMarshaller<A> marshaller = (PrototypeMarshaller<A>) method.getRequestMarshaller();
    Message prototype = (Message) marshaller.getMessagePrototype();
    @SuppressWarnings("unchecked") // it is of the type of its prototype
    A filled = (A) filled(prototype, tenant, key);
    return filled;
  }

  private static Message filled(Message prototype, String tenant, String key) {
    Message.Builder builder = prototype.toBuilder();
    boolean ofTenant =
        Set.of("AlterTenantRequest", "DropTenantRequest", "TruncateTenantRequest", "Tenant")
            .contains(prototype.getDescriptorForType().getName());
    for (FieldDescriptor field : prototype.getDescriptorForType().getFields()) {
      Object value = value(builder, field, ofTenant, tenant, key);
      if (value != null && field.isRepeated()) {
        builder.addRepeatedField(field, value);
      } else if (value != null) {
        builder.setField(field, value);
      }
    }
    return builder.build();
  }

  private static @Nullable Object value(
      Message.Builder builder, FieldDescriptor field, boolean ofTenant, String tenant, String key) {
    return switch (field.getName()) {
      case "tenant" ->
          field.getJavaType() == FieldDescriptor.JavaType.STRING
              ? tenant
              : filled(builder.newBuilderForField(field).build(), tenant, key);
      case "tenants" ->
          field.getContainingType().getName().equals("MakeCutRequest") ? tenant : null;
      case "name" -> ofTenant ? tenant : key;
      case "key" -> ByteString.copyFromUtf8(key);
      case "prefix" ->
          field.getJavaType() == FieldDescriptor.JavaType.STRING
              ? key
              : ByteString.copyFromUtf8(key);
      case "gets", "puts" -> filled(builder.newBuilderForField(field).build(), tenant, key);
      case "by" -> 1L;
      case "edits" -> EDIT;
      case "fields" -> COUNTED;
      case "writer" -> Writer.newBuilder().setOpenedHlc(1).setId(1).build();
      case "request_id" ->
          field.getJavaType() == FieldDescriptor.JavaType.MESSAGE ? REQUEST_ID : null;
      default -> null;
    };
  }

  /** One stream for all kinds of operations: each is judged by itself. */
  private void checkPipe(ManagedChannel channel, String what, String tenant, String key)
      throws Exception {
    ByteString bytes = ByteString.copyFromUtf8(key);
    List<Operation> operations =
        List.of(
            Operation.newBuilder()
                .setPut(PutRequest.newBuilder().setTenant(tenant).setKey(bytes))
                .build(),
            Operation.newBuilder()
                .setGet(GetRequest.newBuilder().setTenant(tenant).setKey(bytes))
                .build(),
            Operation.newBuilder()
                .setDelete(DeleteRequest.newBuilder().setTenant(tenant).setKey(bytes))
                .build(),
            Operation.newBuilder()
                .setIncrement(
                    IncrementRequest.newBuilder().setTenant(tenant).setKey(bytes).setBy(1))
                .build(),
            Operation.newBuilder()
                .setUpdateFields(
                    UpdateFieldsRequest.newBuilder().setTenant(tenant).setKey(bytes).addEdits(EDIT))
                .build());
    List<Action> needs =
        List.of(Action.WRITE, Action.READ, Action.DELETE, Action.WRITE, Action.WRITE);
    PipeRequest.Builder request = PipeRequest.newBuilder();
    for (int i = 0; i < operations.size(); i++) {
      request.addOperations(operations.get(i).toBuilder().setId(i + 1));
    }
    Map<Long, OperationResult> results = new TreeMap<>();
    BlockingQueue<Object> answers = new LinkedBlockingQueue<>();
    StreamObserver<PipeRequest> pipe =
        KeyValueGrpc.newStub(channel)
            .pipe(
                new StreamObserver<>() {
                  @Override
                  public void onNext(PipeResponse response) {
                    answers.add(response);
                  }

                  @Override
                  public void onError(Throwable thrown) {
                    answers.add(thrown);
                  }

                  @Override
                  public void onCompleted() {
                    answers.add("end");
                  }
                });
    pipe.onNext(request.build());
    pipe.onCompleted();
    for (Object answer = answers.poll(20, TimeUnit.SECONDS);
        answer instanceof PipeResponse response;
        answer = answers.poll(20, TimeUnit.SECONDS)) {
      response.getResultsList().forEach(each -> results.put(each.getId(), each));
    }
    assertThat(results).as(what).hasSize(operations.size());
    for (int i = 0; i < operations.size(); i++) {
      Reason reason = Objects.requireNonNull(results.get(i + 1L)).getFailure().getReason();
      assertThat(reason == Reason.REASON_PERMISSION_DENIED)
          .as(what + ": " + operations.get(i).getOperationCase() + ", " + reason)
          .isEqualTo(!isGranted(needs.get(i), tenant, key));
    }
  }

  private void as(String name, Consumer<ManagedChannel> calls) {
    user = name;
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
    try {
      calls.accept(channel);
    } finally {
      channel.shutdownNow();
    }
  }

  private static String message(ManagedChannel channel, GetRequest get) {
    try {
      Object unused = KeyValueGrpc.newBlockingStub(channel).get(get);
      return "";
    } catch (StatusRuntimeException ended) {
      return String.valueOf(ended.getMessage());
    }
  }

  private static GetRequest fencedGet() {
    return GetRequest.newBuilder()
        .setTenant("orders")
        .setKey(ByteString.copyFromUtf8("eu/1"))
        .setFenceToken(7)
        .build();
  }

  /** It keeps off all writes under an earlier token. */
  @Test
  void aReadUnderALockNeedsToWriteToo() {
    as(
        "the-reader",
        channel -> {
          assertThat(message(channel, fencedGet())).contains("is not granted 'write'");
          assertThat(message(channel, fencedGet().toBuilder().clearFenceToken().build()))
              .contains("reached");
        });
    as("europe", channel -> assertThat(message(channel, fencedGet())).contains("reached"));
  }

  @Test
  void whoHoldsALockIsToldToThoseOnlyThatMayLookAtLocks() {
    dataPlane.answers =
        operation ->
            new Outcome.Failed(
                Failure.refused(Failure.Reason.FENCED, "Lock 'jobs' is held by 'worker-7'"));
    as(
        "europe",
        channel ->
            assertThat(message(channel, fencedGet()))
                .contains("the token of the request is stale")
                .doesNotContain("worker-7"));
    as("the-writer", channel -> assertThat(message(channel, fencedGet())).contains("worker-7"));
  }

  /** Bounds only narrow what a prefix is granted for. */
  @Test
  void scanBetweenKeysOfAGrantNeedsItsPrefix() {
    ScanRequest.Builder between =
        ScanRequest.newBuilder()
            .setTenant("orders")
            .setStart(ByteString.copyFromUtf8("eu/"))
            .setEnd(ByteString.copyFromUtf8("eu/z"));
    as(
        "europe",
        channel -> {
          assertThatThrownBy(
                  () -> KeyValueGrpc.newBlockingStub(channel).scan(between.build()).next())
              .as("bounds are no prefix")
              .hasMessageContaining("is not granted 'scan' on all of tenant 'orders'");
          between.setPrefix(ByteString.copyFromUtf8("eu/")).setReverse(true);
          assertThat(KeyValueGrpc.newBlockingStub(channel).scan(between.build()).hasNext())
              .isTrue();
        });
  }

  /** Part of a tenant, or of the locks, is not all of it. */
  @Test
  void whatIsAskedOfAllNeedsAGrantOfAll() {
    as(
        "europe",
        channel ->
            assertThatThrownBy(
                    () ->
                        KeyValueGrpc.newBlockingStub(channel)
                            .scan(ScanRequest.newBuilder().setTenant("orders").build())
                            .next())
                .hasMessageContaining("is not granted 'scan' on all of tenant 'orders'"));
    as(
        "jobs",
        channel ->
            assertThatThrownBy(
                    () ->
                        LocksGrpc.newBlockingStub(channel)
                            .listLocks(ListLocksRequest.getDefaultInstance()))
                .hasMessageContaining("is not granted 'lock' on all locks"));
    assertThat(reached.get() + dataPlane.scanned()).isZero();
  }

  /** The same words, so that no one finds out by asking which tenants there are. */
  @Test
  void tenantsThatAreForbiddenAndThoseThatDoNotExistAreRefusedAlike() {
    user = "europe";
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
    try {
      List<String> answers =
          Stream.of("other", "ghost")
              .map(tenant -> refusal(channel, tenant).replace(tenant, "TENANT"))
              .toList();
      assertThat(answers.get(0))
          .isEqualTo(answers.get(1))
          .contains("'europe' is not granted 'read'");
    } finally {
      channel.shutdownNow();
    }
  }

  private static String refusal(ManagedChannel channel, String tenant) {
    try {
      Object unused =
          KeyValueGrpc.newBlockingStub(channel)
              .get(
                  GetRequest.newBuilder()
                      .setTenant(tenant)
                      .setKey(ByteString.copyFromUtf8("eu/1"))
                      .build());
      return "";
    } catch (StatusRuntimeException refused) {
      Metadata trailers = new Metadata();
      if (refused.getTrailers() != null) {
        trailers.merge(refused.getTrailers());
      }
      byte[] failure = trailers.get(StatusTable.FAILURE);
      return refused.getStatus()
          + " "
          + (failure == null ? "" : new String(failure, StandardCharsets.ISO_8859_1));
    }
  }

  /** A connection that is open goes by the rules that there are, and not by those there were. */
  @Test
  void whatIsGrantedAndRevokedCountsOnConnectionsThatAreOpen() {
    user = "europe";
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
    try {
      assertThat(refusal(channel, "other")).contains("PERMISSION_DENIED");
      AccessRules before = rules.rules();
      AccessRules more =
          before.with(
              new AddGrant(new Grantee(Grantee.Kind.USER, "europe"), Grant.of(Action.READ)));
      lane.run(() -> rules.follow(more, 8));
      assertThat(refusal(channel, "other")).contains("UNAVAILABLE");
      lane.run(() -> rules.follow(before, 9));
      assertThat(refusal(channel, "other")).contains("PERMISSION_DENIED");
    } finally {
      channel.shutdownNow();
    }
  }
}
