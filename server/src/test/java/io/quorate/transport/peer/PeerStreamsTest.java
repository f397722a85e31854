package io.quorate.transport.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.quorate.event.Event;
import io.quorate.model.ClusterId;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.model.NodeNames;
import io.quorate.model.Release;
import io.quorate.model.Releases;
import io.quorate.model.RequestId;
import io.quorate.placement.Placements;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.event.RequestEvent;
import io.quorate.replication.event.RequestEvent.DropReason;
import io.quorate.replication.message.ReplicaMessage.Asked;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Forward;
import io.quorate.replication.message.ReplicaMessage.Forwarded;
import io.quorate.replication.message.ReplicaMessage.Heartbeat;
import io.quorate.replication.message.ReplicaMessage.UnknownReply;
import io.quorate.replication.message.ReplicaMessage.UnknownRequest;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.runtime.real.SeededRandomness;
import io.quorate.transport.Frame;
import io.quorate.transport.RequestLimits;
import io.quorate.transport.TestLane;
import io.quorate.transport.codec.MalformedMessageException;
import io.quorate.transport.codec.WireWriter;
import io.quorate.transport.codec.peer.Hello;
import io.quorate.transport.codec.peer.PeerCodec;
import io.quorate.transport.codec.peer.Protocols;
import io.quorate.transport.event.TransportEvent;
import io.quorate.transport.tls.NodeTls;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class PeerStreamsTest {
  private final List<PeerNode> nodes = new ArrayList<>();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  PeerStreamsTest() {
    log.start();
    logger().addAppender(log);
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger("io.quorate.transport");
  }

  private PeerNode node(int id) {
    return add(new PeerNode(id));
  }

  private PeerNode add(PeerNode node) {
    nodes.add(node);
    return node;
  }

  @AfterEach
  void close() {
    logger().detachAppender(log);
    for (PeerNode node : nodes) {
      node.close();
      assertThat(node.lane.broken).isEmpty();
    }
  }

  private static Heartbeat numbered(long number) {
    return new Heartbeat(number, 0, true, 100, 0, null);
  }

  private static Write writeOf(int valueBytes) {
    Record record = Record.value(new Version(0, 1, new NodeId(1), 1), 1, 0, new byte[valueBytes]);
    return new Write(1, 1, 1, new Key(1, new byte[] {1}), record, Cause.FRESH, 1000);
  }

  private void connect(PeerNode a, PeerNode b) {
    Placements both = PeerNode.placements(a.member(), b.member());
    a.start(both);
    b.start(both);
    await().until(() -> a.isConnected(b) && b.isConnected(a));
  }

  /** Heartbeats and values alike, counted where they are: as they were encoded. */
  @Test
  void bytesThatAreSentAreThoseThatAreReceived() {
    PeerNode a = node(1);
    PeerNode b = node(2);
    connect(a, b);
    a.send(b.id, writeOf(100_000));
    a.send(b.id, numbered(1));
    await().until(() -> b.received.size() == 2);
    long sent = a.frames.stream().mapToLong(PeerStreamsTest::sent).sum();
    assertThat(sent).isBetween(100_000L, 100_200L);
    assertThat(b.frames.stream().mapToLong(PeerStreamsTest::received).sum()).isEqualTo(sent);
    assertThat(b.frames.stream().mapToLong(PeerStreamsTest::sent).sum()).isZero();
    assertThat(b.frames)
        .extracting(event -> ((TransportEvent.FrameReceived) event).peer())
        .containsOnly(a.id);
  }

  private static long sent(Event event) {
    return event instanceof TransportEvent.FrameSent frame ? frame.bytes() : 0;
  }

  private static long received(Event event) {
    return event instanceof TransportEvent.FrameReceived frame ? frame.bytes() : 0;
  }

  @Test
  void messagesArriveInTheOrderOfSending() {
    PeerNode a = node(1);
    PeerNode b = node(2);
    connect(a, b);
    int messages = 20_000;
    a.lane.run(
        () -> {
          for (int i = 0; i < messages; i++) {
            a.streams.messages().send(b.id, numbered(i));
          }
        });
    a.lane.run(() -> a.streams.raft().send(b.id, "raft".getBytes(UTF_8)));
    a.send(b.id, writeOf(4 << 20));
    a.send(b.id, numbered(messages));

    await().until(() -> b.received.size() == messages + 3);
    for (int i = 0; i < messages; i++) {
      assertThat(b.received.get(i)).isEqualTo(new PeerNode.Received(a.id, numbered(i)));
    }
    assertThat(b.received.get(messages).message()).isEqualTo("raft");
    assertThat(((Write) b.received.get(messages + 1).message()).record().valueLength())
        .isEqualTo(4 << 20);
    assertThat(b.received.getLast().message()).isEqualTo(numbered(messages));
    assertThat(a.events).isEmpty();
  }

  /** The setting is changed node by node, and records that were stored before go on to be sent. */
  @Test
  void howLargeValuesOfClientsMayBeBoundsNoMessageOfAnotherNode() {
    RequestLimits small = new RequestLimits(1, 1, 1000, 20_000, 4096, 1 << 20, 64 << 20, 5000);
    PeerNode a = node(1);
    PeerNode b = add(new PeerNode(2, "127.0.0.1", 0, PeerSettings.DEFAULT, NodeTls.off(), small));
    connect(a, b);
    a.lane.run(
        () -> { // in one frame
          a.streams.raft().send(b.id, new byte[(1 << 20) - 100]);
          a.streams.messages().send(b.id, writeOf(20 << 20));
        });
    await().until(() -> b.received.size() == 2);
    assertThat(a.events).isEmpty();
    assertThat(a.isConnected(b)).isTrue();
  }

  /** After a start all connect at once, and those that are known as nodes come first. */
  @Test
  void aNodeIsKnownWhereItWasReachedBeforeItHasReachedThisOne() throws Exception {
    PeerNode a = node(1);
    PeerNode b = add(new PeerNode(2, "127.0.0.2", 0, PeerSettings.DEFAULT, NodeTls.off()));
    InetAddress ofB = InetAddress.getByName("127.0.0.2");
    Placements.Member elsewhere = new Placements.Member(a.id, "127.0.0.1:1", "r", "z", 1);
    Hello saysSo =
        new Hello(a.id, PeerNode.CLUSTER, elsewhere.address(), 1, Protocols.KNOWN, Releases.THIS);
    assertThat(a.streams.isOfMember(ofB)).isFalse();
    b.start(PeerNode.placements(elsewhere, b.member()));
    a.start(saysSo, PeerNode.placements(elsewhere, b.member()));
    await().until(() -> a.isConnected(b));
    assertThat(b.isConnected(a)).isFalse();
    assertThat(a.streams.isOfMember(ofB)).isTrue();

    a.lane.run(() -> a.streams.follow(PeerNode.placements(elsewhere)));
    assertThat(a.streams.isOfMember(ofB)).isFalse();
  }

  private static Forward forward(long id, int timeoutMillis) {
    Operation put =
        new Operation.Put(
            "t",
            new byte[] {1},
            new byte[] {2},
            null,
            0,
            new RequestId(0, 1, 1),
            null,
            0,
            new byte[0],
            null,
            0);
    return new Forward(id, put, timeoutMillis);
  }

  /** Its client asked elsewhere long ago, and others have written since. */
  @Test
  void whatIsForwardedToANodeThatStandsStillIsNotCarriedOutOnceItsTimeIsOver() throws Exception {
    PeerNode a = node(1);
    PeerNode b = node(2);
    connect(a, b);
    CountDownLatch still = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    b.lane
        .lane()
        .execute(
            () -> {
              still.countDown();
              assertThatCode(goOn::await).doesNotThrowAnyException();
            });
    assertThat(still.await(10, TimeUnit.SECONDS)).isTrue();
    a.send(b.id, forward(1, 500));
    a.send(b.id, numbered(1));
    a.send(b.id, forward(2, 60_000));
    Thread.sleep(1_000); // the pause itself, which is what is tested
    goOn.countDown();

    await().until(() -> b.received.size() == 2);
    assertThat(b.received.getFirst()).isEqualTo(new PeerNode.Received(a.id, numbered(1)));
    Forward carriedOut = (Forward) b.received.getLast().message();
    assertThat(carriedOut.id()).isEqualTo(2);
    assertThat(carriedOut.timeoutMillis()).as("what is left of its time").isLessThan(59_100);
    assertThat(b.events).containsExactly(new RequestEvent.Expired(RequestEvent.Stage.ARRIVED));

    await().until(() -> a.received.size() == 1);
    Forwarded refused = (Forwarded) a.received.getFirst().message();
    assertThat(refused.id()).isEqualTo(1);
    Failure failure = ((Outcome.Failed) refused.outcome()).failure();
    assertThat(failure.reason()).isEqualTo(Failure.Reason.NOT_SERVING);
    assertThat(failure.mayHaveApplied()).isFalse();
  }

  @Test
  void aNodeThatComesBackIsConnectedAgainSoon() {
    PeerNode a = node(1);
    PeerNode b = new PeerNode(2);
    connect(a, b);
    int port = b.server.port();

    b.close();
    await().atMost(1, TimeUnit.SECONDS).until(() -> !a.isConnected(b));
    a.send(b.id, numbered(1));
    assertThat(a.events)
        .containsExactly(
            new TransportEvent.ConnectionEnded(b.id),
            new TransportEvent.MessageDropped(DropReason.NOT_CONNECTED));

    PeerNode again = add(new PeerNode(2, port, PeerSettings.DEFAULT));
    again.start(again.hello(2), PeerNode.placements(a.member(), again.member()));
    await().atMost(2, TimeUnit.SECONDS).until(() -> a.isConnected(again) && again.isConnected(a));
    a.send(again.id, numbered(2));
    await().until(() -> again.received.equals(List.of(new PeerNode.Received(a.id, numbered(2)))));
  }

  /** The pause has grown to a minute, and still the node is reached at once when it speaks. */
  @Test
  void aNodeThatIsHeardIsReachedWithoutSittingOutThePause() {
    PeerSettings patient =
        new PeerSettings(16 << 20, 16 << 20, 2000, 2000, 2000, 60_000, 60_000, true);
    PeerNode a = add(new PeerNode(1, 0, patient));
    PeerNode b = node(2);
    int port = b.server.port();
    Placements both = PeerNode.placements(a.member(), b.member());
    nodes.remove(b);
    b.close();
    a.start(both);
    await().until(() -> log.list.stream().anyMatch(line -> says(line, "cannot connect to node")));

    PeerNode again = add(new PeerNode(2, port, PeerSettings.DEFAULT));
    again.start(PeerNode.placements(a.member(), again.member()));
    await().until(() -> a.isConnected(again));
  }

  /** What it says when it opens its stream is newer than what the state knows. */
  @Test
  void aNodeThatStartsElsewhereIsReachedWhereItSaysThatItIs() {
    PeerNode a = node(1);
    PeerNode b = new PeerNode(2);
    Placements both = PeerNode.placements(a.member(), b.member());
    connect(a, b);
    b.close();
    await().until(() -> !a.isConnected(b));

    PeerNode elsewhere = node(2);
    elsewhere.start(elsewhere.hello(2), both);
    await().until(() -> a.isConnected(elsewhere) && elsewhere.isConnected(a));

    a.lane.run(() -> a.streams.follow(both)); // which changes something else
    a.send(elsewhere.id, numbered(1));
    await().until(() -> elsewhere.received.size() == 1);
  }

  /** Both nodes have been introduced to each other, and neither is at the address in the state. */
  @Test
  void nodesThatAreAllElsewhereReachEachOtherOnceTheyHaveMet() {
    PeerNode a = node(1);
    PeerNode b = node(2);
    Placements past =
        PeerNode.placements(
            new Placements.Member(a.id, "127.0.0.1:1", "r", "z", 1),
            new Placements.Member(b.id, "127.0.0.1:1", "r", "z", 1));
    a.lane.run(() -> a.streams.met(b.id, b.address(), 2));
    a.start(a.hello(2), past);
    b.start(b.hello(2), past);

    await().until(() -> a.isConnected(b) && b.isConnected(a));
  }

  @Test
  void aForeignClusterIsRefusedAndBothSidesSayItOnce() {
    PeerNode a = node(1);
    PeerNode b = node(2);
    Placements both = PeerNode.placements(a.member(), b.member());
    a.start(both);
    b.start(
        new Hello(b.id, new ClusterId(0xBAD), b.address(), 1, Protocols.KNOWN, Releases.THIS),
        both);

    await().until(() -> lines("it belongs to cluster 0000000000000bad").size() >= 2);
    // Long enough for several more attempts, which are refused in silence.
    await()
        .during(java.time.Duration.ofMillis(700))
        .until(() -> lines("it belongs to cluster 0000000000000bad").size() == 2);
    assertThat(lines("refused a stream from node 0000000000000002: it belongs to cluster"))
        .hasSize(1);
    assertThat(lines("cannot connect to node 0000000000000001")).hasSize(1);
    assertThat(a.isConnected(b)).isFalse();
    assertThat(b.isConnected(a)).isFalse();
    b.send(a.id, numbered(1));
    assertThat(a.received).isEmpty();
  }

  @Test
  void aNodeThatIsNoMemberIsRefused() {
    PeerNode a = node(1);
    PeerNode b = node(2);
    a.start(PeerNode.placements(a.member()));
    b.start(PeerNode.placements(a.member(), b.member()));
    await().until(() -> !lines("it is not known here as a member").isEmpty());
    assertThat(b.isConnected(a)).isFalse();

    a.lane.run(() -> a.streams.follow(PeerNode.placements(a.member(), b.member())));
    await().until(() -> a.isConnected(b) && b.isConnected(a));

    a.lane.run(() -> a.streams.follow(PeerNode.placements(a.member())));
    await().until(() -> !b.isConnected(a));
    assertThat(a.isConnected(b)).isFalse();
  }

  @Test
  void helloIsChecked() {
    PeerNode a = node(1);
    assertThat(endOf(a, frame(hello(2)))).asString().contains("UNAVAILABLE", "not joined");

    a.start(
        PeerNode.placements(
            a.member(), new Placements.Member(new NodeId(2), "127.0.0.1:1", "r", "z", 1)));
    assertThat(endOf(a, frame(hello(1))))
        .asString()
        .contains("FAILED_PRECONDITION", "it has the id of this node");
    assertThat(endOf(a, frame(hello(2, new Protocols(2, 3), Releases.NEXT))))
        .asString()
        .contains("FAILED_PRECONDITION")
        .contains("it runs release 0.3.0", "speaks version 2 to 3", "release 0.2.0", "version 1");
    assertThat(endOf(a, frame(hello(2, Protocols.KNOWN, new Release("0.9", 7, 8)))))
        .asString()
        .contains("FAILED_PRECONDITION", "it runs release 0.9 (cluster versions 7 to 8)")
        .contains("is at version 2: start a release there that works at that version");
    assertThat(endOf(a, PeerCodec.encode(numbered(1))))
        .asString()
        .contains("FAILED_PRECONDITION", "a message before the hello");
    assertThat(endOf(a, new byte[] {10, 5, 1}))
        .asString()
        .contains("INVALID_ARGUMENT", "PeerFrame of 3 bytes");
    assertThat(endOf(a, frame(hello(2)), new byte[] {18, 3, 1, 1, 1}))
        .asString()
        .contains("INVALID_ARGUMENT", "PeerFrame of 5 bytes");
    assertThat(a.received).isEmpty();
  }

  /** The connection counts against the limit for nodes, and not against the one for clients. */
  @Test
  void aStreamOnWhichNoHelloComesIsEnded() {
    PeerNode a =
        add(
            new PeerNode(
                1, 0, new PeerSettings(16 << 20, 16 << 20, 300, 300, 300, 50, 1000, true)));
    a.start(PeerNode.placements(a.member()));
    assertThat(endOf(a)).asString().contains("DEADLINE_EXCEEDED", "no hello within 300 ms");
  }

  /** A node that runs a newer version says them, as while a cluster is upgraded node by node. */
  @Test
  void unknownMessagesEndNoStream() {
    PeerNode a = node(1);
    PeerNode b = node(2);
    connect(a, b);
    var request = new UnknownRequest(9, 33, Asked.OTHER);
    var reply = new UnknownReply(9, 2, Asked.WRITE);

    a.lane.run(
        () -> {
          a.streams.messages().send(b.id, numbered(1));
          a.streams.messages().send(b.id, request);
          a.streams.messages().send(b.id, numbered(2));
          a.streams.messages().send(b.id, reply);
          a.streams.messages().send(b.id, numbered(3));
        });

    await().until(() -> b.received.size() == 5 || !lines("ended the stream of").isEmpty());
    assertThat(lines("ended the stream of")).isEmpty();
    assertThat(b.received)
        .extracting(PeerNode.Received::message)
        .containsExactly(numbered(1), request, numbered(2), reply, numbered(3));
    a.send(b.id, numbered(4));
    await().until(() -> b.received.size() == 6);
    assertThat(a.events).isEmpty();
  }

  /** A node that runs a newer version stores and sends records of its own format. */
  @Test
  void recordsOfANewerVersionEndNoStreamAndDamagedOnesDo() {
    PeerNode a = node(1);
    a.start(
        PeerNode.placements(
            a.member(), new Placements.Member(new NodeId(2), "127.0.0.1:1", "r", "z", 1)));
    List<Object> heard = new ArrayList<>();
    List<byte[]> frames = new ArrayList<>(List.of(frame(hello(2))));
    for (int at : List.of(0, 1)) { // of the format, and of the flags
      frames.add(withRecordChanged(at, 64));
      heard.add(new UnknownRequest(1, 1, Asked.WRITE));
      frames.add(PeerCodec.encode(numbered(at)));
      heard.add(numbered(at));
    }
    frames.add(withRecordChanged(0, 1)); // format 0, of no version
    assertThat(endOf(a, frames.toArray(byte[][]::new)))
        .asString()
        .contains("INVALID_ARGUMENT", "a record of 30 bytes and format 0");
    assertThat(a.received).extracting(PeerNode.Received::message).containsExactlyElementsOf(heard);
  }

  /** A write of a tombstone, with some bits of its record turned. */
  private static byte[] withRecordChanged(int at, int bits) {
    Record record = Record.tombstone(new Version(0, 1, new NodeId(1), 1), 1);
    byte[] bytes = record.bytes().clone();
    bytes[at] ^= (byte) bits;
    var write =
        io.quorate.proto.internal.WriteRecord.newBuilder()
            .setId(1)
            .setCause(io.quorate.proto.internal.WriteRecord.Cause.CAUSE_FRESH)
            .setRecord(com.google.protobuf.ByteString.copyFrom(bytes));
    return io.quorate.proto.internal.PeerFrame.newBuilder()
        .addMessages(io.quorate.proto.internal.PeerMessage.newBuilder().setWriteRecord(write))
        .build()
        .toByteArray();
  }

  /** The stream ends; the node goes on. */
  @Test
  void aFrameOfTooManyMessagesEndsTheStream() {
    PeerNode a = node(1);
    a.start(
        PeerNode.placements(
            a.member(), new Placements.Member(new NodeId(2), "127.0.0.1:1", "r", "z", 1)));
    WireWriter frame = new WireWriter();
    for (int i = 0; i <= PeerCodec.FRAME_MESSAGES_MAX; i++) {
      PeerCodec.add(frame, numbered(i));
    }
    assertThat(endOf(a, frame(hello(2)), frame.toByteArray()))
        .asString()
        .contains("INVALID_ARGUMENT", "more than 4096 messages");
    assertThat(a.received).hasSize(PeerCodec.FRAME_MESSAGES_MAX);
    assertThat(endOf(a, frame(hello(2, new Protocols(99, 99), Releases.THIS))))
        .asString()
        .contains("speaks version 99");
  }

  @Test
  void streamsOfOneSenderThatAreMalformedAreToldOnce() {
    PeerNode a = node(1);
    a.start(
        PeerNode.placements(
            a.member(), new Placements.Member(new NodeId(2), "127.0.0.1:1", "r", "z", 1)));
    for (int i = 0; i < 5; i++) {
      endOf(a, frame(hello(2)), new byte[] {18, 3, 1, 1, 1});
      endOf(a, new byte[] {10, 5, 1});
    }
    assertThat(lines("ended the stream of node 0000000000000002, which sent PeerFrame")).hasSize(1);
    assertThat(lines("ended the stream of a caller that has not said which node it is")).hasSize(1);
  }

  @Test
  void linesNameNodes() {
    PeerNode a = node(1);
    a.lane.run(() -> a.streams.follow(new NodeNames(Map.of(new NodeId(2), "db-2"))));
    a.start(
        PeerNode.placements(
            a.member(), new Placements.Member(new NodeId(2), "127.0.0.1:1", "r", "z", 1)));
    endOf(a, frame(hello(2, new Protocols(99, 99), Releases.THIS)));
    endOf(a, frame(hello(2)), new byte[] {18, 3, 1, 1, 1});
    a.lane.run(() -> a.streams.met(new NodeId(2), "127.0.0.1:2", 7));

    String named = "node 0000000000000002 (db-2)";
    await().until(() -> !lines("cannot connect to " + named + " at").isEmpty());
    assertThat(lines("refused a stream from " + named + ": ")).hasSize(1);
    assertThat(lines("ended the stream of " + named + ", which sent PeerFrame")).hasSize(1);
    assertThat(lines(named + " is at 127.0.0.1:2 since its start 7")).hasSize(1);
    assertThat(lines("0000000000000002"))
        .allSatisfy(line -> assertThat(line.replace(named, "")).doesNotContain("0000000000000002"));
  }

  @Test
  void howManyMoreStreamsWereMalformedIsToldWithTheNameOfTheSender() {
    TestLane lane = new TestLane();
    HeldTimers timers = new HeldTimers(lane.lane(), PeerStreams.MALFORMED_TOLD_NANOS);
    PeerStreams streams =
        new PeerStreams(
            lane.loops(), timers, PeerSettings.DEFAULT, new SeededRandomness(1), event -> {});
    NodeId known = new NodeId(2);
    MalformedMessageException bad = new MalformedMessageException("PeerFrame of 3 bytes");
    lane.run(
        () -> {
          streams.follow(new NodeNames(Map.of(known, "db-2")));
          for (int i = 0; i < 3; i++) {
            streams.onMalformed(known, bad);
          }
          streams.onMalformed(null, bad);
          timers.elapse();
          streams.onMalformed(known, bad);
          timers.elapse();
        });
    assertThat(lines("more streams"))
        .containsExactly(
            "ended 2 more streams of node 0000000000000002 (db-2), for malformed messages");
    assertThat(lines("ended the stream of node 0000000000000002 (db-2)")).hasSize(2);
    lane.close();
    assertThat(lane.broken).isEmpty();
  }

  private static Hello hello(int id) {
    return hello(id, Protocols.KNOWN, Releases.THIS);
  }

  /** One of the others alone may be wrong, or lie. */
  @Test
  void aDiskThatWasSetBackIsAnObjectionOfMostOthersOrOfNone() {
    List<PeerNode> others = List.of(node(1), node(2), node(3));
    PeerNode back = node(4);
    back.diskMark = 500;
    Placements all = placementsOf(others, back);
    others.get(0).setBack.add(back.id);
    others.forEach(other -> other.start(all));
    back.start(all);

    await().until(() -> back.isConnected(others.get(1)) && back.isConnected(others.get(2)));
    await().until(() -> !lines("cannot connect to node 0000000000000001").isEmpty());
    assertThat(lines("refused a stream from node 0000000000000004: its disk lacks what"))
        .hasSize(1);
    assertThat(back.isConnected(others.get(0))).isFalse();
    assertThat(objectionTo(back)).isNull();
    assertThat(others)
        .allSatisfy(other -> assertThat(other.marksTold).containsEntry(back.id, 500L));

    // The next stream begins with the mark that the disk has by then.
    back.diskMark = 700;
    others.get(1).setBack.add(back.id);
    others.get(1).lane.run(() -> others.get(1).streams.follow(placementsOf(others)));
    await().until(() -> !back.isConnected(others.get(1)));
    others.get(1).lane.run(() -> others.get(1).streams.follow(all));
    await().until(() -> objectionTo(back) == Objection.SET_BACK);
    assertThat(others.get(1).marksTold).containsEntry(back.id, 700L);
  }

  @Test
  void anOlderProcessOfANodeHearsOfALaterOneWhileThatRuns() {
    List<PeerNode> others = List.of(node(1), node(2));
    PeerNode older = node(3);
    Placements all = placementsOf(others, older);
    others.forEach(other -> other.start(all));
    older.start(all);
    await().until(() -> others.stream().allMatch(older::isConnected));
    assertThat(objectionTo(older)).isNull();

    PeerNode later = new PeerNode(3);
    later.start(later.hello(2), all);
    await().until(() -> others.stream().allMatch(later::isConnected));
    await().until(() -> objectionTo(older) == Objection.LATER_START);
    assertThat(objectionTo(later)).isNull();

    later.close();
    await().until(() -> others.stream().allMatch(older::isConnected));
    assertThat(objectionTo(older)).isNull();
  }

  private static @Nullable Objection objectionTo(PeerNode node) {
    return node.lane.on(node.streams::objection);
  }

  private static Placements placementsOf(List<PeerNode> nodes, PeerNode... more) {
    return PeerNode.placements(
        Stream.concat(nodes.stream(), Stream.of(more))
            .map(PeerNode::member)
            .toArray(Placements.Member[]::new));
  }

  private static Hello hello(int id, Protocols protocols, Release release) {
    return new Hello(new NodeId(id), PeerNode.CLUSTER, "127.0.0.1:1", 1, protocols, release);
  }

  private static byte[] frame(Hello hello) {
    WireWriter frame = new WireWriter();
    PeerCodec.addHello(frame, hello);
    return frame.toByteArray();
  }

  /** Sends frames on a stream of our own, and says how the other side ended it. */
  private static Status endOf(PeerNode to, byte[]... frames) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", to.server.port()).usePlaintext().build();
    CompletableFuture<Status> end = new CompletableFuture<>();
    ClientCall<Frame, Frame> call = channel.newCall(PeerMethods.STREAM, CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            end.complete(status);
          }
        },
        new Metadata());
    call.request(10);
    for (byte[] frame : frames) {
      call.sendMessage(Frame.of(frame));
    }
    try {
      return end.get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void anOlderProcessOfANodeIsRefusedWhileTheNewerIsConnected() {
    PeerNode a = node(1);
    PeerNode b = node(2);
    Placements both = PeerNode.placements(a.member(), b.member());
    a.start(both);
    b.start(b.hello(5), both);
    await().until(() -> b.isConnected(a));
    assertThat(endOf(a, frame(b.hello(4))))
        .asString()
        .contains("ALREADY_EXISTS", "an older process of it still runs");
    assertThat(b.isConnected(a)).isTrue();
  }

  @Test
  void anotherNodeAtTheAddressIsNotTakenForTheOneMeant() {
    PeerNode a = node(1);
    PeerNode b = node(2);
    NodeId meant = new NodeId(3);
    Placements confused =
        PeerNode.placements(a.member(), new Placements.Member(meant, b.address(), "r", "z", 1));
    a.start(confused);
    b.start(PeerNode.placements(a.member(), b.member()));
    await().until(() -> !lines("node 0000000000000002 answers at this address").isEmpty());
    a.send(meant, numbered(1));
    assertThat(a.events).contains(new TransportEvent.MessageDropped(DropReason.NOT_CONNECTED));
    assertThat(b.received).isEmpty();
  }

  @Test
  void beyondTheBoundMessagesAreDroppedAndCounted() throws Exception {
    PeerNode a =
        add(
            new PeerNode(
                1, 0, new PeerSettings(1 << 20, 16 << 20, 2000, 2000, 2000, 50, 1000, true)));
    PeerNode b = node(2);
    connect(a, b);
    CountDownLatch stuck = new CountDownLatch(1);
    b.onMessage =
        () -> {
          try {
            stuck.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        };
    Event full = new TransportEvent.MessageDropped(DropReason.QUEUE_FULL);
    int sent = 0;
    // Windows and socket buffers take some megabytes first.
    while (!a.events.contains(full) && sent < 2000) {
      a.send(b.id, writeOf(100_000));
      sent++;
    }
    assertThat(a.events).contains(full);
    int kept = sent - a.events.size();
    assertThat(kept).isBetween(10, 500);

    stuck.countDown();
    await().until(() -> b.received.size() == kept);
    a.send(b.id, numbered(7));
    await().until(() -> b.received.size() == kept + 1);
    assertThat(b.received.getLast().message()).isEqualTo(numbered(7));
  }

  @Test
  void messagesToUnknownNodesAreDroppedAndCounted() {
    PeerNode a = node(1);
    a.start(PeerNode.placements(a.member()));
    a.send(new NodeId(9), numbered(1));
    a.send(a.id, numbered(1));
    assertThat(a.events)
        .containsExactly(
            new TransportEvent.MessageDropped(DropReason.UNKNOWN_NODE),
            new TransportEvent.MessageDropped(DropReason.UNKNOWN_NODE));
  }

  @Test
  void aNewAddressIsFollowed() {
    PeerNode a = node(1);
    PeerNode b = new PeerNode(2);
    connect(a, b);
    b.close();
    PeerNode moved = node(2);
    moved.start(PeerNode.placements(a.member(), moved.member()));
    a.lane.run(() -> a.streams.follow(PeerNode.placements(a.member(), moved.member())));
    await().until(() -> a.isConnected(moved));
  }

  private List<String> lines(String part) {
    return List.copyOf(log.list).stream()
        .filter(line -> says(line, part))
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  private static boolean says(ILoggingEvent line, String part) {
    return line.getFormattedMessage().contains(part);
  }
}
