package io.quorate.transport.peer;

import io.grpc.ChannelCredentials;
import io.grpc.Compressor;
import io.grpc.CompressorRegistry;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.quorate.transport.Loops;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** Connections to other nodes, all on the node's own event loops. */
final class PeerChannels {
  private static final int FLOW_CONTROL_WINDOW_BYTES = 2 << 20;

  private final Loops loops;
  private final PeerSettings settings;
  private final String resolver;
  private final UnaryOperator<String> ways;
  private final ChannelCredentials credentials;

  PeerChannels(Loops loops, PeerSettings settings) {
    this(loops, settings, "dns");
  }

  /**
   * @param ways from the address under which a node is known to the one to connect to
   * @param credentials how connections begin
   */
  PeerChannels(
      Loops loops,
      PeerSettings settings,
      UnaryOperator<String> ways,
      ChannelCredentials credentials) {
    this(loops, settings, "dns", ways, credentials);
  }

  /**
   * @param resolver scheme of the name resolver that finds addresses
   */
  PeerChannels(Loops loops, PeerSettings settings, String resolver) {
    this(loops, settings, resolver, UnaryOperator.identity(), InsecureChannelCredentials.create());
  }

  private PeerChannels(
      Loops loops,
      PeerSettings settings,
      String resolver,
      UnaryOperator<String> ways,
      ChannelCredentials credentials) {
    this.loops = loops;
    this.settings = settings;
    this.resolver = resolver;
    this.ways = ways;
    this.credentials = credentials;
  }

  PeerSettings settings() {
    return settings;
  }

  /**
   * A channel to one address, on which nothing is compressed; see {@link #open(String,
   * Compressor)}.
   */
  ManagedChannel open(String address) {
    return builder(address).build();
  }

  /**
   * A channel to one address, whose calls may ask for a compressor.
   *
   * @throws IllegalArgumentException if it is no address
   */
  ManagedChannel open(String address, Compressor compressor) {
    CompressorRegistry compressors = CompressorRegistry.newEmptyInstance();
    compressors.register(compressor);
    return builder(address).compressorRegistry(compressors).build();
  }

  /**
   * A channel to one address. With keep-alive on, Netty over epoll also sets TCP_USER_TIMEOUT: what
   * is not acknowledged for that long ends the connection, instead of being sent again and again at
   * growing intervals after a partition has healed.
   *
   * @throws IllegalArgumentException if it is no address
   */
  private NettyChannelBuilder builder(String address) {
    return NettyChannelBuilder.forTarget(resolver + ":///" + ways.apply(address), credentials)
        .eventLoopGroup(loops.group())
        .channelType(loops.channelType())
        .directExecutor()
        .disableRetry()
        .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, settings.connectMillisMax())
        .withOption(ChannelOption.TCP_NODELAY, true)
        .flowControlWindow(FLOW_CONTROL_WINDOW_BYTES)
        .maxInboundMessageSize(settings.frameBytesMax())
        .keepAliveTime(10, TimeUnit.SECONDS)
        .keepAliveTimeout(4, TimeUnit.SECONDS);
  }
}
