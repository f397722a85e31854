package io.quorate.transport.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import io.quorate.model.NodeId;
import io.quorate.model.RequestId;
import io.quorate.placement.Level;
import io.quorate.proto.v1.Assignment;
import io.quorate.proto.v1.BatchGetRequest;
import io.quorate.proto.v1.BatchPutRequest;
import io.quorate.proto.v1.BatchPutResponse;
import io.quorate.proto.v1.Change;
import io.quorate.proto.v1.DeleteRequest;
import io.quorate.proto.v1.FieldKind;
import io.quorate.proto.v1.FieldUpdate;
import io.quorate.proto.v1.GetRequest;
import io.quorate.proto.v1.GetResponse;
import io.quorate.proto.v1.KeyValueGrpc;
import io.quorate.proto.v1.Level.Named;
import io.quorate.proto.v1.OperationResult;
import io.quorate.proto.v1.PipeRequest;
import io.quorate.proto.v1.PutRequest;
import io.quorate.proto.v1.PutResponse;
import io.quorate.proto.v1.ScanRequest;
import io.quorate.proto.v1.Totals;
import io.quorate.proto.v1.UpdateRequest;
import io.quorate.proto.v1.UpdateResponse;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.api.Fields;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.transport.ConnectionLimits;
import io.quorate.transport.GrpcServer;
import io.quorate.transport.RequestLimits;
import io.quorate.transport.StatusTable;
import io.quorate.transport.event.RequestKind;
import io.quorate.transport.event.RequestResult;
import io.quorate.version.Addition;
import io.quorate.version.Field;
import io.quorate.version.FieldChange;
import io.quorate.version.FieldValue;
import io.quorate.version.Writer;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeyValueServiceTest {
  private final List<String> served = new CopyOnWriteArrayList<>();
  private final KeyValueHouse house =
      new KeyValueHouse(
          RequestLimits.DEFAULT,
          (tenant, kind, level, result, nanos) -> served.add(kind + " " + level + " " + result));

  @AfterEach
  void close() throws Exception {
    house.close();
    assertThat(house.lane.broken).isEmpty();
  }

  @Test
  void aPutCarriesAllItSays() {
    house.dataPlane.answers = operation -> FakeDataPlane.written(1234);

    PutResponse response =
        house
            .blocking()
            .put(
                PutRequest.newBuilder()
                    .setTenant("orders")
                    .setKey(ByteString.copyFromUtf8("k"))
                    .setValue(ByteString.copyFromUtf8("v"))
                    .setTtlMs(60_000)
                    .setLevel(io.quorate.proto.v1.Level.newBuilder().setNamed(Named.NAMED_ALL))
                    .setRequestId(
                        io.quorate.proto.v1.RequestId.newBuilder()
                            .setHlc(1)
                            .setSession(2)
                            .setNumber(3))
                    .build());

    Operation.Put put = (Operation.Put) house.dataPlane.asked.getFirst().operation();
    assertThat(put.tenant()).isEqualTo("orders");
    assertThat(put.key()).asString().isEqualTo("k");
    assertThat(put.value()).asString().isEqualTo("v");
    assertThat(put.level()).isEqualTo(Level.ALL);
    assertThat(put.ttlMillis()).isEqualTo(60_000);
    assertThat(put.requestId()).isEqualTo(new RequestId(1, 2, 3));
    assertThat(response.getVersion().getHlc()).isEqualTo(1234);
    assertThat(response.getInfo().getPartition()).isEqualTo(17);
    assertThat(response.getInfo().getEpoch()).isEqualTo(3);
    assertThat(response.getInfo().getReplicasList()).containsExactly(1L, 2L);
    assertThat(served).containsExactly(RequestKind.PUT + " ALL " + RequestResult.OK);
  }

  @Test
  void aGetFindsOrDoesNot() {
    house.dataPlane.answers = operation -> FakeDataPlane.found("v".getBytes(UTF_8));
    GetResponse found = house.blocking().get(get("k"));
    assertThat(found.getFound()).isTrue();
    assertThat(found.getValue().toStringUtf8()).isEqualTo("v");

    house.dataPlane.answers = operation -> Outcome.Read.absent(null, FakeDataPlane.FACTS);
    GetResponse absent = house.blocking().get(get("k"));
    assertThat(absent.getFound()).isFalse();
    assertThat(absent.hasVersion()).isFalse();
  }

  @Test
  void updateCarriesAllItSays() {
    house.dataPlane.answers = operation -> new Outcome.Updated(FakeDataPlane.FACTS);
    var writer = io.quorate.proto.v1.Writer.newBuilder().setOpenedHlc(500).setId(-7);
    var dot = io.quorate.proto.v1.Dot.newBuilder().setWriter(writer).setNumber(3);

    UpdateResponse response =
        house
            .blocking()
            .update(
                UpdateRequest.newBuilder()
                    .setTenant("carts")
                    .setKey(key("k"))
                    .setLevel(io.quorate.proto.v1.Level.newBuilder().setNamed(Named.NAMED_ONE))
                    .setRequestId(
                        io.quorate.proto.v1.RequestId.newBuilder()
                            .setHlc(1)
                            .setSession(2)
                            .setNumber(3))
                    .setWriter(writer)
                    .setFirstAttempt(true)
                    .addFields(
                        FieldUpdate.newBuilder()
                            .setField("visits")
                            .setKind(FieldKind.FIELD_KIND_COUNTER)
                            .setTotals(Totals.newBuilder().setNumber(2).setUp(9).setDown(4)))
                    .addFields(
                        FieldUpdate.newBuilder()
                            .setField("items")
                            .setKind(FieldKind.FIELD_KIND_SET)
                            .addChanges(Change.newBuilder().setNumber(4).setAdd(key("")))
                            .addChanges(
                                Change.newBuilder().setNumber(5).setRemove(key("x")).addSeen(dot)))
                    .addFields(
                        FieldUpdate.newBuilder()
                            .setField("name")
                            .setKind(FieldKind.FIELD_KIND_REGISTER)
                            .setAssignment(Assignment.newBuilder().setHlc(501).setNumber(6)))
                    .build());

    Operation.Update update = (Operation.Update) house.dataPlane.asked.getFirst().operation();
    Writer by = new Writer(500, -7);
    Field items = new Field("items", Field.Kind.SET);
    assertThat(update.tenant()).isEqualTo("carts");
    assertThat(update.key()).asString().isEqualTo("k");
    assertThat(update.level()).isEqualTo(Level.ONE);
    assertThat(update.requestId()).isEqualTo(new RequestId(1, 2, 3));
    assertThat(update.writer()).isEqualTo(by);
    assertThat(update.firstAttempt()).isTrue();
    assertThat(update.changes())
        .containsExactly(
            new FieldChange.Count(new Field("visits", Field.Kind.COUNTER), 2, 9, 4),
            new FieldChange.Add(items, 4, new byte[0], List.of()),
            new FieldChange.Remove(items, 5, new byte[] {'x'}, List.of(new Addition(by, 3))),
            new FieldChange.Assign(new Field("name", Field.Kind.REGISTER), 501, 6, null));
    assertThat(response.getInfo().getReplicasList()).containsExactly(1L, 2L);
    assertThat(served).containsExactly(RequestKind.UPDATE + " ONE " + RequestResult.OK);
  }

  /** An update has several values, and each may be as large as that of a put. */
  @Test
  void updateTakesSeveralOfTheLargestValues() {
    house.dataPlane.answers = operation -> new Outcome.Updated(FakeDataPlane.FACTS);
    ByteString largest = ByteString.copyFrom(new byte[4 << 20]);
    FieldUpdate.Builder set =
        FieldUpdate.newBuilder()
            .setKind(FieldKind.FIELD_KIND_SET)
            .addChanges(Change.newBuilder().setNumber(1).setAdd(largest))
            .addChanges(Change.newBuilder().setNumber(2).setRemove(largest));
    UpdateRequest update =
        UpdateRequest.newBuilder()
            .setKey(key("k"))
            .setWriter(io.quorate.proto.v1.Writer.newBuilder().setOpenedHlc(500))
            .addFields(set)
            .build();
    assertThat(house.blocking().update(update).getInfo().getReplicasCount()).isEqualTo(2);

    ByteString larger = largest.concat(key("."));
    UpdateRequest tooLarge =
        update.toBuilder()
            .setFields(0, set.addChanges(Change.newBuilder().setNumber(3).setAdd(larger)))
            .build();
    assertRefused(
        () -> house.blocking().update(tooLarge), "the value has 4194305 bytes; at most 4194304");
    assertThat(house.dataPlane.asked).hasSize(1);
  }

  @Test
  void getTellsTheFieldsOfAKey() {
    Writer by = new Writer(500, -7);
    FieldValue set =
        new FieldValue(
            new Field("items", Field.Kind.SET),
            0,
            List.of(new FieldValue.Element(new byte[] {'x'}, List.of(new Addition(by, 3)))),
            false);
    FieldValue counter =
        new FieldValue(new Field("visits", Field.Kind.COUNTER), -5, List.of(), false);
    Fields fields = new Fields(List.of(set, counter), null);
    house.dataPlane.answers =
        operation -> Outcome.Read.of(fields, FakeDataPlane.version(5), FakeDataPlane.FACTS);

    GetResponse found = house.blocking().get(get("k"));

    assertThat(found.getFound()).isTrue();
    assertThat(found.getFieldsList()).hasSize(2);
    var items = found.getFields(0);
    assertThat(items.getKind()).isEqualTo(FieldKind.FIELD_KIND_SET);
    assertThat(items.getElements(0).getValue()).isEqualTo(key("x"));
    assertThat(items.getElements(0).getDots(0).getWriter().getId()).isEqualTo(-7);
    assertThat(items.getElements(0).getDots(0).getNumber()).isEqualTo(3);
    assertThat(found.getFields(1).getCount()).isEqualTo(-5);
    assertThat(found.hasVersion()).isTrue();
  }

  @Test
  void everyFailureHasItsStatusAndTravelsWhole() throws Exception {
    Map<Reason, Status.Code> table =
        new EnumMap<>(
            Map.ofEntries(
                entry(Reason.INVALID, Status.Code.INVALID_ARGUMENT),
                entry(Reason.UNKNOWN_TENANT, Status.Code.NOT_FOUND),
                entry(Reason.UNAVAILABLE, Status.Code.UNAVAILABLE),
                entry(Reason.DEADLINE_EXCEEDED, Status.Code.DEADLINE_EXCEEDED),
                entry(Reason.OVERLOADED, Status.Code.RESOURCE_EXHAUSTED),
                entry(Reason.NOT_SERVING, Status.Code.UNAVAILABLE),
                entry(Reason.INTERNAL, Status.Code.INTERNAL),
                entry(Reason.OUTCOME_UNKNOWN, Status.Code.UNKNOWN),
                entry(Reason.STAMP_TOO_LOW, Status.Code.ABORTED),
                entry(Reason.TOO_MANY_SIBLINGS, Status.Code.FAILED_PRECONDITION),
                entry(Reason.KEY_TOO_LARGE, Status.Code.FAILED_PRECONDITION),
                entry(Reason.CONDITION_FAILED, Status.Code.FAILED_PRECONDITION),
                entry(Reason.FENCED, Status.Code.FAILED_PRECONDITION),
                entry(Reason.PERMISSION_DENIED, Status.Code.PERMISSION_DENIED),
                entry(Reason.UNAUTHENTICATED, Status.Code.UNAUTHENTICATED)));
    Set<Reason> ofNoOperation = EnumSet.complementOf(EnumSet.copyOf(table.keySet()));
    assertThat(ofNoOperation).containsExactly(Reason.FAILED_PRECONDITION);
    for (Reason reason : table.keySet()) {
      Failure failure =
          Failure.builder(reason, "why: " + reason)
              .mayHaveApplied(true)
              .retryAfterMillis(7)
              .partition(17)
              .needed(2)
              .answered(List.of(new NodeId(-1)))
              .build();
      house.dataPlane.answers = operation -> new Outcome.Failed(failure);

      StatusRuntimeException thrown =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () -> house.blocking().delete(DeleteRequest.newBuilder().setKey(key("k")).build()));

      assertThat(thrown.getStatus().getCode()).isEqualTo(table.get(reason));
      assertThat(thrown.getStatus().getDescription()).isEqualTo("why: " + reason);
      var said =
          io.quorate.proto.v1.Failure.parseFrom(thrown.getTrailers().get(StatusTable.FAILURE));
      assertThat(said.getReason().name()).isEqualTo("REASON_" + reason);
      assertThat(said.getMayHaveApplied()).isTrue();
      assertThat(said.getRetryAfterMs()).isEqualTo(7);
      assertThat(said.getPartition()).isEqualTo(17);
      assertThat(said.getReplicasNeeded()).isEqualTo(2);
      assertThat(said.getReplicasAnsweredList()).containsExactly(-1L);
    }
  }

  @Test
  void partitionIsToldWhereThereIsOne() throws Exception {
    for (int partition : new int[] {Failure.NO_PARTITION, 0, 17}) {
      Failure failure =
          Failure.builder(Reason.UNAVAILABLE, "why").partition(partition).needed(2).build();
      house.dataPlane.answers = operation -> new Outcome.Failed(failure);
      StatusRuntimeException thrown =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () -> house.blocking().delete(DeleteRequest.newBuilder().setKey(key("k")).build()));
      var said =
          io.quorate.proto.v1.Failure.parseFrom(thrown.getTrailers().get(StatusTable.FAILURE));
      assertThat(said.hasPartition()).isEqualTo(partition >= 0);
      assertThat(said.getPartition()).isEqualTo(Math.max(partition, 0));
    }
  }

  @Test
  void theCallersDeadlineTravelsAndThereIsAlwaysOne() {
    house.dataPlane.answers = operation -> FakeDataPlane.found(new byte[0]);
    long before = System.nanoTime();
    assertThat(house.blocking().withDeadlineAfter(60, TimeUnit.SECONDS).get(get("k")).getFound())
        .isTrue();
    assertThat(house.blocking().get(get("k")).getFound()).isTrue();
    long after = System.nanoTime();

    long asked = house.dataPlane.asked.get(0).deadlineNanos();
    assertThat(asked - after).isLessThanOrEqualTo(TimeUnit.SECONDS.toNanos(60));
    assertThat(asked - before).isGreaterThan(TimeUnit.SECONDS.toNanos(50));
    long usual = house.dataPlane.asked.get(1).deadlineNanos();
    assertThat(usual - after).isLessThanOrEqualTo(TimeUnit.SECONDS.toNanos(5));
    assertThat(usual - before).isGreaterThanOrEqualTo(TimeUnit.SECONDS.toNanos(5));
  }

  @Test
  void oversizeIsRefusedWithLimitAndSize() {
    assertRefused(
        () -> house.blocking().get(get("")), "the key is empty: give one of 1 to 4096 bytes");
    assertRefused(
        () -> house.blocking().get(get("k".repeat(4097))),
        "the key has 4097 bytes; at most 4096 are allowed");
    PutRequest large =
        PutRequest.newBuilder()
            .setKey(key("k"))
            .setValue(ByteString.copyFrom(new byte[(4 << 20) + 1]))
            .build();
    assertRefused(
        () -> house.blocking().put(large), "the value has 4194305 bytes; at most 4194304");
    assertThat(house.dataPlane.asked).isEmpty();

    PutRequest largest = large.toBuilder().setValue(ByteString.copyFrom(new byte[4 << 20])).build();
    assertThat(house.blocking().put(largest).hasVersion()).isTrue();
  }

  @Test
  void aLevelThatIsNotKnownIsRefused() {
    var level = io.quorate.proto.v1.Level.newBuilder().setNamedValue(77);
    assertRefused(
        () -> house.blocking().get(get("k").toBuilder().setLevel(level).build()),
        "level 77 is not known to this server");
  }

  @Test
  void aBatchIsAnsweredInTheOrderAsked() {
    house.dataPlane.answers = operation -> null;
    BatchPutRequest.Builder request = BatchPutRequest.newBuilder();
    for (String each : List.of("a", "", "c")) {
      request.addPuts(PutRequest.newBuilder().setKey(key(each)));
    }
    var response = KeyValueGrpc.newFutureStub(house.channel).batchPut(request.build());
    await().until(() -> house.dataPlane.asked.size() == 2);
    house.lane.run(
        () -> {
          house.dataPlane.asked.get(1).callback().done(FakeDataPlane.written(3));
          house.dataPlane.asked.get(0).callback().done(FakeDataPlane.written(1));
        });

    List<OperationResult> results = join(response).getResultsList();
    assertThat(results).hasSize(3);
    assertThat(results.get(0).getPut().getVersion().getHlc()).isEqualTo(1);
    assertThat(results.get(1).getFailure().getMessage()).startsWith("the key is empty");
    assertThat(results.get(2).getPut().getVersion().getHlc()).isEqualTo(3);
  }

  private static BatchPutResponse join(Future<BatchPutResponse> future) {
    try {
      return future.get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aBatchTooLargeIsRefusedWhole() {
    BatchGetRequest.Builder request = BatchGetRequest.newBuilder();
    for (int i = 0; i < 1001; i++) {
      request.addGets(get("k" + i));
    }
    assertRefused(
        () -> house.blocking().batchGet(request.build()),
        "the batch has more than 1000 operations, the limit: send several batches");
    assertThat(house.dataPlane.asked).isEmpty();
    assertThat(house.blocking().batchGet(BatchGetRequest.getDefaultInstance()).getResultsCount())
        .isZero();
  }

  /** A newer client may ask for more than a node knows; nothing may be done without heed of it. */
  @Test
  void whatOnlyANewerVersionKnowsIsRefusedAndTheStreamGoesOn() {
    UnknownFieldSet newer =
        UnknownFieldSet.newBuilder()
            .addField(77, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build();
    house.dataPlane.answers = operation -> FakeDataPlane.found(new byte[1]);
    String why = "field 77 of the ";
    assertRefused(
        () -> house.blocking().get(get("k").toBuilder().setUnknownFields(newer).build()),
        why + "GetRequest");
    assertRefused(
        () ->
            house
                .blocking()
                .scan(ScanRequest.newBuilder().setUnknownFields(newer).build())
                .hasNext(),
        why + "ScanRequest");
    assertRefused(
        () ->
            house
                .blocking()
                .batchGet(
                    BatchGetRequest.newBuilder().addGets(get("k")).setUnknownFields(newer).build()),
        why + "BatchGetRequest");
    assertRefused(
        () ->
            house
                .blocking()
                .batchPut(
                    BatchPutRequest.newBuilder()
                        .addPuts(PutRequest.newBuilder().setKey(key("k")))
                        .setUnknownFields(newer)
                        .build()),
        why + "BatchPutRequest");
    assertThat(house.dataPlane.asked).isEmpty();

    PipeClient pipe = PipeClient.open(house.async());
    pipe.send(
        PipeRequest.newBuilder()
            .addOperations(
                io.quorate.proto.v1.Operation.newBuilder().setId(1).setUnknownFields(newer))
            .addOperations(io.quorate.proto.v1.Operation.newBuilder().setId(2).setGet(get("k")))
            .build());
    pipe.send(
        PipeRequest.newBuilder()
            .addOperations(io.quorate.proto.v1.Operation.newBuilder().setId(4).setGet(get("k")))
            .setUnknownFields(newer)
            .build());
    pipe.get(3);

    await().until(() -> pipe.ids().size() == 4);
    List<OperationResult> results =
        pipe.responses.stream().flatMap(each -> each.getResultsList().stream()).toList();
    for (OperationResult result : results) {
      switch ((int) result.getId()) {
        case 1, 4 -> {
          String where = result.getId() == 1 ? "Operation" : "PipeRequest";
          assertThat(result.getFailure().getReason())
              .isEqualTo(io.quorate.proto.v1.Failure.Reason.REASON_INVALID);
          assertThat(result.getFailure().getMessage()).startsWith(why + where + " is not known");
        }
        default -> assertThat(result.hasGet()).isTrue();
      }
    }
    assertThat(house.dataPlane.asked).hasSize(2);
  }

  @Test
  void aCallerThatLeavesDisturbsNobody() {
    house.dataPlane.answers = operation -> null;
    Future<GetResponse> left = KeyValueGrpc.newFutureStub(house.channel).get(get("k"));
    await().atMost(Duration.ofMinutes(1)).until(() -> house.dataPlane.asked.size() == 1);
    assertThat(left.cancel(true)).isTrue();
    house.lane.run(
        () -> house.dataPlane.asked.getFirst().callback().done(FakeDataPlane.found(new byte[1])));

    house.dataPlane.answers = operation -> FakeDataPlane.found(new byte[1]);
    assertThat(house.blocking().get(get("k")).getFound()).isTrue();
  }

  @Test
  void whatBreaksInTheDataPlaneBreaksTheLane() {
    house.dataPlane.answers =
        operation -> {
          throw new IllegalStateException("broken on purpose");
        };
    Future<GetResponse> unanswered = KeyValueGrpc.newFutureStub(house.channel).get(get("k"));
    await().atMost(Duration.ofMinutes(1)).until(() -> !house.lane.broken.isEmpty());
    boolean unused = unanswered.cancel(true);
    assertThat(house.lane.broken.getFirst()).hasMessage("broken on purpose");
    house.lane.broken.clear();
  }

  @Test
  void healthIsToldAndServicesAreListed() throws Exception {
    var health = HealthGrpc.newBlockingStub(house.channel);
    assertThat(health.check(HealthCheckRequest.getDefaultInstance()).getStatus())
        .isEqualTo(ServingStatus.NOT_SERVING);
    house.server.setServing(true);
    assertThat(health.check(HealthCheckRequest.getDefaultInstance()).getStatus())
        .isEqualTo(ServingStatus.SERVING);

    var listed = new CompletableFuture<String>();
    var asking =
        ServerReflectionGrpc.newStub(house.channel)
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse response) {
                    listed.complete(response.toString());
                  }

                  @Override
                  public void onError(Throwable thrown) {
                    listed.completeExceptionally(thrown);
                  }

                  @Override
                  public void onCompleted() {}
                });
    asking.onNext(
        ServerReflectionRequest.newBuilder()
            .setFileContainingSymbol("quorate.v1.KeyValue")
            .build());
    assertThat(listed.get(10, TimeUnit.SECONDS)).contains("file_descriptor_proto");
    asking.onCompleted();
  }

  @Test
  void aPortInUseIsSaid() {
    assertThatThrownBy(
            () ->
                GrpcServer.start(
                    house.lane.loops(),
                    "127.0.0.1",
                    house.server.port(),
                    RequestLimits.DEFAULT,
                    ConnectionLimits.DEFAULT,
                    event -> {},
                    List.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot listen for gRPC on 127.0.0.1:" + house.server.port())
        .hasMessageContaining("in use");
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            thrown -> {
              assertThat(thrown.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
              assertThat(thrown.getStatus().getDescription()).startsWith(message);
            });
  }

  private static GetRequest get(String key) {
    return GetRequest.newBuilder().setKey(key(key)).build();
  }

  private static ByteString key(String key) {
    return ByteString.copyFromUtf8(key);
  }
}
