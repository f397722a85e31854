package io.quorate.transport.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.handler.timeout.WriteTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.quorate.transport.ListenAdvice;
import io.quorate.transport.tls.HttpTls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The HTTP server of a node. */
public final class HttpEndpoint implements AutoCloseable {
  private static final int CONNECTIONS_MAX = 64;
  private static final int CONNECTIONS_OF_ONE_ADDRESS_MAX = 8;
  private static final int BACKLOG_MAX = 64;
  private static final int REQUEST_BYTES_MAX = 8192;

  /** Longer than Prometheus usually pauses between scrapes, so that it may keep its connection. */
  private static final int SILENCE_SECONDS_MAX = 90;

  private static final int WRITE_SECONDS_MAX = 10;

  /** From its first byte to its last, or from the beginning of its connection. */
  private static final int REQUEST_MILLIS_MAX = 10_000;

  /** What is read at once, so a bound on the requests that one read can hold. */
  private static final int READ_BYTES = 4096;

  private final EventLoopGroup thread;
  private final Channel channel;
  private final Places places;
  private final AtomicBoolean closing = new AtomicBoolean();

  private HttpEndpoint(
      EventLoopGroup thread, Channel channel, Places places, Consumer<Throwable> onBroken) {
    this.thread = thread;
    this.channel = channel;
    this.places = places;
    var unused =
        thread
            .terminationFuture()
            .addListener(
                ended -> {
                  if (!closing.get()) {
                    onBroken.accept(
                        new IllegalStateException("the thread of HTTP ended by itself"));
                  }
                });
  }

  /**
   * Listens and serves.
   *
   * @param port 0 for any free one
   * @param tls how connections begin
   * @param metrics what {@code /metrics} shows, in Prometheus' text format
   * @param scrapers judges who may read that; null if all may
   * @param onBroken told if its thread ends though the endpoint was not closed: health would go
   *     unanswered
   * @throws IOException if it cannot listen there; the message says where and what to do
   */
  public static HttpEndpoint start(
      String host,
      int port,
      HttpTls tls,
      Supplier<String> metrics,
      @Nullable Scrapers scrapers,
      Health health,
      Consumer<Throwable> onBroken)
      throws IOException {
    return start(host, port, tls, metrics, scrapers, health, onBroken, System::nanoTime);
  }

  static HttpEndpoint start(
      String host,
      int port,
      HttpTls tls,
      Supplier<String> metrics,
      @Nullable Scrapers scrapers,
      Health health,
      Consumer<Throwable> onBroken,
      LongSupplier nanos)
      throws IOException {
    EventLoopGroup thread =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("http"), NioIoHandler.newFactory());
    Places places = new Places(CONNECTIONS_MAX, CONNECTIONS_OF_ONE_ADDRESS_MAX);
    ChannelFuture bound =
        new ServerBootstrap()
            .group(thread)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG_MAX)
            .option(ChannelOption.SO_REUSEADDR, true)
            // One connection is accepted, then those that are there are served: else a flood of
            // new ones would push each other out unread.
            .option(ChannelOption.RECVBUF_ALLOCATOR, new ServerChannelRecvByteBufAllocator())
            .childOption(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES))
            .childHandler(new Connections(tls, metrics, scrapers, health, places, nanos))
            .bind(new InetSocketAddress(host, port))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      stop(thread);
      throw new IOException(
          "cannot listen for HTTP on "
              + host
              + ":"
              + port
              + ": "
              + bound.cause().getMessage()
              + "; "
              + ListenAdvice.of(host, "http.listen"),
          bound.cause());
    }
    return new HttpEndpoint(thread, bound.channel(), places, onBroken);
  }

  /** Its thread, for tests that end it. */
  EventLoopGroup thread() {
    return thread;
  }

  /** The port it listens on. */
  public int port() {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  /** Connections that are open; may be asked on any thread. */
  public int connections() {
    return places.open();
  }

  /** Ends all connections. Waits for the thread to end. */
  @Override
  public void close() {
    closing.set(true);
    stop(thread);
  }

  private static void stop(EventLoopGroup thread) {
    boolean unused =
        thread.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }

  /** Sets up each connection. Runs on the one thread. */
  private static final class Connections extends ChannelInitializer<Channel> {
    private final HttpTls tls;
    private final Scrape metrics;
    private final @Nullable Scrapers scrapers;
    private final Health health;
    private final Places places;

    Connections(
        HttpTls tls,
        Supplier<String> metrics,
        @Nullable Scrapers scrapers,
        Health health,
        Places places,
        LongSupplier nanos) {
      this.scrapers = scrapers;
      this.places = places;
      this.tls = tls;
      this.metrics = new Scrape(metrics, nanos);
      this.health = health;
    }

    @Override
    protected void initChannel(Channel connection) {
      places.enter(connection);
      tls.addTo(connection);
      serve(connection, metrics, scrapers, health, places);
    }
  }

  /** Answers what comes on a connection. */
  static void serve(
      Channel connection,
      Scrape metrics,
      @Nullable Scrapers scrapers,
      Health health,
      Places places) {
    RequestTime time = new RequestTime(REQUEST_MILLIS_MAX);
    connection
        .pipeline()
        .addLast(new ReadTimeoutHandler(SILENCE_SECONDS_MAX))
        .addLast(new WriteTimeoutHandler(WRITE_SECONDS_MAX))
        .addLast(time)
        .addLast(new HttpServerCodec())
        .addLast(new HttpObjectAggregator(REQUEST_BYTES_MAX, true))
        .addLast(new InTurn(time))
        .addLast(new HttpPages(metrics, scrapers, health, places));
  }
}
