package io.quorate.transport;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.channel.embedded.EmbeddedChannel;
import io.quorate.access.AccessChange.CreateUser;
import io.quorate.access.AccessChange.SetPassword;
import io.quorate.access.AccessRules;
import io.quorate.access.LoginSecret;
import io.quorate.access.PasswordVerifier;
import io.quorate.event.Event;
import io.quorate.proto.internal.PeeringGrpc;
import io.quorate.proto.v1.AccessGrpc;
import io.quorate.runtime.real.SystemClock;
import io.quorate.transport.access.AllowedCalls;
import io.quorate.transport.access.Callers;
import io.quorate.transport.access.RuleBook;
import io.quorate.transport.event.TransportEvent.StrangerEnded;
import io.quorate.transport.tls.NodeTls;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Connections that no user is known of, by the clock of their loop. */
class StrangersTest {
  private static final int CLIENTS = 2;
  private static final int STRANGERS = 3;

  private final List<Event> events = new ArrayList<>();
  private final EmbeddedChannel listening = new EmbeddedChannel();
  private final ConnectionLimits limits = new ConnectionLimits(CLIENTS, STRANGERS, 0, 60_000);
  private final AcceptedConnections accepted =
      new AcceptedConnections(limits, member -> false, events::add);
  private final ClientPlaces places = new ClientPlaces(limits, accepted, events::add);
  private int ports = 1;

  StrangersTest() {
    listening.freezeTime();
  }

  /** A connection from an address. */
  private final class Connection {
    private final AtomicBoolean stranger = new AtomicBoolean(true);
    private final EmbeddedChannel channel;
    private final Attributes attributes;

    Connection(String address) {
      InetSocketAddress from = new InetSocketAddress(address, ports++);
      channel =
          new EmbeddedChannel() {
            @Override
            protected SocketAddress remoteAddress0() {
              return from;
            }
          };
      assertThat(accepted.accept(channel, listening.eventLoop())).isTrue();
      attributes =
          places.transportReady(
              Attributes.newBuilder()
                  .set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, from)
                  .set(ClientPlaces.OF_STRANGER, stranger::get)
                  .build());
    }

    Call begin(MethodDescriptor<?, ?> method) {
      return new Call(attributes, method).begin();
    }

    Call ask() {
      return begin(AccessGrpc.getGetCallerMethod());
    }

    boolean isOpen() {
      channel.runPendingTasks();
      return channel.isOpen();
    }

    /** Whether what its other end sends is read. */
    boolean isRead() {
      channel.runPendingTasks();
      return channel.config().isAutoRead();
    }

    void fail(int calls) {
      for (int i = 0; i < calls; i++) {
        ask().answer(Status.UNAUTHENTICATED);
      }
    }

