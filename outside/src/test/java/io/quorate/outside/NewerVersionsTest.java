package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.quorate.proto.internal.PeerMessage;
import io.quorate.proto.internal.ReadRecord;
import io.quorate.proto.internal.WriteRecord;
import io.quorate.proto.v1.AdminGrpc;
import io.quorate.proto.v1.BatchPutRequest;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.GetPlacementRequest;
import io.quorate.proto.v1.GetStatusRequest;
import io.quorate.proto.v1.GetStatusResponse;
import io.quorate.proto.v1.KeyValueGrpc;
import io.quorate.proto.v1.NodeStatus;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.OperationResult;
import io.quorate.proto.v1.PipeRequest;
import io.quorate.proto.v1.PipeResponse;
import io.quorate.proto.v1.PlacementGrpc;
import io.quorate.proto.v1.PutRequest;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Clients and nodes of a newer version say what these nodes do not know: it is refused for what it
 * is, and the stream that it came on goes on.
 */
@Tag("campaign")
class NewerVersionsTest {
  /** Field 77 with a number in it. */
  private static final UnknownFieldSet NEWER =
      UnknownFieldSet.newBuilder()
          .addField(77, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
          .build();

  private static Nodes nodes;

  @BeforeAll
  static void startNodes() {
    nodes = Nodes.threeOnLoopback().start();
  }

  @AfterAll
  static void endNodes() {
    nodes.close();
  }

  @Test
  void aBatchWithAFieldThatIsNotKnownIsRefused() {
    ManagedChannel channel = channel(nodes.node(0));
    try {
      var keyValue =
          KeyValueGrpc.newBlockingStub(channel).withDeadlineAfter(Duration.ofSeconds(30));
      BatchPutRequest known = BatchPutRequest.newBuilder().addPuts(put("batch")).build();
      BatchPutRequest beside = known.toBuilder().setUnknownFields(NEWER).build();
      assertThatThrownBy(() -> keyValue.batchPut(beside))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              refused -> {
                assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
                assertThat(refused.getStatus().getDescription()).contains("77");
              });
      BatchPutRequest within =
          BatchPutRequest.newBuilder()
              .addPuts(put("batch").toBuilder().setUnknownFields(NEWER))
              .addPuts(put("batch"))
              .build();
      var results = keyValue.batchPut(within).getResultsList();
      assertNotUnderstood(results.get(0));
      assertThat(results.get(1).hasPut()).as("%s", results).isTrue();
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void aPipeGoesOnAfterOperationsWithFieldsThatAreNotKnown() throws InterruptedException {
    ManagedChannel channel = channel(nodes.node(0));
    BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
    try {
      StreamObserver<PipeRequest> pipe = KeyValueGrpc.newStub(channel).pipe(new Noting(heard));
      Operation plain = Operation.newBuilder().setId(1).setPut(put("pipe")).build();
      Operation newer =
          plain.toBuilder()
              .setId(2)
              .setPut(put("pipe").toBuilder().setUnknownFields(NEWER))
              .build();
      pipe.onNext(PipeRequest.newBuilder().addOperations(newer).build());
      assertNotUnderstood(next(heard));
      pipe.onNext(PipeRequest.newBuilder().addOperations(plain).setUnknownFields(NEWER).build());
      assertNotUnderstood(next(heard));
      pipe.onNext(PipeRequest.newBuilder().addOperations(plain).build());
      assertThat(next(heard).hasPut()).isTrue();
    } finally {
      channel.shutdownNow();
    }
  }

  /** A program takes the third node's place, and writes a record of format 99 on the others. */
  @Test
  void aMemberThatWritesARecordOfANewerFormatIsToldSoAndHeardOn() {
    Node to = nodes.node(0);
    GetStatusResponse status = status(to);
    NodeStatus third =
        status.getNodesList().stream()
            .filter(each -> each.getAddress().equals(nodes.node(2).address()))
            .findFirst()
            .orElseThrow();
    long epoch = epochOfTheFirstPartition(to);
    nodes.node(2).kill();
    try (LyingMember member =
        new LyingMember(
            status.getClusterId(), third.getId(), third.getIncarnation() + 1, third.getAddress())) {
      WriteRecord newer =
          WriteRecord.newBuilder()
              .setId(77)
              .setEpoch(epoch)
              .setTenant(1)
              .setKey(ByteString.copyFromUtf8("newer"))
              .setRecord(ByteString.copyFrom(new byte[] {99, 1, 2, 3}))
              .setCause(WriteRecord.Cause.CAUSE_FRESH)
              .setTimeoutMs(10_000)
              .build();
      ReadRecord known =
          ReadRecord.newBuilder()
              .setId(78)
              .setEpoch(epoch)
              .setTenant(1)
              .setKey(ByteString.copyFromUtf8("newer"))
              .setWant(ReadRecord.Want.WANT_RECORD)
              .setTimeoutMs(10_000)
              .build();
      member.sayUntilAnswered(
          to.address(),
          PeerMessage.newBuilder().setWriteRecord(newer).build(),
          answer -> answer.hasNotUnderstood() && answer.getNotUnderstood().getId() == 77);
      member.sayUntilAnswered(
          to.address(),
          PeerMessage.newBuilder().setReadRecord(known).build(),
          answer ->
              answer.hasReadReply()
                  && answer.getReadReply().getId() == 78
                  && answer.getReadReply().hasSame()); // neither of them has a record
      assertThat(member.streamsTo(to.address())).isEqualTo(1);
      assertThat(to.meter("quorate_not_understood_total")).isPositive();
    }
    nodes.node(2).start();
    nodes.awaitReady();
  }

  private static long epochOfTheFirstPartition(Node node) {
    ManagedChannel channel = channel(node);
    try {
      return PlacementGrpc.newBlockingStub(channel)
          .withDeadlineAfter(Duration.ofSeconds(20))
          .getPlacement(GetPlacementRequest.getDefaultInstance())
          .getPartitions(0)
          .getEpoch();
    } finally {
      channel.shutdownNow();
    }
  }

  private static PutRequest put(String key) {
    return PutRequest.newBuilder()
        .setKey(ByteString.copyFromUtf8(key))
        .setValue(ByteString.copyFromUtf8("value"))
        .build();
  }

  private static void assertNotUnderstood(OperationResult result) {
    assertThat(result.getFailure().getReason())
        .as("%s", result)
        .isEqualTo(Failure.Reason.REASON_INVALID);
    assertThat(result.getFailure().getMessage()).contains("77");
  }

  private static OperationResult next(BlockingQueue<Object> heard) throws InterruptedException {
    Object next = heard.poll(30, TimeUnit.SECONDS);
    assertThat(next).isInstanceOf(OperationResult.class);
    return (OperationResult) next;
  }

  private static ManagedChannel channel(Node node) {
    return NettyChannelBuilder.forTarget(node.address()).usePlaintext().build();
  }

  private static GetStatusResponse status(Node node) {
    ManagedChannel channel = channel(node);
    try {
      return AdminGrpc.newBlockingStub(channel)
          .withDeadlineAfter(Duration.ofSeconds(20))
          .getStatus(GetStatusRequest.getDefaultInstance());
    } finally {
      channel.shutdownNow();
    }
  }

  /** Notes the results, and the end of the stream. */
  private record Noting(BlockingQueue<Object> heard) implements StreamObserver<PipeResponse> {
    @Override
    public void onNext(PipeResponse response) {
      heard.addAll(response.getResultsList());
    }

    @Override
    public void onError(Throwable end) {
      heard.add(end);
    }

    @Override
    public void onCompleted() {
      heard.add("completed");
    }
  }
}
