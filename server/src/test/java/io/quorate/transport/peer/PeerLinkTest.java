package io.quorate.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.grpc.Metadata;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.quorate.event.Event;
import io.quorate.metadata.bootstrap.Introduction;
import io.quorate.metadata.bootstrap.IntroductionReply;
import io.quorate.metadata.bootstrap.Introductions;
import io.quorate.model.NodeId;
import io.quorate.model.NodeNames;
import io.quorate.model.Releases;
import io.quorate.proto.internal.PeeringGrpc;
import io.quorate.proto.internal.StreamAccepted;
import io.quorate.runtime.Lane;
import io.quorate.runtime.real.SeededRandomness;
import io.quorate.transport.ConnectionLimits;
import io.quorate.transport.Frame;
import io.quorate.transport.GrpcServer;
import io.quorate.transport.LaneEntry;
import io.quorate.transport.RequestLimits;
import io.quorate.transport.TestLane;
import io.quorate.transport.codec.peer.Hello;
import io.quorate.transport.codec.peer.Protocols;
import io.quorate.transport.event.TransportEvent;
import io.quorate.transport.tls.NodeTls;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Connections whose call ends while it is being started, as when a name does not resolve. */
class PeerLinkTest {
  private static final PeerSettings RESTLESS =
      new PeerSettings(1 << 20, 1 << 20, 2000, 2000, 2000, 1, 1, true);

  /** Held here, for java.util.logging forgets the level of a logger that no one holds. */
  private static final java.util.logging.Logger RESOLVING =
      java.util.logging.Logger.getLogger("io.grpc.internal.ManagedChannelImpl");

  private final TestLane lane = new TestLane();
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Failing failing = new Failing();

  @BeforeEach
  void open() {
    RESOLVING.setLevel(java.util.logging.Level.OFF);
    log.start();
    logger().addAppender(log);
    NameResolverRegistry.getDefaultRegistry().register(failing);
  }

  @AfterEach
  void close() {
    NameResolverRegistry.getDefaultRegistry().deregister(failing);
    logger().detachAppender(log);
    lane.close();
    RESOLVING.setLevel(null);
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(PeerLink.class);
  }

  @Test
  void aNameThatFailsWithinTheStartIsTriedAgainAndToldOnce() {
    failing.executor = Runnable::run;
    assertThatItGoesOn();
  }

  /** On a thread beside the lane, so that it comes before, within and after the start. */
  @Test
  void aNameThatFailsBesideTheStartIsTriedAgainAndToldOnce() {
    failing.executor = ForkJoinPool.commonPool();
    assertThatItGoesOn();
  }