    void end() {
      places.transportTerminated(attributes);
      var unused = channel.close();
      listening.runPendingTasks();
    }
  }

  /** A call that its handler has not answered yet. */
  private final class Call extends ServerCall<Object, Object> {
    private final Attributes attributes;
    private final MethodDescriptor<?, ?> method;
    private @Nullable Status closed;

    /** As its handler has it. */
    private @Nullable ServerCall<Object, Object> handled;

    Call(Attributes attributes, MethodDescriptor<?, ?> method) {
      this.attributes = attributes;
      this.method = method;
    }

    Call begin() {
      var unused = places.interceptCall(this, new Metadata(), handler());
      return this;
    }

    ServerCallHandler<Object, Object> handler() {
      return (call, headers) -> {
        handled = call;
        return new Listener<>() {};
      };
    }

    Call succeed() {
      return answer(Status.OK);
    }

    Call answer(Status status) {
      Objects.requireNonNull(handled).close(status, new Metadata());
      return this;
    }

    Status closed() {
      return Objects.requireNonNull(closed);
    }

    boolean isServed() {
      return handled != null && closed == null;
    }

    @Override
    public Attributes getAttributes() {
      return attributes;
    }

    @Override
    public void request(int messages) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(Object message) {}

    @Override
    public void close(Status status, Metadata trailers) {
      assertThat(closed).as("closed before").isNull();
      closed = status;
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    @SuppressWarnings("unchecked") // no message of it is ever made
    public MethodDescriptor<Object, Object> getMethodDescriptor() {
      return (MethodDescriptor<Object, Object>) method;
    }
  }

  private void pass(long millis) {
    for (long passed = 0; passed < millis; passed += 100) {
      listening.advanceTimeBy(100, MILLISECONDS);
      listening.runPendingTasks();
      listening.runScheduledPendingTasks();
    }
  }

  private Connection loggedIn(String address) {
    Connection connection = new Connection(address);
    assertThat(connection.begin(AccessGrpc.getLogInMethod()).succeed().closed().isOk()).isTrue();
    return connection;
  }

  @Test
  void strangersOfOneNetworkTakeNoPlaceOfClientsNorOfOtherStrangers() {
    Connection honest = new Connection("10.0.1.1");
    Call login = honest.begin(AccessGrpc.getLogInMethod());
    List<Connection> strangers = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      strangers.add(new Connection("10.0.0." + i));
      assertThat(strangers.get(i).ask().isServed()).isTrue();
    }
    assertThat(strangers.stream().filter(Connection::isOpen)).hasSize(STRANGERS - 1);
    assertThat(events).hasSize(30 - STRANGERS + 1).containsOnly(new StrangerEnded(false));
    assertThat(login.isServed()).isTrue();
    assertThat(places.taken()).isZero();

    login.succeed();
    assertThat(places.taken()).isEqualTo(1);
    assertThat(honest.ask().isServed()).isTrue();
    Connection next = loggedIn("10.0.0.99");
    assertThat(places.taken()).isEqualTo(2);
    pass(60_000);
    assertThat(honest.isOpen()).isTrue();
    assertThat(next.isOpen()).isTrue();
    assertThat(strangers.stream().filter(Connection::isOpen)).isEmpty();
  }

  @Test
  void oneThatDoesNotLogInEndsAndIsToldWhy() {
    Connection stranger = new Connection("10.0.0.1");
    Call watch = stranger.ask();
    stranger.ask().succeed();
    pass(StrangerPlaces.MILLIS_MAX - 100);
    assertThat(watch.isServed()).isTrue();
    assertThat(stranger.isOpen()).isTrue();
    pass(200);
    assertThat(watch.closed().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(watch.closed().getDescription())
        .contains("is kept for 10 s", "log in, or show a certificate");
    assertThat(stranger.ask().closed().getDescription()).contains("log in, or show a certificate");
    assertThat(stranger.isOpen()).isFalse();
    assertThat(events).containsExactly(new StrangerEnded(true));
  }

  @Test
  void thoseWhoseTimeIsOverLeaveTheirPlacesToOthers() {
    for (int round = 0; round < 3; round++) {
      List<Connection> strangers = new ArrayList<>();
      for (int i = 0; i < STRANGERS; i++) {
        strangers.add(new Connection("10.0.0.1"));
        strangers.get(i).ask();
      }
      assertThat(strangers).allMatch(Connection::isOpen);
      pass(StrangerPlaces.MILLIS_MAX + 100);
      assertThat(strangers).noneMatch(Connection::isOpen);
      strangers.forEach(Connection::end);
    }
    assertThat(events).hasSize(3 * STRANGERS).containsOnly(new StrangerEnded(true));
  }

  /** Or else those that work would be put out by those that come. */
  @Test
  void oneThatHasLoggedInHasNoPlaceOfStrangersAnyMore() {
    Connection first = loggedIn("10.0.0.1");
    Connection second = new Connection("10.0.0.1");
    assertThat(ClientPlaces.known(second.ask())).isNull();
    for (int i = 0; i < STRANGERS; i++) {
      assertThat(new Connection("10.0.0.1").ask().isServed()).isTrue();
    }
    assertThat(events).isEmpty();
    new Connection("10.0.0.1").ask();
    assertThat(events).containsExactly(new StrangerEnded(false));
    assertThat(first.isOpen()).isTrue();
    assertThat(second.isOpen()).isTrue();
  }

  @Test
  void aLoginThatSucceedsAfterItsConnectionHasEndedTakesNoPlace() {
    Connection connection = new Connection("10.0.0.1");
    Call login = connection.begin(AccessGrpc.getLogInMethod());
    connection.end();
    login.succeed();
    assertThat(ClientPlaces.known(login)).isNotNull();
    assertThat(places.taken()).isZero();
  }

  @Test
  void oneThatGivesWayIsToldWhatToDo() {
    Call first = new Connection("10.0.0.1").ask();
    for (int i = 0; i < STRANGERS; i++) {
      new Connection("10.0.0.1").ask();
    }
    assertThat(first.closed().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(first.closed().getDescription())
        .contains("limits.unauthenticated_connections", "log in at once");
  }

  @Test
  void aCallWithATokenMakesAClient() {
    Connection connection = new Connection("10.0.0.1");
    Call call = connection.ask();
    assertThat(ClientPlaces.known(call)).isNull();
    assertThat(places.taken()).isEqualTo(1);
    pass(60_000);
    assertThat(call.isServed()).isTrue();
    assertThat(connection.isOpen()).isTrue();
    connection.end();
    assertThat(places.taken()).isZero();
  }

  /** Of a login at another node, say. */
  @Test
  void aTokenIsLookedAtWithTheFirstCallThatShowsIt() throws Exception {
    LoginSecret secret = LoginSecret.of(new byte[LoginSecret.BYTES]);
    String key = Base64.getEncoder().encodeToString(new byte[32]);
    PasswordVerifier password =
        new PasswordVerifier(Base64.getEncoder().encodeToString(new byte[16]), 4096, key, key);
    AccessRules rules =
        AccessRules.NONE
            .with(new CreateUser("anna", new TreeSet<>()))
            .with(new SetPassword("anna", password, false, secret));
    RuleBook book = new RuleBook(true, new SystemClock(), events::add);
    book.follow(rules, 1);
    Callers callers = new Callers(NodeTls.off().users(), book);
    AllowedCalls allowed = new AllowedCalls(callers);
    SSLSession tls = SSLContext.getDefault().createSSLEngine().getSession();
    for (boolean good : List.of(false, true)) {
      Attributes connection =
          callers.transportReady(
              places.transportReady(
                  Attributes.newBuilder().set(Grpc.TRANSPORT_ATTR_SSL_SESSION, tls).build()));
      Metadata headers = new Metadata();
      headers.put(
          Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
          "Bearer "
              + rules.loginToken("anna", password, good ? System.currentTimeMillis() + 60_000 : 1));
      Call call = new Call(connection, AccessGrpc.getGetCallerMethod());
      var unused =
          places.interceptCall(
              call, headers, (kept, shown) -> allowed.interceptCall(kept, shown, call.handler()));
      assertThat(call.isServed()).isEqualTo(good);
      assertThat(places.taken()).isEqualTo(good ? 1 : 0);
    }
  }

  @Test
  void oneThatLogsInWhenAllPlacesOfClientsAreTakenIsRefused() {
    Connection first = loggedIn("10.0.0.1");
    loggedIn("10.0.0.2");
    Connection third = loggedIn("10.0.0.3");
    assertThat(places.taken()).isEqualTo(CLIENTS);
    Call shown = third.ask();
    assertThat(Objects.requireNonNull(ClientPlaces.known(shown)).message())
        .contains("limits.client_connections");
    first.end();
    assertThat(ClientPlaces.known(shown)).isNull();
    assertThat(places.taken()).isEqualTo(CLIENTS);
  }

  @Test
  void aLoginThatIsRefusedMakesNoClient() {
    Connection connection = new Connection("10.0.0.1");
    Call login = connection.begin(AccessGrpc.getLogInMethod());
    login.answer(Status.UNAUTHENTICATED);
    connection.ask().succeed();
    assertThat(places.taken()).isZero();
    pass(StrangerPlaces.MILLIS_MAX);
    assertThat(connection.isOpen()).isFalse();
  }

  /** It would else hold a connection for as long as nodes do, and need no place for it. */
  @Test
  void whatIsForNodesNeedsAPlaceToo() {
    List<Connection> strangers = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      strangers.add(new Connection("10.0.0.1"));
      strangers.get(i).begin(PeeringGrpc.getIntroduceMethod());
    }
    assertThat(strangers.stream().filter(Connection::isOpen)).hasSize(STRANGERS);

    Connection node = new Connection("10.0.0.2");
    node.stranger.set(false);
    Call stream = node.begin(PeeringGrpc.getIntroduceMethod());
    pass(60_000);
    assertThat(stream.isServed()).isTrue();
    assertThat(node.isOpen()).isTrue();
    assertThat(places.taken()).isZero();
  }

  /** As when 'anonymous' is granted something. */
  @Test
  void oneThatIsNoStrangerAnyMoreIsAClient() {
    Connection connection = new Connection("10.0.0.1");
    Call call = connection.ask();
    connection.stranger.set(false);
    pass(60_000);
    assertThat(call.isServed()).isTrue();
    assertThat(places.taken()).isEqualTo(1);
  }

  @Test
  void placesAreGivenBackWhenConnectionsEnd() {
    for (int i = 0; i < 30; i++) {
      Connection connection = new Connection("10.0.0.1");
      assertThat(connection.ask().isServed()).isTrue();
      connection.end();
    }
    assertThat(events).isEmpty();
    pass(60_000);
    assertThat(events).isEmpty();
  }

  @Test
  void oneThatCallsOftenIsReadOnceASecond() {
    Connection stranger = new Connection("10.0.0.1");
    stranger.fail(StrangerPlaces.CALLS_AT_ONCE);
    assertThat(stranger.isRead()).isTrue();
    stranger.fail(1);
    assertThat(stranger.isRead()).isFalse();
    pass(StrangerPlaces.PAUSE_MILLIS - 100);
    assertThat(stranger.isRead()).isFalse();
    pass(100);
    assertThat(stranger.isRead()).isTrue();
    stranger.fail(3); // that were read at once
    assertThat(stranger.isRead()).isFalse();
    pass(3 * StrangerPlaces.PAUSE_MILLIS - 100);
    assertThat(stranger.isRead()).isFalse();
    pass(100);
    assertThat(stranger.isRead()).isTrue();
    assertThat(stranger.isOpen()).isTrue();
  }

  @Test
  void oneThatHasLoggedInIsReadAsItSends() {
    Connection connection = new Connection("10.0.0.1");
    Call login = connection.begin(AccessGrpc.getLogInMethod());
    connection.fail(StrangerPlaces.CALLS_AT_ONCE + 3);
    assertThat(connection.isRead()).isFalse();
    login.succeed();
    assertThat(connection.isRead()).isTrue();
    connection.fail(2 * StrangerPlaces.REQUESTS_MAX);
    assertThat(connection.isRead()).isTrue();
    pass(60_000);
    assertThat(connection.isRead()).isTrue();
    assertThat(connection.isOpen()).isTrue();
  }

  /** As a client does whose login is over. */
  @Test
  void oneWithManyRefusedCallsEndsWhenTheyAreAnswered() {
    Connection connection = new Connection("10.0.0.1");
    connection.fail(StrangerPlaces.REQUESTS_MAX + 1);
    assertThat(connection.ask().closed().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(connection.begin(AccessGrpc.getLogInMethod()).isServed()).isTrue();
    assertThat(connection.isOpen()).isTrue();
    pass(StrangerPlaces.PAUSE_MILLIS);
    assertThat(connection.isOpen()).isFalse();
    assertThat(events).containsExactly(new StrangerEnded(true));
  }

  @Test
  void loginsThatFailArePacedForAsLongAsTheConnectionLasts() {
    Connection connection = new Connection("10.0.0.1");
    for (int i = 0; i < StrangerPlaces.CALLS_AT_ONCE + 100; i++) {
      connection.begin(AccessGrpc.getLogInMethod()).answer(Status.UNAUTHENTICATED);
    }
    for (int millis = 0; millis < StrangerPlaces.MILLIS_MAX - 100; millis += 100) {
      assertThat(connection.isRead()).isFalse();
      assertThat(connection.isOpen()).isTrue();
      pass(100);
    }
    pass(200);
    assertThat(connection.isOpen()).isFalse();
  }

  /** As a node does that has just started, and knows no keys of the provider yet. */
  @Test
  void callsThatThisNodeCannotJudgeCostNoPause() {
    Connection connection = new Connection("10.0.0.1");
    for (int i = 0; i < 100; i++) {
      connection.ask().answer(Status.UNAVAILABLE);
    }
    assertThat(connection.isRead()).isTrue();
  }
}
