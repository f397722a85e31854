package io.quorate.transport.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.quorate.proto.v1.BatchGetRequest;
import io.quorate.proto.v1.BatchGetResponse;
import io.quorate.proto.v1.BatchPutRequest;
import io.quorate.proto.v1.BatchPutResponse;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.GetRequest;
import io.quorate.proto.v1.GetResponse;
import io.quorate.proto.v1.OperationResult;
import io.quorate.proto.v1.PutRequest;
import io.quorate.replication.api.Outcome;
import io.quorate.transport.RequestLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** However many ask and do not read: what is kept for them is bounded. */
class UnreadAnswersTest {
  private static final long UNREAD_MAX = 4 << 20;
  private static final byte[] LARGE = new byte[256 << 10];

  private final KeyValueHouse house =
      new KeyValueHouse(
          new RequestLimits(4096, 4 << 20, 1000, 20_000, 4096, 1 << 20, UNREAD_MAX, 5000),
          (tenant, kind, level, result, nanos) -> {});

  @AfterEach
  void close() {
    house.close();
  }

  /** All is asked before anything is answered, so that no flow control can help. */
  @Test
  void pipesThatAskForMuchAtOnceAndReadNothing() {
    house.dataPlane.answers = operation -> null;
    List<PipeClient> clients = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      PipeClient client = PipeClient.openWithoutReading(house.async());
      client.get(LongStream.range(0, 100).toArray());
      clients.add(client);
    }
    await().until(() -> house.dataPlane.asked.size() == 2_000);
    Outcome found = FakeDataPlane.found(LARGE);
    house.lane.run(() -> house.dataPlane.asked.forEach(one -> one.callback().done(found)));

