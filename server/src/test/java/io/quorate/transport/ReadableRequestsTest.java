package io.quorate.transport;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.quorate.proto.internal.PeerFrame;
import io.quorate.proto.internal.PeeringGrpc;
import io.quorate.proto.internal.StreamHello;
import io.quorate.proto.v1.AdminGrpc;
import io.quorate.proto.v1.BatchGetRequest;
import io.quorate.proto.v1.BatchPutRequest;
import io.quorate.proto.v1.Condition;
import io.quorate.proto.v1.CreateTenantRequest;
import io.quorate.proto.v1.DeleteRequest;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.GetRequest;
import io.quorate.proto.v1.GetStatusRequest;
import io.quorate.proto.v1.KeyValueGrpc;
import io.quorate.proto.v1.MaintenanceGrpc;
import io.quorate.proto.v1.PlacementGrpc;
import io.quorate.proto.v1.PutRequest;
import io.quorate.proto.v1.Release;
import io.quorate.proto.v1.ScanRequest;
import io.quorate.proto.v1.Tenant;
import io.quorate.transport.client.FakeDataPlane;
import io.quorate.transport.client.PipeClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages that cannot be read, that are compressed, and that are quoted in what is answered. */
class ReadableRequestsTest {
  private static final byte[] GARBAGE = {10, 5, 1};

  private final EverythingHouse house = new EverythingHouse();

  @AfterEach
  void close() {
    house.close();
    assertThat(house.lane.broken).isEmpty();
  }

  /** What came of a call: how it ended, and what it answered before. */
  private record End(Status status, Metadata trailers, List<Frame> answers) {}

