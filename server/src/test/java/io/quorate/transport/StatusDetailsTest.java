package io.quorate.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import io.quorate.model.NodeId;
import io.quorate.proto.v1.GetRequest;
import io.quorate.proto.v1.KeyValueGrpc;
import io.quorate.proto.v1.ScanRequest;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Code;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.api.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Failures in the form of {@code google.rpc.Status}, as tools read it that know no Quorate. */
class StatusDetailsTest {
  /** What trailers take at most: 2 KiB less than most clients take. */
  private static final int TRAILERS_BYTES_MAX = 6 << 10;

  private static com.google.rpc.Status details(Failure failure) {
    StatusRuntimeException thrown =
        StatusTable.status(failure).asRuntimeException(StatusTable.trailers(failure));
    com.google.rpc.Status status = StatusProto.fromThrowable(thrown);
    // The detail was sent, and not derived from the code and the message.
    assertThat(status.getDetailsList()).isNotEmpty();
    return status;
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void eachReasonIsTold(Reason reason) throws Exception {
    Failure failure =
        Failure.builder(reason, "why")
            .mayHaveApplied(true)
            .retryAfterMillis(1_234)
            .partition(17)
            .needed(2)
            .answered(List.of(new NodeId(5), new NodeId(-1)))
            .build();

    com.google.rpc.Status status = details(failure);

    assertThat(status.getCode()).isEqualTo(StatusTable.status(failure).getCode().value());
    assertThat(status.getMessage()).isEqualTo("why");
    assertThat(status.getDetailsList()).hasSize(3);
    ErrorInfo info = status.getDetails(0).unpack(ErrorInfo.class);
    assertThat(info.getReason()).isEqualTo(reason.name());
    assertThat(info.getDomain()).isEqualTo("quorate.io");
    assertThat(new TreeMap<>(info.getMetadataMap()))
        .isEqualTo(
            new TreeMap<>(
                Map.of(
                    "may_have_applied", "true",
                    "partition", "17",
                    "replicas_needed", "2",
                    "replicas_answered", "2")));
    RetryInfo retry = status.getDetails(1).unpack(RetryInfo.class);
    assertThat(retry.getRetryDelay().getSeconds()).isEqualTo(1);
    assertThat(retry.getRetryDelay().getNanos()).isEqualTo(234_000_000);
    var ours = status.getDetails(2).unpack(io.quorate.proto.v1.Failure.class);
    var whole =
        io.quorate.proto.v1.Failure.parseFrom(
            StatusTable.trailers(failure).get(StatusTable.FAILURE));
    assertThat(ours.toBuilder().setMessage("why").build()).isEqualTo(whole);
  }

  @Test
  void whatIsNotKnownIsLeftOut() throws Exception {
    com.google.rpc.Status status = details(Failure.refused(Reason.INVALID, "the key is empty"));

    assertThat(status.getDetailsList())
        .extracting(Any::getTypeUrl)
        .containsExactly(
            "type.googleapis.com/google.rpc.ErrorInfo", "type.googleapis.com/quorate.v1.Failure");
    assertThat(status.getDetails(0).unpack(ErrorInfo.class).getMetadataMap())
        .isEqualTo(Map.of("may_have_applied", "false"));
  }

  @ParameterizedTest
  @EnumSource(Code.class)
  void codeIsToldByItsName(Code code) throws Exception {
    com.google.rpc.Status status =
        details(Failure.refused(Reason.FAILED_PRECONDITION, "not now").coded(code));

    Map<String, String> told = status.getDetails(0).unpack(ErrorInfo.class).getMetadataMap();
    var ours = status.getDetails(1).unpack(io.quorate.proto.v1.Failure.class);
    assertThat(told.getOrDefault("code", "NONE")).isEqualTo(code.name());
    assertThat(ours.getCode().name().replace("UNSPECIFIED", "NONE")).isEqualTo("CODE_" + code);
  }

  /** Longer trailers would end the connection, and with it all other calls on it. */
  @ParameterizedTest
  @ValueSource(strings = {"a", "%", "~", "\u0436", "\u5b57", "\ud83d\ude00"})
  void largestFailureFitsIntoTheTrailersOfAnyClient(String letter) throws Exception {
    List<NodeId> answered = LongStream.range(-100, -1).mapToObj(NodeId::new).toList();
    Failure largest =
        Failure.builder(Reason.OUTCOME_UNKNOWN, letter.repeat(10_000))
            .mayHaveApplied(true)
            .retryAfterMillis(Integer.MAX_VALUE)
            .partition(Integer.MAX_VALUE)
            .needed(Integer.MAX_VALUE)
            .answered(answered)
            .build();
    try (EverythingHouse house = new EverythingHouse()) {
      house.dataPlane.answers = operation -> new Outcome.Failed(largest);
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", house.server.port())
              .usePlaintext()
              .maxInboundMetadataSize(TRAILERS_BYTES_MAX)
              .build();
      try {
        StatusRuntimeException thrown =
            catchThrowableOfType(
                StatusRuntimeException.class,
                () ->
                    KeyValueGrpc.newBlockingStub(channel)
                        .get(GetRequest.newBuilder().setKey(ByteString.copyFromUtf8("k")).build()));
        assertThat(thrown.getStatus().getCode())
            .as("%s", thrown.getStatus())
            .isEqualTo(Status.Code.UNKNOWN);
        assertThat(thrown.getStatus().getDescription()).startsWith(letter).endsWith("...");
        assertThat(StatusProto.fromThrowable(thrown).getMessage())
            .isEqualTo(largest.message())
            .matches(message -> message.getBytes(UTF_8).length > 1_000);
        assertThat(thrown.getTrailers().containsKey(StatusTable.FAILURE)).isTrue();
      } finally {
        channel.shutdownNow();
      }
    }
  }

  @Test
  void scansThatAreRefusedTellItToo() throws Exception {
    try (EverythingHouse house = new EverythingHouse()) {
      StatusRuntimeException scan =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () ->
                  KeyValueGrpc.newBlockingStub(house.channel)
                      .scan(
                          ScanRequest.newBuilder()
                              .setLevel(io.quorate.proto.v1.Level.newBuilder().setNamedValue(9))
                              .build())
                      .hasNext());
      com.google.rpc.Status status = StatusProto.fromThrowable(scan);
      assertThat(status.getDetailsList()).isNotEmpty();
      assertThat(status.getDetails(0).unpack(ErrorInfo.class).getReason()).isEqualTo("INVALID");
    }
  }