    assertThat(house.unreadBytes()).isLessThan(UNREAD_MAX + 2_000 * 1_024);
    clients.forEach(client -> client.read(1000));
    await().until(() -> clients.stream().allMatch(client -> client.ids().size() == 100));
    await().until(() -> house.unreadBytes() == 0);
    assertThat(
            clients.stream()
                .flatMap(client -> client.responses.stream())
                .flatMap(response -> response.getResultsList().stream())
                .filter(OperationResult::hasFailure)
                .map(result -> result.getFailure().getReason()))
        .as("what found no room")
        .hasSizeGreaterThan(1_500)
        .containsOnly(Failure.Reason.REASON_OVERLOADED);
  }

  @Test
  void tenThousandCallsWhoseAnswersNobodyReads() {
    house.dataPlane.answers = operation -> FakeDataPlane.found(LARGE);
    List<Silent> calls = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      Silent call = new Silent();
      house.async().get(GetRequest.newBuilder().setKey(ByteString.copyFromUtf8("k")).build(), call);
      calls.add(call);
    }
    // One processor carries 2,000 a second: all of them may take long, but they never stop coming.
    for (int thousands = 1; thousands <= 10; thousands++) {
      int asked = thousands * 1_000;
      await().until(() -> house.dataPlane.asked.size() >= asked);
    }

    assertThat(house.unreadBytes()).isLessThanOrEqualTo(UNREAD_MAX);
    calls.forEach(Silent::leave);
    await().until(() -> house.unreadBytes() == 0);
  }

  @Test
  void batchWhoseAnswersWouldBeHugeGetsAsManyAsFit() {
    house.dataPlane.answers = operation -> FakeDataPlane.found(LARGE);
    BatchGetRequest.Builder batch = BatchGetRequest.newBuilder();
    for (int i = 0; i < 1_000; i++) {
      batch.addGets(GetRequest.newBuilder().setKey(ByteString.copyFromUtf8("k" + i)));
    }
    RequestLimits wide =
        new RequestLimits(4096, 1 << 20, 1000, 20_000, 4096, 1 << 20, 64 << 20, 5000);
    try (KeyValueHouse other =
        new KeyValueHouse(wide, (tenant, kind, level, result, nanos) -> {})) {
      other.dataPlane.answers = operation -> FakeDataPlane.found(LARGE);
      BatchGetResponse response = other.blocking().batchGet(batch.build());

      assertThat(response.getSerializedSize()).isLessThan(wide.messageBytesMax() + (1 << 20));
      assertThat(response.getResults(0).hasGet()).isTrue();
      Failure last = response.getResults(999).getFailure();
      assertThat(last.getReason()).isEqualTo(Failure.Reason.REASON_INVALID);
      assertThat(last.getMessage()).contains("another batch");
    }
  }

  /** A refusal would say that nothing was applied. */
  @Test
  void writesThatWereAppliedAreToldOfWhateverIsUnread() {
    Silent silent = leaveFullOfUnreadAnswers();
    house.dataPlane.answers = operation -> FakeDataPlane.written(1);
    BatchPutRequest.Builder batch = BatchPutRequest.newBuilder();
    for (int i = 0; i < 1_000; i++) {
      batch.addPuts(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("k" + i)));
    }
    BatchPutResponse response = house.blocking().batchPut(batch.build());
    assertThat(response.getResultsList()).hasSize(1_000).allMatch(OperationResult::hasPut);

    house.dataPlane.answers =
        operation ->
            new Outcome.Written(FakeDataPlane.version(1), FakeDataPlane.FACTS, new byte[2_000]);
    assertThat(house.blocking().put(batch.getPuts(0)).getContext().size()).isEqualTo(2_000);
    silent.leave();
  }

  /** What a client gets for nothing is bounded, reads and refused writes alike. */
  @Test
  void batchesThatApplyNothingAreRefusedWhileTooMuchIsUnread() {
    Silent silent = leaveFullOfUnreadAnswers();
    BatchGetRequest.Builder gets = BatchGetRequest.newBuilder();
    BatchPutRequest.Builder puts = BatchPutRequest.newBuilder();
    for (int i = 0; i < 1_000; i++) {
      gets.addGets(GetRequest.newBuilder().setKey(ByteString.copyFromUtf8("k" + i)));
      puts.addPuts(PutRequest.getDefaultInstance());
    }
    house.dataPlane.answers = operation -> FakeDataPlane.found(new byte[2]);
    assertOverloaded(() -> house.blocking().batchGet(gets.build()));
    assertOverloaded(() -> house.blocking().batchPut(puts.build()));
    silent.leave();
  }

  private static void assertOverloaded(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            refused ->
                assertThat(refused.getStatus().getCode())
                    .isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
  }

  /** It may have been stored while larger values were taken. */
  @Test
  void oneValueFitsIntoABatchHoweverLargeItIs() {
    RequestLimits small = new RequestLimits(4096, 1, 1000, 20_000, 4096, 1 << 20, 64 << 20, 5000);
    try (KeyValueHouse other =
        new KeyValueHouse(small, (tenant, kind, level, result, nanos) -> {})) {
      other.dataPlane.answers = operation -> FakeDataPlane.found(new byte[2 << 20]);
      BatchGetRequest.Builder batch = BatchGetRequest.newBuilder();
      batch.addGets(GetRequest.newBuilder().setKey(ByteString.copyFromUtf8("a")));
      batch.addGets(GetRequest.newBuilder().setKey(ByteString.copyFromUtf8("b")));
      BatchGetResponse response = other.blocking().batchGet(batch.build());
      assertThat(response.getResults(0).hasGet()).isTrue();
      assertThat(response.getResults(1).hasFailure()).isTrue();
    }
  }

  /** Returns a caller that has left so much unread that there is room for nothing more. */
  private Silent leaveFullOfUnreadAnswers() {
    house.dataPlane.answers = operation -> FakeDataPlane.found(new byte[(int) UNREAD_MAX - 100]);
    Silent silent = new Silent();
    house.async().get(GetRequest.newBuilder().setKey(ByteString.copyFromUtf8("k")).build(), silent);
    await().until(() -> house.unreadBytes() > UNREAD_MAX - 100);
    return silent;
  }

  /** A caller that asks for no answer to be delivered. */
  private static final class Silent implements ClientResponseObserver<GetRequest, GetResponse> {
    private volatile @Nullable ClientCallStreamObserver<GetRequest> call;

    @Override
    public void beforeStart(ClientCallStreamObserver<GetRequest> started) {
      started.disableAutoRequestWithInitial(0);
      call = started;
    }

    void leave() {
      Objects.requireNonNull(call).cancel("left", null);
    }

    @Override
    public void onNext(GetResponse value) {}

    @Override
    public void onError(Throwable gone) {}

    @Override
    public void onCompleted() {}
  }
}
