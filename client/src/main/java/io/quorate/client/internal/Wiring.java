package io.quorate.client.internal;

import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptor;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.quorate.client.AsyncKeyValue;
import io.quorate.client.Credentials;
import io.quorate.client.Level;
import io.quorate.client.QuorateClient;
import io.quorate.client.ReadOptions;
import io.quorate.client.ReadRepair;
import io.quorate.client.RequestListener;
import io.quorate.client.internal.admin.DirectNodes;
import io.quorate.client.internal.admin.OpenAdministration;
import io.quorate.client.internal.admin.UnaryAccess;
import io.quorate.client.internal.admin.UnaryBackups;
import io.quorate.client.internal.admin.UnaryCluster;
import io.quorate.client.internal.engine.Admission;
import io.quorate.client.internal.engine.Breaker;
import io.quorate.client.internal.engine.Checks;
import io.quorate.client.internal.engine.ClusterView;
import io.quorate.client.internal.engine.Connection;
import io.quorate.client.internal.engine.Engine;
import io.quorate.client.internal.engine.InSession;
import io.quorate.client.internal.engine.Patience;
import io.quorate.client.internal.engine.Session;
import io.quorate.client.internal.engine.Waiting;
import io.quorate.client.internal.kv.Defaults;
import io.quorate.client.internal.kv.ListenerCalls;
import io.quorate.client.internal.kv.OpenSession;
import io.quorate.client.internal.kv.PipedFields;
import io.quorate.client.internal.kv.PipedKeyValue;
import io.quorate.client.internal.kv.PipedSiblings;
import io.quorate.client.internal.locks.AskedLocks;
import io.quorate.client.internal.locks.LeaderFirst;
import io.quorate.client.internal.locks.LockKeeper;
import io.quorate.client.internal.net.Channels;
import io.quorate.client.internal.net.Endpoint;
import io.quorate.client.internal.net.FreshAddresses;
import io.quorate.client.internal.net.GrpcLog;
import io.quorate.client.internal.net.Loop;
import io.quorate.client.internal.net.Tls;
import io.quorate.client.internal.session.SessionMemory.Name;
import java.security.SecureRandom;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** How the parts of one client are put together. */
final class Wiring {
  private static final int CONNECT_MILLIS = 1000;

  /**
   * A connection on which nothing was heard for this long is asked whether it leads anywhere, and
   * given up after as long again: for calls that may wait for longer, as a repair does. Nodes allow
   * it each 5 s.
   */
  private static final int KEEP_ALIVE_SECONDS = 10;

  /** How long closing waits for connections; they take milliseconds. */
  private static final long END_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** How long closing waits until locks are released, if the loop is held up. */
  private static final long RELEASE_MILLIS = 1500;

  /** A frame of results that a node may send; it bounds itself far below. */
  private static final int FRAME_BYTES_MAX = 256 << 20;

  private static final int FLOW_CONTROL_BYTES = 4 << 20;

  private Wiring() {}

  /** Makes channels. */
  interface Connect {
    /**
     * Makes the channel to an address, which runs on the client's loop.
     *
     * @param calls what all calls pass
     */
    ManagedChannel to(Loop loop, String address, List<ClientInterceptor> calls);
  }