  private void assertThatItGoesOn() {
    Hello hello =
        new Hello(
            new NodeId(1), PeerNode.CLUSTER, "127.0.0.1:1", 1, Protocols.KNOWN, Releases.THIS);
    PeerLink link =
        new PeerLink(
            new PeerLink.To(new NodeId(2), "node-2:7402", false),
            () -> hello,
            new LaneEntry(lane.lane()),
            new PeerChannels(lane.loops(), RESTLESS, failing.getDefaultScheme()),
            unlooked -> null,
            new SeededRandomness(1),
            () -> new NodeNames(Map.of(new NodeId(2), "db-2")),
            events::add);
    lane.run(link::connectSoon);
    await().until(() -> failing.asked.get() >= 100 || !lane.broken.isEmpty());
    lane.run(link::close);
    assertThat(lane.broken).isEmpty();
    assertThat(events).as("of a connection that never came about").isEmpty();
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "cannot connect to node 0000000000000002 (db-2) at node-2:7402, trying on: Unable to"
                + " resolve host node-2");
  }

  /** As one that cannot read what it is sent: it lets each stream in, and ends it. */
  @Test
  void aPeerThatEndsEachStreamIsAskedAtGrowingIntervalsAndToldOfOnce() throws Exception {
    Hello hello =
        new Hello(
            new NodeId(1), PeerNode.CLUSTER, "127.0.0.1:1", 1, Protocols.KNOWN, Releases.THIS);
    PeerSettings settings = new PeerSettings(1 << 20, 1 << 20, 2000, 2000, 2000, 1, 60_000, true);
    List<Long> pauses = new CopyOnWriteArrayList<>();
    try (GrpcServer server = endsEachStream(Protocols.KNOWN.newest())) {
      PeerLink link =
          new PeerLink(
              new PeerLink.To(new NodeId(2), "127.0.0.1:" + server.port(), false),
              () -> hello,
              new LaneEntry(new Noting(lane.lane(), settings, pauses)),
              new PeerChannels(lane.loops(), settings),
              unlooked -> null,
              new SeededRandomness(1),
              () -> new NodeNames(Map.of(new NodeId(2), "db-2")),
              events::add);
      lane.run(link::connectSoon);
      // The node is heard, so it is connected to at once a few times, and then no more.
      await()
          .until(
              () -> {
                lane.run(link::connectSoon);
                return pauses.size() >= 8;
              });
      lane.run(link::close);
    }
    for (int i = 0; i < 8; i++) {
      assertThat(pauses.get(i)).isBetween(1_000_000L << i, 2_000_000L << i);
    }
    assertThat(events)
        .as("each end is counted, though one line tells of all")
        .hasSizeGreaterThanOrEqualTo(8)
        .containsOnly(new TransportEvent.ConnectionEnded(new NodeId(2)));
    assertThat(lane.broken).isEmpty();
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .filteredOn(line -> line.contains(" ended"))
        .singleElement()
        .asString()
        .contains("ended soon, trying on: PeerFrame of 3 bytes is malformed");
    assertThat(log.list)
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line.getFormattedMessage())
                    .contains("to node 0000000000000002 (db-2) at"));
  }

  @Test
  void anAddressThatIsNoneIsToldWithTheNameOfItsNode() {
    PeerLink link = link("db_2:7402", lane.lane(), RESTLESS);
    lane.run(link::connectSoon);
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .singleElement()
        .asString()
        .startsWith(
            "node 0000000000000002 (db-2) cannot be reached, 'db_2:7402' is not an address: ");
    lane.run(link::close);
    assertThat(lane.broken).isEmpty();
  }

  @Test
  void aConnectionThatLastsAfterOnesThatDidNotIsToldWithTheNameOfItsNode() throws Exception {
    PeerSettings settings = new PeerSettings(1 << 20, 1 << 20, 2000, 2000, 2000, 1, 60_000, true);
    HeldTimers timers =
        new HeldTimers(lane.lane(), TimeUnit.MILLISECONDS.toNanos(settings.retryMillisMax()));
    AtomicInteger streams = new AtomicInteger();
    try (GrpcServer server =
        accepts(Protocols.KNOWN.newest(), () -> streams.incrementAndGet() == 1)) {
      String address = "127.0.0.1:" + server.port();
      PeerLink link = link(address, timers, settings);
      lane.run(link::connectSoon);
      await().until(() -> streams.get() == 2 && lane.on(link::isConnected));
      assertThat(log.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .noneMatch(line -> line.contains("lasts"));
      lane.run(timers::elapse);
      assertThat(log.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .filteredOn(line -> line.contains("lasts"))
          .containsExactly(
              "connected to node 0000000000000002 (db-2) at " + address + ", and it lasts");
      lane.run(link::close);
    }
    assertThat(lane.broken).isEmpty();
  }

  /** A link to node 2, which is called db-2. */
  private PeerLink link(String address, Lane on, PeerSettings settings) {
    return new PeerLink(
        new PeerLink.To(new NodeId(2), address, false),
        () ->
            new Hello(
                new NodeId(1), PeerNode.CLUSTER, "127.0.0.1:1", 1, Protocols.KNOWN, Releases.THIS),
        new LaneEntry(on),
        new PeerChannels(lane.loops(), settings),
        unlooked -> null,
        new SeededRandomness(1),
        () -> new NodeNames(Map.of(new NodeId(2), "db-2")),
        events::add);
  }

  /** Nothing that this node sends could be read there. */
  @Test
  void aPeerThatWantsAnUnknownVersionOfTheProtocolIsSentNothing() throws Exception {
    Hello hello =
        new Hello(
            new NodeId(1), PeerNode.CLUSTER, "127.0.0.1:1", 1, Protocols.KNOWN, Releases.THIS);
    int unknown = Protocols.KNOWN.newest() + 1;
    try (GrpcServer server = endsEachStream(unknown)) {
      PeerLink link =
          new PeerLink(
              new PeerLink.To(new NodeId(2), "127.0.0.1:" + server.port(), false),
              () -> hello,
              new LaneEntry(lane.lane()),
              new PeerChannels(lane.loops(), RESTLESS),
              unlooked -> null,
              new SeededRandomness(1),
              () -> NodeNames.NONE,
              event -> {});
      lane.run(link::connectSoon);
      await().until(() -> !log.list.isEmpty());
      assertThat(log.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .first()
          .asString()
          .contains("cannot connect to node 0000000000000002", "it wants version " + unknown);
      assertThat(link.isConnected()).isFalse();
      lane.run(link::close);
    }
  }

  private GrpcServer endsEachStream(int protocol) throws Exception {
    return accepts(protocol, () -> true);
  }

  /**
   * Accepts streams.
   *
   * @param ends whether it ends the next one at once
   */
  private GrpcServer accepts(int protocol, BooleanSupplier ends) throws Exception {
    ServerServiceDefinition service =
        ServerServiceDefinition.builder(PeeringGrpc.SERVICE_NAME)
            .addMethod(
                PeerMethods.STREAM,
                (call, headers) -> {
                  call.sendHeaders(new Metadata());
                  call.sendMessage(
                      Frame.of(
                          StreamAccepted.newBuilder()
                              .setNode(2)
                              .setProtocol(protocol)
                              .build()
                              .toByteArray()));
                  if (ends.getAsBoolean()) {
                    call.close(
                        Status.INVALID_ARGUMENT.withDescription(
                            "PeerFrame of 3 bytes is malformed"),
                        new Metadata());
                  }
                  return new ServerCall.Listener<>() {};
                })
            .build();
    return GrpcServer.start(
        lane.loops(),
        "127.0.0.1",
        0,
        RequestLimits.DEFAULT,
        ConnectionLimits.DEFAULT,
        event -> {},
        List.of(service));
  }

  /** Notes the pauses before attempts. */
  private record Noting(Lane lane, PeerSettings settings, List<Long> pauses) implements Lane {
    @Override
    public void execute(Runnable task) {
      lane.execute(task);
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
      long millis = delayNanos / 1_000_000;
      if (millis != settings.acceptMillisMax() && millis != settings.retryMillisMax()) {
        pauses.add(delayNanos);
      }
      return lane.schedule(delayNanos, task);
    }

    @Override
    public boolean isCurrent() {
      return lane.isCurrent();
    }
  }

  @Test
  void anIntroductionToANameThatFailsWithinTheStartHasFailed() throws Exception {
    for (Executor executor : List.<Executor>of(Runnable::run, ForkJoinPool.commonPool())) {
      failing.executor = executor;
      IntroductionCalls calls =
          new IntroductionCalls(
              new LaneEntry(lane.lane()),
              new PeerChannels(lane.loops(), RESTLESS, failing.getDefaultScheme()),
              NodeTls.off());
      for (int i = 0; i < 20; i++) {
        CompletableFuture<String> failed = new CompletableFuture<>();
        List<IntroductionReply> answers = new CopyOnWriteArrayList<>();
        Introduction mine =
            new Introduction(
                new NodeId(1), "a:1", "r", "z", 1, List.of("a:1"), null, 1, 0, Releases.THIS);
        lane.run(
            () ->
                calls.ask(
                    "node-2:7402",
                    mine,
                    new Introductions.Callback() {
                      @Override
                      public void answered(IntroductionReply reply) {
                        answers.add(reply);
                      }

                      @Override
                      public void failed(String reason) {
                        failed.complete(reason);
                      }
                    }));
        assertThat(failed.get(10, TimeUnit.SECONDS)).isEqualTo("Unable to resolve host node-2");
        assertThat(answers).isEmpty();
      }
    }
    assertThat(lane.broken).isEmpty();
  }

  /** Fails to resolve a name, on a thread that the test chooses. */
  private static final class Failing extends NameResolverProvider {
    final AtomicInteger asked = new AtomicInteger();
    volatile Executor executor = Runnable::run;

    @Override
    protected boolean isAvailable() {
      return true;
    }

    @Override
    protected int priority() {
      return 5;
    }

    @Override
    public String getDefaultScheme() {
      return "resolves-nothing";
    }

    @Override
    public NameResolver newNameResolver(URI target, NameResolver.Args args) {
      return new NameResolver() {
        @Override
        public String getServiceAuthority() {
          return "node-2:7402";
        }

        @Override
        public void start(Listener2 listener) {
          asked.incrementAndGet();
          executor.execute(
              () ->
                  listener.onError(
                      Status.UNAVAILABLE.withDescription("Unable to resolve host node-2")));
        }

        @Override
        public void shutdown() {}
      };
    }
  }
}
