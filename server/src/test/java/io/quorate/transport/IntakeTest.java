package io.quorate.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.quorate.proto.v1.KeyValueGrpc;
import io.quorate.proto.v1.PutRequest;
import io.quorate.replication.event.RequestEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages that begin to come and do not come whole: gRPC keeps what has come in memory. */
class IntakeTest {
  private static final String PUT = "/quorate.v1.KeyValue/Put";
  private static final String PIPE = "/quorate.v1.KeyValue/Pipe";
  private static final String PEER_STREAM = "/quorate.internal.Peering/Stream";
  private static final String CREATE_TENANT = "/quorate.v1.Admin/CreateTenant";
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  private @Nullable EverythingHouse opened;

  private EverythingHouse house(IntakeLimits limits) {
    opened = new EverythingHouse(limits);
    return opened;
  }

  @AfterEach
  void close() {
    if (opened != null) {
      opened.close();
      assertThat(opened.lane.broken).isEmpty();
    }
  }

  private static void assertServes(EverythingHouse house) {
    assertThat(
            HealthGrpc.newBlockingStub(house.channel)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatusValue())
        .isPositive();
  }

  /** A call that announces {@code announced} bytes and sends {@code sent} of them. */
  private static int begin(RawConnection client, String path, int announced, int sent)
      throws IOException {
    int stream = client.call(path);
    assertThat(client.send(stream, RawConnection.announced(announced))).isTrue();
    assertThat(client.send(stream, new byte[sent])).isTrue();
    return stream;
  }

  @Test
  void messagesOfOneConnectionThatAreNotWholeAreBounded() throws IOException {
    EverythingHouse house = house(new IntakeLimits(1 << 20, 1 << 30, 1 << 30, MINUTE, MINUTE));
    try (RawConnection client = new RawConnection(house.server.port())) {
      for (int i = 0; i < 10; i++) {
        int stream = begin(client, PUT, 4 << 20, 256 << 10);
        boolean beyond = i >= 4;
        await().until(() -> client.ended.contains(stream) || !beyond);
      }
      assertThat(house.events).contains(new RequestEvent.Overloaded("incoming_bytes"));
      assertThat(client.ended).hasSizeBetween(6, 7);
      assertServes(house);
    }
  }

  @Test
  void messagesOfAllConnectionsThatAreNotWholeAreBounded() throws IOException {
    EverythingHouse house = house(new IntakeLimits(1 << 30, 1 << 20, 1 << 30, MINUTE, MINUTE));
    RawConnection first = new RawConnection(house.server.port());
    try (RawConnection second = new RawConnection(house.server.port())) {
      begin(first, PIPE, 16 << 20, 700 << 10);
      assertThat(first.awaitRead()).isTrue();
      int stream = begin(second, PIPE, 16 << 20, 700 << 10);
      await().until(() -> second.ended.contains(stream));
      assertThat(first.ended).isEmpty();
      // A small message is accepted nevertheless.
      int small = begin(second, PUT, 1000, 900);
      assertServes(house);
      assertThat(second.ended).doesNotContain(small);
      // A message that ends gives its bytes back.
      first.close();
      await()
          .until(
              () -> {
                int again = begin(second, PIPE, 16 << 20, 700 << 10);
                assertServes(house);
                return !second.ended.contains(again);
              });
    }
  }