  /**
   * Opens a client.
   *
   * @param connect makes the channel to an address
   */
  static QuorateClient open(ClientSettings settings, Connect connect) {
    GrpcLog.silence();
    Loop loop = new Loop(settings.name());
    // Owned by the loop; only its seed must differ from that of any other client.
    RandomGenerator random = new SplittableRandom(new SecureRandom().nextLong());
    Session session = new Session(random.nextLong());
    ClusterView view = new ClusterView(session, settings.region());
    Credentials credentials = settings.credentials();
    LoginKeeper login = credentials == null ? null : new LoginKeeper(loop, credentials);
    List<ClientInterceptor> calls = login == null ? List.of() : List.of(login.calls());
    Channels channels = new Channels(address -> connect.to(loop, address, calls));
    if (login != null) {
      login.keep(channels);
    }
    Engine engine =
        new Engine(
            loop,
            new Admission(settings.outstanding().calls(), settings.outstanding().bytes()),
            view,
            random,
            settings.endpoints(),
            Checks.nanos(settings.awaitCluster()),
            owner -> connector(loop, channels, random, view, owner));
    engine.start();
    Defaults defaults = settings.defaults();
    DirectNodes direct = new DirectNodes(loop, channels::to, defaults.timeout());
    Waiting waiting = new Waiting(loop::inLoop, loop::hasEnded);
    RequestListener listener = settings.listener();
    ListenerCalls told = listener == null ? null : new ListenerCalls(loop, listener);
    LockKeeper locks =
        new LockKeeper(loop, new LeaderFirst(engine), waiting, Checks.nanos(defaults.timeout()));
    loop.execute(() -> engine.began(locks));
    return new OpenClient(
        keys(engine, session, defaults, Patience.NONE, told),
        keys(engine, session, defaults, Patience.WAITS, told),
        new AskedLocks(locks, defaults.timeout()),
        new OpenAdministration(
            new UnaryCluster(engine, defaults.timeout()),
            new UnaryAccess(engine, defaults.timeout()),
            new UnaryBackups(engine, defaults.timeout(), waiting),
            direct,
            waiting),
        memory -> {
          InSession within =
              new InSession(
                  memory,
                  view,
                  loop::nanos,
                  own ->
                      promoter(
                          new PipedKeyValue(engine, session, defaults, Patience.NONE, null, own)));
          return new OpenSession(
              memory,
              new PipedKeyValue(engine, session, defaults, Patience.NONE, told, within),
              new PipedKeyValue(engine, session, defaults, Patience.WAITS, told, within),
              waiting);
        },
        waiting,
        engine::counts,
        () ->
            close(
                loop,
                locks.close(),
                () -> {
                  direct.close();
                  engine.close(() -> channels.awaitEnd(END_NANOS));
                }));
  }

  /** Ends a client once its locks are released; does not wait for that on the loop. */
  private static void close(Loop loop, CompletableFuture<Void> released, Runnable end) {
    if (loop.inLoop()) {
      var unused = released.thenRun(end);
    } else {
      Void unused =
          released.copy().completeOnTimeout(null, RELEASE_MILLIS, TimeUnit.MILLISECONDS).join();
      end.run();
    }
  }

  private static OpenClient.Keys keys(
      Engine engine,
      Session session,
      Defaults defaults,
      Patience patience,
      @Nullable ListenerCalls told) {
    return new OpenClient.Keys(
        new PipedKeyValue(engine, session, defaults, patience, told),
        new PipedSiblings(engine, session, defaults, patience, told),
        new PipedFields(engine, defaults, patience, told));
  }

  /** Reads keys at QUORUM, so that a quorum is known to hold what a session has seen of them. */
  private static Function<Name, CompletableFuture<?>> promoter(AsyncKeyValue inSession) {
    ReadOptions atQuorum = ReadOptions.DEFAULT.level(Level.QUORUM).repair(ReadRepair.BLOCKING);
    return key -> inSession.get(key.key(), atQuorum.tenant(key.tenant()));
  }

  private static Function<String, Connection> connector(
      Loop loop,
      Channels channels,
      RandomGenerator random,
      ClusterView view,
      Connection.Owner owner) {
    return address ->
        new Connection(
            address, channels.to(address), new Breaker(address), loop, random, view, owner);
  }

  /**
   * Makes the channel to an address.
   *
   * @param tls null: plaintext
   * @param calls what all calls pass
   */
  static ManagedChannel channel(
      Loop loop, String address, @Nullable Tls tls, List<ClientInterceptor> calls) {
    Endpoint endpoint = Endpoint.parse(address);
    ChannelCredentials credentials =
        tls == null ? InsecureChannelCredentials.create() : tls.credentials();
    NettyChannelBuilder channel =
        NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port(), credentials)
            .eventLoopGroup(loop.group())
            .channelFactory(tls == null ? loop::plaintextSocket : loop::socket)
            .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
            .directExecutor()
            .intercept(calls)
            .disableRetry()
            .disableServiceConfigLookUp()
            .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .keepAliveTimeout(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .maxInboundMessageSize(FRAME_BYTES_MAX)
            .flowControlWindow(FLOW_CONTROL_BYTES);
    String serverName = tls == null ? null : tls.serverName();
    if (serverName != null) {
      channel.overrideAuthority(new Endpoint(serverName, endpoint.port()).toString());
    }
    return FreshAddresses.on(channel.build());
  }
}
