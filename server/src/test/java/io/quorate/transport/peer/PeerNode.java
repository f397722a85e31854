package io.quorate.transport.peer;

import io.quorate.event.Event;
import io.quorate.metadata.bootstrap.Introduction;
import io.quorate.metadata.bootstrap.IntroductionReply;
import io.quorate.metadata.bootstrap.Introductions;
import io.quorate.metadata.bootstrap.Refusal;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import io.quorate.placement.Placements;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.runtime.real.SeededRandomness;
import io.quorate.runtime.real.SystemClock;
import io.quorate.transport.ConnectionLimits;
import io.quorate.transport.GrpcServer;
import io.quorate.transport.RequestLimits;
import io.quorate.transport.Standstill;
import io.quorate.transport.TestLane;
import io.quorate.transport.access.AnyCallers;
import io.quorate.transport.codec.peer.Hello;
import io.quorate.transport.codec.peer.Protocols;
import io.quorate.transport.event.TransportEvent;
import io.quorate.transport.tls.AnyHandshakes;
import io.quorate.transport.tls.NodeTls;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The transport half of one node: a real server and real streams on its own event loop. */
final class PeerNode implements AutoCloseable, PeerHandler {
  static final ClusterId CLUSTER = new ClusterId(0xC1);

  record Received(NodeId from, Object message) {}

  final NodeId id;
  private final String host;
  final TestLane lane = new TestLane();
  final PeerStreams streams;
  final GrpcServer server;
  final IntroductionCalls introductions;
  final List<Received> received = new CopyOnWriteArrayList<>();
  final List<Event> events = new CopyOnWriteArrayList<>();

  /** Frames that were sent and received, which are not among the events. */
  final List<Event> frames = new CopyOnWriteArrayList<>();

  /** The mark that its disk has. */
  volatile long diskMark;

  /** What nodes said of their disks when they opened a stream last. */
  final Map<NodeId, Long> marksTold = new ConcurrentHashMap<>();

  /** Nodes of which it has heard higher marks than they tell. */
  final Set<NodeId> setBack = ConcurrentHashMap.newKeySet();

  /** What the node does with a message, before it notes it. */
  volatile Runnable onMessage = () -> {};

  /** What answers nodes that introduce themselves. */
  volatile Introductions.Host introduced = this::answer;

  PeerNode(int id, String host, int port, PeerSettings settings, NodeTls tls) {
    this(id, host, port, settings, tls, RequestLimits.DEFAULT);
  }

  /**
   * @param ofClients what it takes from clients
   */
  PeerNode(
      int id, String host, int port, PeerSettings settings, NodeTls tls, RequestLimits ofClients) {
    this.id = new NodeId(id);
    this.host = host;
    this.streams =
        new PeerStreams(
            lane.loops(),
            lane.lane(),
            settings,
            UnaryOperator.identity(),
            tls,
            new SeededRandomness(id),
            new Standstill(new SystemClock()).on(lane.lane())::waitedNanosMax,
            this::note);
    this.introductions =
        new IntroductionCalls(lane.loops(), lane.lane(), settings, UnaryOperator.identity(), tls);
    PeeringService peering = new PeeringService(lane.lane(), new Answers(), streams);
    try {
      server =
          GrpcServer.start(
              lane.loops(),
              host,
              port,
              tls.server(ForkJoinPool.commonPool(), AnyHandshakes.on(lane.lane()), events::add),
              AnyCallers.all(),
              ofClients,
              ConnectionLimits.DEFAULT,
              streams::isOfMember,
              event -> {},
              List.of(peering.definition()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  PeerNode(int id, int port, PeerSettings settings) {
    this(id, "127.0.0.1", port, settings, NodeTls.off());
  }

  PeerNode(int id) {
    this(id, 0, PeerSettings.DEFAULT);
  }

  private void note(Event event) {
    boolean frame =
        event instanceof TransportEvent.FrameSent || event instanceof TransportEvent.FrameReceived;
    (frame ? frames : events).add(event);
  }

  private final class Answers implements Introductions.Host {
    @Override
    public IntroductionReply answer(Introduction asker) {
      return introduced.answer(asker);
    }

    @Override
    public @Nullable String lackOfToken(Introduction asker, Predicate<String> isCertifiedFor) {
      return introduced.lackOfToken(asker, isCertifiedFor);
    }
  }

  // NullAway does not see, in a class file, that a record's array component may be null.
  @SuppressWarnings("NullAway")
  private IntroductionReply answer(Introduction asker) {
    return new IntroductionReply(
        id,
        address(),
        "r",
        "z",
        1,
        CLUSTER,
        1,
        genesisFor(asker),
        asker.seeds().isEmpty() ? new Refusal(Refusal.Kind.LEFT, "no seeds") : null,
        asker.stateVersion() == 0 ? "an operator" : null,
        asker.seeds(),
        Releases.THIS);
  }

  private static byte @Nullable [] genesisFor(Introduction asker) {
    return asker.seeds().isEmpty() ? null : new byte[] {7};
  }

  String address() {
    return host + ":" + server.port();
  }

  Placements.Member member() {
    return new Placements.Member(id, address(), "r", "z", 1);
  }

  static Placements placements(Placements.Member... members) {
    Map<NodeId, Placements.Member> byId =
        Stream.of(members).collect(Collectors.toMap(Placements.Member::id, member -> member));
    return new Placements(1, byId, Map.of(), List.of());
  }

  Hello hello() {
    return hello(1);
  }

  Hello hello(int incarnation) {
    return new Hello(id, CLUSTER, address(), incarnation, Protocols.KNOWN, Releases.THIS);
  }

  PeerNode start(Hello hello, Placements placements) {
    lane.run(() -> streams.start(hello, placements, this));
    return this;
  }

  PeerNode start(Placements placements) {
    return start(hello(), placements);
  }

  boolean isConnected(PeerNode to) {
    return lane.on(() -> streams.isConnected(to.id));
  }

  void send(NodeId to, ReplicaMessage message) {
    lane.run(() -> streams.messages().send(to, message));
  }

  @Override
  public void onMessage(NodeId from, ReplicaMessage message) {
    onMessage.run();
    received.add(new Received(from, message));
  }

  @Override
  public long diskMark() {
    return diskMark;
  }

  @Override
  public boolean isSetBack(NodeId node, long told) {
    marksTold.put(node, told);
    return setBack.contains(node);
  }

  @Override
  public void onRaft(NodeId from, byte[] message) {
    received.add(new Received(from, new String(message, java.nio.charset.StandardCharsets.UTF_8)));
  }

  /** Ends as a killed process does: connections close without a message. */
  @Override
  public void close() {
    lane.run(streams::close);
    server.close();
    lane.close();
  }
}
