package io.quorate.transport.client;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.quorate.proto.v1.BatchPutRequest;
import io.quorate.proto.v1.DeleteRequest;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.KeyValueGrpc;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.PipeRequest;
import io.quorate.proto.v1.PutRequest;
import io.quorate.replication.event.RequestEvent;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node that is paused, as by SIGSTOP, and finds requests when it goes on. */
class LateCallsTest {
  private static final ByteString KEY = ByteString.copyFromUtf8("k");
  private static final PutRequest PUT = PutRequest.newBuilder().setKey(KEY).build();

  private final KeyValueHouse house = new KeyValueHouse();

  @AfterEach
  void close() {
    house.close();
    assertThat(house.lane.broken).isEmpty();
  }

  /** Blocks the lane while {@code meanwhile} runs, and for a second after it. */
  private void standStill(Runnable meanwhile) throws Exception {
    CountDownLatch still = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    house
        .lane
        .lane()
        .execute(
            () -> {
              still.countDown();
              try {
                goOn.await();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    assertThat(still.await(10, SECONDS)).isTrue();
    meanwhile.run();
    Thread.sleep(1_000); // the pause itself, which is what is tested
    goOn.countDown();
  }

  private KeyValueGrpc.KeyValueFutureStub calls(long timeoutMillis) {
    return KeyValueGrpc.newFutureStub(house.channel).withDeadlineAfter(timeoutMillis, MILLISECONDS);
  }

  private void connect() {
    assertThat(house.blocking().put(PUT).hasVersion()).isTrue();
    house.dataPlane.asked.clear();
  }

  @Test
  void whatItsSenderHasGivenUpIsNotCarriedOutAfterAPause() throws Exception {
    connect();
    standStill(
        () -> {
          var unusedPut = calls(500).put(PUT);
          var unusedDelete = calls(500).delete(DeleteRequest.newBuilder().setKey(KEY).build());
          var unusedBatch = calls(500).batchPut(BatchPutRequest.newBuilder().addPuts(PUT).build());
        });
    await()
        .until(() -> house.events.contains(new RequestEvent.Expired(RequestEvent.Stage.ARRIVED)));
    // Later calls on the connection come after those that had waited.
    assertThat(calls(60_000).put(PUT).get(10, SECONDS).hasVersion()).isTrue();
    assertThat(house.dataPlane.asked).hasSize(1);
  }

  @Test
  void whatIsLeftOfItsTimeIsTheDeadlineAfterAPause() throws Exception {
    connect();
    long before = System.nanoTime();
    standStill(
        () -> {
          var unusedPut = calls(20_000).put(PUT);
        });
    await().until(() -> house.dataPlane.asked.size() == 1);
    long deadline = house.dataPlane.asked.getFirst().deadlineNanos();
    // Never later than when the sender gives up.
    assertThat(deadline - before).isLessThan(SECONDS.toNanos(20) + MILLISECONDS.toNanos(900));
  }

  @Test
  void operationsOfAPipeThatDoNotSayWhenTheyWereSentAreRefusedAfterAPauseToo() throws Exception {
    connect();
    PipeClient pipe = PipeClient.open(house.async());
    pipe.get(1);
    await().until(() -> pipe.ids().size() == 1);
    house.dataPlane.asked.clear();
    Operation.Builder put = Operation.newBuilder().setPut(PUT);
    standStill(
        () ->
            pipe.send(
                PipeRequest.newBuilder()
                    .addOperations(put.clone().setId(2).setTimeoutMs(500))
                    .addOperations(put.clone().setId(3).setTimeoutMs(60_000))
                    .addOperations(put.clone().setId(4))
                    .build()));
    await().until(() -> pipe.ids().size() == 4);
    assertThat(house.dataPlane.asked).hasSize(2);
    Failure failure = pipe.responses.getLast().getResults(0).getFailure();
    assertThat(failure.getReason()).isEqualTo(Failure.Reason.REASON_NOT_SERVING);
    assertThat(failure.getMayHaveApplied()).isFalse();
  }

  @Test
  void aCallThatSaysWhenItWasSentIsHeldToThat() {
    long now = System.currentTimeMillis();
    assertThat(ends(String.valueOf(now - 60_000))).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(ends("yesterday")).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(house.dataPlane.asked).isEmpty();
    assertThat(ends(String.valueOf(now - 10))).isEqualTo(Status.Code.OK);
    assertThat(house.dataPlane.asked).hasSize(1);
  }

  private Status.Code ends(String sentAt) {
    Metadata headers = new Metadata();
    headers.put(LateCalls.SENT_AT, sentAt);
    try {
      var unused =
          house
              .blocking()
              .withDeadlineAfter(20, SECONDS)
              .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
              .put(PUT);
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }
}