  /** The sender receives the refusal, and so may ask again elsewhere. */
  @Test
  void messageThatIsRefusedAndYetComesWholeIsNotActedOn() {
    EverythingHouse house = house(new IntakeLimits(1 << 30, 5 << 10, 1 << 30, MINUTE, MINUTE));
    house.dataPlane.answers = operation -> null;
    PutRequest put =
        PutRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8("k"))
            .setValue(ByteString.copyFrom(new byte[6 << 10]))
            .build();
    assertThatThrownBy(() -> KeyValueGrpc.newBlockingStub(house.channel).put(put))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            refused ->
                assertThat(refused.getStatus().getCode())
                    .isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
    assertThat(house.dataPlane.asked).isEmpty();
    assertServes(house);
  }

  /** Each fragment is a separate object, however short. */
  @Test
  void manySmallFragmentsCountForMoreThanTheirBytes() throws IOException {
    EverythingHouse house = house(new IntakeLimits(256 << 10, 1 << 30, 1 << 30, MINUTE, MINUTE));
    try (RawConnection client = new RawConnection(house.server.port())) {
      int stream = begin(client, PUT, 1 << 20, 1);
      for (int i = 0; i < 2_000 && !client.ended.contains(stream); i++) {
        client.send(stream, new byte[1]);
      }
      await().until(() -> client.ended.contains(stream));
      assertServes(house);
    }
  }

  @Test
  void messageThatDoesNotComeWholeInTimeEndsItsCall() throws IOException {
    long nanos = TimeUnit.MILLISECONDS.toNanos(500);
    EverythingHouse house = house(new IntakeLimits(1 << 30, 1 << 30, 1 << 30, nanos, MINUTE));
    try (RawConnection client = new RawConnection(house.server.port())) {
      int put = begin(client, PUT, 1 << 20, 1000);
      int silent = client.call(PUT);
      int pipe = begin(client, PIPE, 1 << 20, 1000);
      int idlePipe = client.call(PIPE);
      await().until(() -> client.ended.size() >= 3);
      assertThat(client.ended).containsExactlyInAnyOrder(put, silent, pipe);
      assertThat(client.ended).doesNotContain(idlePipe);
    }
  }

  /** What was sent meanwhile could not be read, however willing the client was. */
  @Test
  void whileThisProcessStandsStillNoMessageIsLate() throws Exception {
    long nanos = TimeUnit.SECONDS.toNanos(2);
    EverythingHouse house = house(new IntakeLimits(1 << 30, 1 << 30, 1 << 30, nanos, MINUTE));
    try (RawConnection client = new RawConnection(house.server.port())) {
      int put = begin(client, PUT, 1 << 20, 1000);
      assertThat(client.awaitRead()).isTrue();
      CountDownLatch over = new CountDownLatch(1);
      house.lane.lane().execute(() -> standStill(nanos + nanos / 4, over));
      over.await();
      assertServes(house);
      assertThat(client.ended).doesNotContain(put);
      await().until(() -> client.ended.contains(put));
    }
  }

  private static void standStill(long nanos, CountDownLatch over) {
    LockSupport.parkNanos(nanos);
    over.countDown();
  }

  @Test
  void messageLongerThanItsMethodTakesEndsItsCall() throws IOException {
    EverythingHouse house = house(new IntakeLimits(1 << 30, 1 << 30, 1 << 30, MINUTE, MINUTE));
    try (RawConnection client = new RawConnection(house.server.port())) {
      int create = begin(client, CREATE_TENANT, 1 << 20, 100 << 10);
      int put = begin(client, PUT, 12 << 20, 9 << 20); // two values may be there, and a little
      await().until(() -> client.ended.contains(create) && client.ended.contains(put));
      int honest = begin(client, PUT, 12 << 20, 8 << 20);
      assertServes(house);
      assertThat(client.ended).doesNotContain(honest);
    }
  }

  /** The first one says which node speaks, and until it is read any process may have sent it. */
  @Test
  void theFirstMessageOfAStreamBetweenNodesIsSmall() throws IOException {
    EverythingHouse house = house(IntakeLimits.of(RequestLimits.DEFAULT));
    try (RawConnection client = new RawConnection(house.server.port())) {
      int stream = begin(client, PEER_STREAM, 60 << 20, 100 << 10);
      await().until(() -> client.ended.contains(stream));
      int hello = begin(client, PEER_STREAM, 1000, 900);
      assertServes(house);
      assertThat(client.ended).doesNotContain(hello);
    }
  }

  /** Without one, the second message could be as large as a node may send. */
  @Test
  void aStreamBetweenNodesThatBeginsWithoutAHelloEnds() throws IOException {
    EverythingHouse house = house(IntakeLimits.of(RequestLimits.DEFAULT));
    try (RawConnection client = new RawConnection(house.server.port())) {
      int stream = begin(client, PEER_STREAM, 0, 0);
      await().until(() -> client.ended.contains(stream));
    }
  }

  /** A few bytes on the wire must not become many in memory, before it is known who sent them. */
  @Test
  void theFirstMessageOfAStreamBetweenNodesIsSmallOnceItIsUnpacked() throws IOException {
    EverythingHouse house = house(IntakeLimits.of(RequestLimits.DEFAULT));
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(0x7A); // a field that no node knows, of 1 MiB
      gzip.write(new byte[] {(byte) 0x80, (byte) 0x80, 0x40});
      gzip.write(new byte[1 << 20]);
    }
    try (RawConnection client = new RawConnection(house.server.port())) {
      int stream = client.call(PEER_STREAM, "gzip");
      byte[] announced = RawConnection.announced(packed.size());
      announced[0] = 1;
      assertThat(client.send(stream, announced)).isTrue();
      assertThat(client.send(stream, packed.toByteArray())).isTrue();
      await().until(() -> client.ended.contains(stream));
    }
    assertThat(house.events).isEmpty();
  }
}