  /** Tools find out by reflection what is in the details. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "google.rpc.Status",
        "google.rpc.ErrorInfo",
        "google.rpc.RetryInfo",
        "google.protobuf.Any",
        "quorate.v1.Failure",
        "quorate.v1.KeyValue"
      })
  void typesOfDetailsAreToldByReflection(String symbol) throws Exception {
    try (EverythingHouse house = new EverythingHouse()) {
      CompletableFuture<ServerReflectionResponse> told = new CompletableFuture<>();
      var asking =
          ServerReflectionGrpc.newStub(house.channel)
              .serverReflectionInfo(
                  new StreamObserver<ServerReflectionResponse>() {
                    @Override
                    public void onNext(ServerReflectionResponse response) {
                      told.complete(response);
                    }

                    @Override
                    public void onError(Throwable thrown) {
                      told.completeExceptionally(thrown);
                    }

                    @Override
                    public void onCompleted() {}
                  });
      asking.onNext(ServerReflectionRequest.newBuilder().setFileContainingSymbol(symbol).build());
      ServerReflectionResponse response = told.get(10, SECONDS);
      asking.onCompleted();
      assertThat(response.hasFileDescriptorResponse()).as("%s", response).isTrue();
      List<String> names = new ArrayList<>();
      for (ByteString file : response.getFileDescriptorResponse().getFileDescriptorProtoList()) {
        FileDescriptorProto parsed = FileDescriptorProto.parseFrom(file);
        parsed
            .getMessageTypeList()
            .forEach(type -> names.add(parsed.getPackage() + "." + type.getName()));
        parsed
            .getServiceList()
            .forEach(service -> names.add(parsed.getPackage() + "." + service.getName()));
      }
      assertThat(names).contains(symbol);
    }
  }
}