  private End call(MethodDescriptor<?, ?> method, @Nullable String compression, byte[]... frames)
      throws Exception {
    CompletableFuture<End> end = new CompletableFuture<>();
    List<Frame> answers = new ArrayList<>();
    ClientCall<Frame, Frame> call =
        house.channel.newCall(
            method.toBuilder(FrameMarshaller.INSTANCE, FrameMarshaller.INSTANCE).build(),
            CallOptions.DEFAULT.withCompression(compression));
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(Frame message) {
            answers.add(message);
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            end.complete(new End(status, trailers, answers));
          }
        },
        new Metadata());
    call.request(10);
    for (byte[] frame : frames) {
      call.sendMessage(Frame.of(frame));
    }
    call.halfClose();
    return end.get(10, SECONDS);
  }

  private static List<MethodDescriptor<?, ?>> methods() {
    List<MethodDescriptor<?, ?>> all = new ArrayList<>();
    all.addAll(KeyValueGrpc.getServiceDescriptor().getMethods());
    all.addAll(PlacementGrpc.getServiceDescriptor().getMethods());
    all.addAll(AdminGrpc.getServiceDescriptor().getMethods());
    all.addAll(MaintenanceGrpc.getServiceDescriptor().getMethods());
    all.addAll(PeeringGrpc.getServiceDescriptor().getMethods());
    all.addAll(HealthGrpc.getServiceDescriptor().getMethods());
    all.addAll(ServerReflectionGrpc.getServiceDescriptor().getMethods());
    all.addAll(io.grpc.reflection.v1alpha.ServerReflectionGrpc.getServiceDescriptor().getMethods());
    return all;
  }

  @Test
  void bytesThatAreNoRequestAreAnInvalidArgumentToEachMethod() throws Exception {
    for (MethodDescriptor<?, ?> method : methods()) {
      End end = call(method, null, GARBAGE);
      assertThat(end.status().getCode())
          .as("%s: %s", method.getFullMethodName(), end.status())
          .isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(end.status().getDescription()).isNotEmpty().hasSizeLessThan(500);
      if (method != PeeringGrpc.getStreamMethod()) {
        var details = com.google.rpc.Status.parseFrom(end.trailers().get(StatusTable.DETAILS));
        assertThat(details.getMessage()).isEqualTo(end.status().getDescription());
        assertThat(Failure.parseFrom(end.trailers().get(StatusTable.FAILURE)).getMessage())
            .isEqualTo(end.status().getDescription());
      }
    }
    assertThat(house.dataPlane.asked).isEmpty();
  }

  @Test
  void whatCannotBeReadTellsItsReasonAndThatNothingWasApplied() throws Exception {
    End end = call(AdminGrpc.getCreateTenantMethod(), null, GARBAGE);
    assertThat(end.status().getDescription())
        .startsWith("the message cannot be read as a request of quorate.v1.Admin/CreateTenant: ")
        .endsWith("; nothing was applied");
    Failure failure = Failure.parseFrom(end.trailers().get(StatusTable.FAILURE));
    assertThat(failure.getReason()).isEqualTo(Failure.Reason.REASON_INVALID);
    assertThat(failure.getMayHaveApplied()).isFalse();
  }

  /** A setting that is passed over would be taken for set. */
  @Test
  void changesWithFieldsThatAreNotKnownAreRefused() throws Exception {
    byte[] alone = {(byte) 0xe8, 4, 1}; // field 77
    byte[] within = {10, 3, (byte) 0xe8, 4, 1}; // of the message in field 1
    for (MethodDescriptor<?, ?> method : methods()) {
      boolean changes =
          method.getServiceName().startsWith("quorate.v1.")
              && !method.getBareMethodName().matches("(Get|List|Watch)[A-Z].*|Pipe");
      if (changes) {
        End end = call(method, null, alone);
        assertThat(end.status().getCode())
            .as("%s: %s", method.getFullMethodName(), end.status())
            .isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(end.status().getDescription())
            .startsWith("field 77 of the ")
            .endsWith("upgrade it first. Nothing was applied");
      }
    }
    assertThat(call(AdminGrpc.getCreateTenantMethod(), null, within).status().getDescription())
        .startsWith("field 77 of the Tenant is not known to this node");
    assertThat(call(AdminGrpc.getGetStatusMethod(), null, alone).status().isOk()).isTrue();
    assertThat(house.dataPlane.asked).isEmpty();
  }

  @Test
  void compressedRequestsAreUnderstood() throws Exception {
    ByteString key = ByteString.copyFromUtf8("k");
    ByteString value = ByteString.copyFrom(new byte[100_000]);
    var store = house.dataPlane;
    var calls = KeyValueGrpc.newBlockingStub(house.channel).withCompression("gzip");
    PutRequest put = PutRequest.newBuilder().setKey(key).setValue(value).build();
    store.answers = operation -> FakeDataPlane.written(1);
    assertThat(calls.put(put).hasVersion()).isTrue();
    assertThat(calls.delete(DeleteRequest.newBuilder().setKey(key).build()).hasVersion()).isTrue();
    assertThat(calls.batchPut(BatchPutRequest.newBuilder().addPuts(put).build()).getResults(0))
        .matches(result -> result.hasPut());
    store.answers = operation -> FakeDataPlane.found(value.toByteArray());
    GetRequest get = GetRequest.newBuilder().setKey(key).build();
    assertThat(calls.get(get).getValue()).isEqualTo(value);
    assertThat(calls.batchGet(BatchGetRequest.newBuilder().addGets(get).build()).getResults(0))
        .matches(result -> result.hasGet());
    assertThat(calls.scan(ScanRequest.getDefaultInstance()).hasNext()).isTrue();
    PipeClient pipe = PipeClient.open(KeyValueGrpc.newStub(house.channel).withCompression("gzip"));
    pipe.get(7, 8);
    org.awaitility.Awaitility.await().until(() -> pipe.ids().equals(List.of(7L, 8L)));
    assertThat(
            AdminGrpc.newBlockingStub(house.channel)
                .withCompression("gzip")
                .getStatus(GetStatusRequest.getDefaultInstance())
                .getNodesCount())
        .isEqualTo(3);
    assertThat(
            HealthGrpc.newBlockingStub(house.channel)
                .withCompression("gzip")
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(ServingStatus.SERVING);
    // A stream of a node that is not known here is refused for that.
    StreamHello hello =
        StreamHello.newBuilder()
            .setProtocol(1)
            .setRelease(
                Release.newBuilder()
                    .setName("0.1.0")
                    .setOldestClusterVersion(1)
                    .setNewestClusterVersion(1))
            .build();
    End stream =
        call(
            PeeringGrpc.getStreamMethod(),
            "gzip",
            PeerFrame.newBuilder().setHello(hello).build().toByteArray());
    assertThat(stream.status().getDescription()).contains("not joined a cluster");
  }

  /** What is read of a call has room for the value that a condition names. */
  @Test
  void aConditionMayNameAsLargeAValueAsThereIs() {
    ByteString key = ByteString.copyFrom(new byte[RequestLimits.DEFAULT.keyBytesMax()]);
    ByteString value = ByteString.copyFrom(new byte[RequestLimits.DEFAULT.valueBytesMax()]);
    Condition condition = Condition.newBuilder().setValue(value).build();
    List<Integer> conditionBytes = new CopyOnWriteArrayList<>();
    house.dataPlane.answers =
        operation -> {
          conditionBytes.add(Objects.requireNonNull(operation.condition()).valueBytes());
          return FakeDataPlane.written(1);
        };
    var calls = KeyValueGrpc.newBlockingStub(house.channel);
    PutRequest put =
        PutRequest.newBuilder().setKey(key).setValue(value).setCondition(condition).build();
    assertThat(calls.put(put).hasVersion()).isTrue();
    DeleteRequest delete = DeleteRequest.newBuilder().setKey(key).setCondition(condition).build();
    assertThat(calls.delete(delete).hasVersion()).isTrue();
    assertThatThrownBy(() -> calls.delete(delete.toBuilder().setContext(value).build()))
        .isInstanceOf(StatusRuntimeException.class);
    assertThat(conditionBytes).containsExactly(value.size(), value.size());
  }

  @Test
  void whatInflatesBeyondTheBoundIsRefused() throws Exception {
    byte[] value = new byte[9 << 20]; // more than a value and one that a condition names
    for (MethodDescriptor<?, ?> method :
        List.of(
            KeyValueGrpc.getPutMethod(),
            KeyValueGrpc.getGetMethod(),
            AdminGrpc.getCreateTenantMethod(),
            PeeringGrpc.getIntroduceMethod())) {
      byte[] request =
          PutRequest.newBuilder().setValue(ByteString.copyFrom(value)).build().toByteArray();
      End end = call(method, "gzip", request);
      assertThat(end.status().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(end.status().getDescription()).contains("decompressed it has more than");
    }
    assertThat(house.dataPlane.asked).isEmpty();
  }

  /** Longer trailers would end the connection, and with it all other calls on it. */
  @Test
  void whatIsQuotedNeverBreaksTheConnection() {
    String name = "\u5b57".repeat(20_000);
    PipeClient pipe = PipeClient.open(KeyValueGrpc.newStub(house.channel));
    house.dataPlane.answers =
        operation ->
            new io.quorate.replication.api.Outcome.Failed(
                io.quorate.replication.api.Failure.refused(
                    io.quorate.replication.api.Failure.Reason.INVALID, "no " + operation.tenant()));
    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                KeyValueGrpc.newBlockingStub(house.channel)
                    .get(
                        GetRequest.newBuilder()
                            .setTenant(name)
                            .setKey(ByteString.copyFromUtf8("k"))
                            .build()));
    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(refused.getStatus().getDescription()).startsWith("no \u5b57").endsWith("...");
    StatusRuntimeException alsoRefused =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                AdminGrpc.newBlockingStub(house.channel)
                    .createTenant(
                        CreateTenantRequest.newBuilder()
                            .setTenant(Tenant.newBuilder().setName(name))
                            .build()));
    assertThat(alsoRefused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(pipe.ended).isNotDone();
  }

  @Test
  void healthIsToldOfEachServiceAndReflectionInBothVersions() throws Exception {
    var health = HealthGrpc.newBlockingStub(house.channel);
    for (String name :
        List.of("", "quorate.v1.KeyValue", "quorate.v1.Placement", "quorate.v1.Admin")) {
      HealthCheckRequest request = HealthCheckRequest.newBuilder().setService(name).build();
      house.server.setServing(true);
      assertThat(health.check(request).getStatus()).isEqualTo(ServingStatus.SERVING);
      house.server.setServing(false);
      assertThat(health.check(request).getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
    }
    byte[] list =
        io.grpc.reflection.v1.ServerReflectionRequest.newBuilder()
            .setListServices("")
            .build()
            .toByteArray();
    for (MethodDescriptor<?, ?> method :
        List.of(
            ServerReflectionGrpc.getServerReflectionInfoMethod(),
            io.grpc.reflection.v1alpha.ServerReflectionGrpc.getServerReflectionInfoMethod())) {
      End end = call(method, null, list);
      assertThat(end.status().isOk()).isTrue();
      assertThat(
              new String(end.answers().getFirst().bytes(), java.nio.charset.StandardCharsets.UTF_8))
          .contains("quorate.v1.KeyValue");
    }
  }
}
