package io.quorate.transport.client;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.quorate.proto.v1.DeleteRequest;
import io.quorate.proto.v1.Failure.Reason;
import io.quorate.proto.v1.GetRequest;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.OperationResult;
import io.quorate.proto.v1.PipeRequest;
import io.quorate.proto.v1.PutRequest;
import io.quorate.transport.RequestLimits;
import io.quorate.version.Hlc;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PipeTest {
  private KeyValueHouse house = new KeyValueHouse();

  @AfterEach
  void close() throws Exception {
    house.close();
    assertThat(house.lane.broken).isEmpty();
  }

  @Test
  void resultsOfOneTurnTravelTogether() {
    house.dataPlane.answers = operation -> null;
    PipeClient client = PipeClient.open(house.async());
    long[] ids = LongStream.rangeClosed(1, 200).toArray();
    client.get(ids);
    await().until(() -> house.dataPlane.asked.size() == 200);

    house.lane.run(
        () ->
            house.dataPlane.asked.forEach(
                asked -> asked.callback().done(FakeDataPlane.found(asked.operation().key()))));

    await().until(() -> client.ids().size() == 200);
    assertThat(client.responses).hasSize(1);
    assertThat(client.ids()).containsExactlyElementsOf(LongStream.of(ids).boxed().toList());
    client
        .responses
        .getFirst()
        .getResultsList()
        .forEach(
            result ->
                assertThat(result.getGet().getValue().toStringUtf8())
                    .isEqualTo("k" + result.getId()));
  }

  /** Clients rely on it that the clock was told later than they sent what is answered. */
  @Test
  void eachFrameTellsTheClockAsOfWhenItIsSent() {
    PipeClient client = PipeClient.open(house.async());
    long before = System.currentTimeMillis();
    client.get(1);
    await().until(() -> client.ids().size() == 1);
    long first = client.responses.getFirst().getClockMs();
    assertThat(first).isBetween(before, System.currentTimeMillis());
    client.get(2);
    await().until(() -> client.ids().size() == 2);
    assertThat(client.responses.getLast().getClockMs()).isGreaterThanOrEqualTo(first);
  }

  @Test
  void eachKindOfOperationHasItsKindOfResult() {
    house.dataPlane.answers = operation -> FakeDataPlane.written(1);
    PipeClient client = PipeClient.open(house.async());
    ByteString key = ByteString.copyFromUtf8("k");
    client.send(
        PipeRequest.newBuilder()
            .addOperations(
                Operation.newBuilder().setId(1).setPut(PutRequest.newBuilder().setKey(key)))
            .addOperations(
                Operation.newBuilder().setId(2).setDelete(DeleteRequest.newBuilder().setKey(key)))
            .addOperations(Operation.newBuilder().setId(3))
            .addOperations(Operation.newBuilder().setId(4).setGet(GetRequest.newBuilder()))
            .build());
    await().until(() -> client.ids().size() == 4);
    var results = client.responses.getFirst().getResultsList();
    assertThat(results).anyMatch(result -> result.getId() == 1 && result.hasPut());
    assertThat(results).anyMatch(result -> result.getId() == 2 && result.hasDelete());
    assertThat(results)
        .anyMatch(
            result ->
                result.getId() == 3
                    && result.getFailure().getReason() == Reason.REASON_INVALID
                    && result.getFailure().getMessage().contains("the operation is empty"));
    assertThat(results)
        .anyMatch(
            result ->
                result.getId() == 4 && result.getFailure().getMessage().contains("key is empty"));
  }

  @Test
  void anOperationsOwnTimeoutIsItsDeadline() {
    house.dataPlane.answers = operation -> null;
    PipeClient client = PipeClient.open(house.async());
    long before = System.nanoTime();
    client.send(
        PipeRequest.newBuilder()
            .addOperations(
                Operation.newBuilder()
                    .setTimeoutMs(30_000)
                    .setGet(GetRequest.newBuilder().setKey(ByteString.copyFromUtf8("k"))))
            .build());
    await().until(() -> house.dataPlane.asked.size() == 1);
    long deadline = house.dataPlane.asked.getFirst().deadlineNanos();
    // Less than it asked for if this machine was paused meanwhile.
    assertThat(deadline - before).isGreaterThan(SECONDS.toNanos(20));
    assertThat(deadline - System.nanoTime()).isLessThanOrEqualTo(SECONDS.toNanos(30));
  }

  @Test
  void aWriteThatWasLongerOnItsWayThanItsSenderWaitsIsNotCarriedOut() {
    PipeClient client = PipeClient.open(house.async());
    long now = System.currentTimeMillis();
    ByteString key = ByteString.copyFromUtf8("k");
    PutRequest put = PutRequest.newBuilder().setKey(key).build();
    DeleteRequest delete = DeleteRequest.newBuilder().setKey(key).build();
    Operation.Builder late = Operation.newBuilder().setTimeoutMs(1_000).setSentAtMs(now - 60_000);
    client.send(
        PipeRequest.newBuilder()
            .addOperations(late.clone().setId(1).setPut(put))
            .addOperations(late.clone().setId(2).setDelete(delete))
            .addOperations(late.clone().setId(3).setTimeoutMs(90_000).setPut(put))
            .addOperations(late.clone().setId(4).setSentAtMs(now + 60_000).setPut(put))
            .addOperations(late.clone().setId(5).setSentAtMs(0).setPut(put))
            .build());
    await().until(() -> client.ids().size() == 5);

    assertThat(client.responses.stream().flatMap(frame -> frame.getResultsList().stream()))
        .allMatch(result -> result.hasFailure() == (result.getId() <= 2))
        .filteredOn(OperationResult::hasFailure)
        .allMatch(result -> result.getFailure().getReason() == Reason.REASON_NOT_SERVING)
        .noneMatch(result -> result.getFailure().getMayHaveApplied())
        .as("senders that still wait learn that this clock was set forward")
        .allMatch(result -> Hlc.millis(result.getFailure().getAboveHlc()) >= now);
    assertThat(house.dataPlane.asked).hasSize(3);
  }

  @Test
  void bytesThatAreNoBatchEndTheStreamWithTheReason() throws Exception {
    PipeClient client = PipeClient.open(house.async());
    // Field 1 of a PipeRequest is a message, and these are unknown fields of one to the generated
    // class: a group that never ends.
    client.send(
        PipeRequest.newBuilder()
            .setUnknownFields(
                com.google.protobuf.UnknownFieldSet.newBuilder()
                    .addField(
                        1,
                        com.google.protobuf.UnknownFieldSet.Field.newBuilder()
                            .addLengthDelimited(ByteString.copyFrom(new byte[] {(byte) 0x82, 9}))
                            .build())
                    .build())
            .build());
    Status status = client.ended.get(10, SECONDS);
    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(status.getDescription()).startsWith("PipeRequest of");
  }

  /** Two bytes each on the wire: as many of them in 16 MiB would be gigabytes of objects. */
  @Test
  void aFrameOfTooManyOperationsEndsTheStreamAndNoneAfterItsBoundIsBegun() throws Exception {
    PipeClient client = PipeClient.open(house.async());
    PipeRequest.Builder request = PipeRequest.newBuilder();
    for (int i = 0; i < 5_000; i++) {
      request.addOperations(
          Operation.newBuilder()
              .setId(i)
              .setGet(GetRequest.newBuilder().setKey(ByteString.copyFromUtf8("k"))));
    }
    client.send(request.build());
    Status status = client.ended.get(10, SECONDS);
    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(status.getDescription()).contains("more than 4096 operations: send them in several");
    assertThat(house.dataPlane.asked).hasSize(4096);

    PipeClient honest = PipeClient.open(house.async());
    honest.get(LongStream.range(0, 4096).toArray());
    await().until(() -> honest.ids().size() == 4096);
  }

  /** What waits within a frame is not begun while the answers before it are not read. */
  @Test
  void theRestOfAFrameWaitsUntilItsAnswersAreRead() throws Exception {
    open(new RequestLimits(4096, 4 << 20, 1000, 1000, 100, 1 << 20, 64 << 20, 5000));
    byte[] large = new byte[256 << 10];
    house.dataPlane.answers = operation -> FakeDataPlane.found(large);
    PipeClient client = PipeClient.openWithoutReading(house.async());
    client.get(LongStream.range(0, 100).toArray());
    client.halfClose();
    await().until(() -> house.dataPlane.asked.size() >= 4);
    fence();
    assertThat(house.dataPlane.asked).hasSizeLessThan(50);

    client.read(1000);
    assertThat(client.ended.get(10, SECONDS).isOk()).isTrue();
    assertThat(client.ids()).containsExactlyElementsOf(LongStream.range(0, 100).boxed().toList());
  }

  @Test
  void halfClosingStillBringsTheAnswers() throws Exception {
    house.dataPlane.answers = operation -> null;
    PipeClient client = PipeClient.open(house.async());
    client.get(1);
    client.halfClose();
    await().until(() -> house.dataPlane.asked.size() == 1);
    house.lane.run(
        () -> house.dataPlane.asked.getFirst().callback().done(FakeDataPlane.found(new byte[0])));
    assertThat(client.ended.get(10, SECONDS).isOk()).isTrue();
    assertThat(client.ids()).containsExactly(1L);
  }

  @Test
  void answersForAClientThatHasLeftAreDropped() {
    house.dataPlane.answers = operation -> null;
    PipeClient client = PipeClient.open(house.async());
    client.get(1, 2);
    await().until(() -> house.dataPlane.asked.size() == 2);
    client.leave();
    fence();
    house.lane.run(
        () ->
            house.dataPlane.asked.forEach(
                asked -> asked.callback().done(FakeDataPlane.found(new byte[0]))));
    fence();
    assertThat(client.responses).isEmpty();
  }

  @Test
  void noMoreIsReadThanMayBeInFlight() throws Exception {
    open(new RequestLimits(4096, 4 << 20, 1000, 1000, 10, 1 << 20, 64 << 20, 5000));
    house.dataPlane.answers = operation -> null;
    PipeClient client = PipeClient.open(house.async());
    for (int frame = 0; frame < 5; frame++) {
      client.get(LongStream.range(frame * 10L, frame * 10L + 10).toArray());
    }
    await().until(() -> house.dataPlane.asked.size() >= 10);
    fence();
    assertThat(house.dataPlane.asked).hasSize(10);

    house.lane.run(
        () -> house.dataPlane.asked.getFirst().callback().done(FakeDataPlane.written(1)));
    await().until(() -> house.dataPlane.asked.size() >= 20);
    fence();
    assertThat(house.dataPlane.asked).hasSize(20);
  }

  @Test
  void beyondTheNodesBoundOperationsAreRefusedAtOnce() throws Exception {
    open(new RequestLimits(4096, 4 << 20, 1000, 3, 100, 1 << 20, 64 << 20, 5000));
    house.dataPlane.answers = operation -> null;
    PipeClient client = PipeClient.open(house.async());
    client.get(1, 2, 3, 4, 5);
    await().until(() -> client.ids().size() == 2);
    assertThat(client.ids()).containsExactly(4L, 5L);
    var failure = client.responses.getFirst().getResults(0).getFailure();
    assertThat(failure.getReason()).isEqualTo(Reason.REASON_OVERLOADED);
    assertThat(failure.getRetryAfterMs()).isPositive();
    assertThat(failure.getMayHaveApplied()).isFalse();

    house.lane.run(
        () -> house.dataPlane.asked.getFirst().callback().done(FakeDataPlane.written(1)));
    client.get(6);
    await().until(() -> house.dataPlane.asked.size() == 4);
  }

  /** Memory for a client that asks and does not read is bounded; once it reads, it gets all. */
  @Test
  void aClientThatDoesNotReadIsNotReadFrom() throws Exception {
    open(new RequestLimits(4096, 4 << 20, 1000, 1000, 100, 1 << 20, 64 << 20, 5000));
    byte[] large = new byte[256 << 10];
    house.dataPlane.answers = operation -> FakeDataPlane.found(large);
    PipeClient client = PipeClient.openWithoutReading(house.async());
    int frames = 100;
    for (int id = 0; id < frames; id++) {
      client.get(id);
    }
    await().until(() -> house.dataPlane.asked.size() >= 4);
    fence();
    int begun = house.dataPlane.asked.size();
    assertThat(begun).isLessThan(frames / 2);

    client.read(1000);
    await().until(() -> client.ids().size() == frames);
    List<Long> expected = new ArrayList<>(LongStream.range(0, frames).boxed().toList());
    assertThat(client.ids()).containsExactlyElementsOf(expected);
  }

  private void open(RequestLimits limits) throws Exception {
    house.close();
    house = new KeyValueHouse(limits, (tenant, kind, level, result, nanos) -> {});
  }

  /** Calls on the same connection come after what was sent on it before, in both directions. */
  private void fence() {
    for (int i = 0; i < 5; i++) {
      assertThat(
              io.grpc.health.v1.HealthGrpc.newBlockingStub(house.channel)
                  .check(io.grpc.health.v1.HealthCheckRequest.getDefaultInstance())
                  .isInitialized())
          .isTrue();
    }
  }
}
