package io.quorate.transport.tls;

import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import io.grpc.internal.FixedObjectPool;
import io.grpc.netty.shaded.io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.shaded.io.grpc.netty.InternalNettyServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiator.ProtocolNegotiator;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.handler.codec.ByteToMessageDecoder;
import io.grpc.netty.shaded.io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells by the first byte of a connection whether it begins with TLS or with plaintext HTTP/2, and
 * lets gRPC go on with that. gRPC itself has one of both for a port, and a cluster that goes over
 * to TLS needs both while its nodes and clients do so one by one.
 */
final class FirstBytes extends ByteToMessageDecoder {
  /** Content type of a record that has a handshake message (RFC 8446, section 5.1). */
  private static final int TLS_HANDSHAKE = 22;

  private final Supplier<ChannelHandler> tls;
  private final Supplier<ChannelHandler> plaintext;

  /** What gRPC tells its handlers, for the one that is not there yet. */
  private final List<Object> told = new ArrayList<>();

  private FirstBytes(Supplier<ChannelHandler> tls, Supplier<ChannelHandler> plaintext) {
    this.tls = tls;
    this.plaintext = plaintext;
  }

  /**
   * Credentials of a server that takes TLS.
   *
   * @param before told of each connection that begins with TLS, before it does
   * @param failures told of each that does not come about
   * @param handshakes does what takes long in a handshake: gRPC would do it on the lane
   * @param turns says when one may begin
   * @param takesPlaintext whether plaintext is taken, too
   */
  static ServerCredentials credentials(
      ServerCredentials tls,
      Runnable before,
      HandshakeWatch.Failures failures,
      Executor handshakes,
      HandshakeTurns turns,
      boolean takesPlaintext) {
    InternalProtocolNegotiator.ServerFactory withTls =
        InternalNettyServerCredentials.toNegotiator(tls);
    InternalProtocolNegotiator.ServerFactory without =
        InternalNettyServerCredentials.toNegotiator(InsecureServerCredentials.create());
    InternalProtocolNegotiator.ServerFactory both =
        executors -> {
          ProtocolNegotiator secured = withTls.newNegotiator(new FixedObjectPool<>(handshakes));
          ProtocolNegotiator plaintext = takesPlaintext ? without.newNegotiator(executors) : null;
          return negotiator(secured, before, failures, turns, plaintext);
        };
    return InternalNettyServerCredentials.create(both);
  }

  private static ProtocolNegotiator negotiator(
      ProtocolNegotiator tls,
      Runnable before,
      HandshakeWatch.Failures failures,
      HandshakeTurns turns,
      @Nullable ProtocolNegotiator plaintext) {
    return new ProtocolNegotiator() {
      @Override
      public AsciiString scheme() {
        return tls.scheme();
      }

      @Override
      public ChannelHandler newHandler(GrpcHttp2ConnectionHandler grpc) {
        return plaintext == null
            ? secured(grpc)
            : new FirstBytes(() -> secured(grpc), () -> plaintext.newHandler(grpc));
      }

      private ChannelHandler secured(GrpcHttp2ConnectionHandler grpc) {
        return new HandshakeEntry(
            turns,
            () -> {
              before.run();
              return new HandshakeWatch(tls.newHandler(grpc), failures);
            });
      }

      @Override
      public void close() {
        tls.close();
        if (plaintext != null) {
          plaintext.close();
        }
      }
    };
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    told.add(event);
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (!in.isReadable()) {
      return;
    }
    boolean isTls = in.getUnsignedByte(in.readerIndex()) == TLS_HANDSHAKE;
    ChannelHandler next = isTls ? tls.get() : plaintext.get();
    // Not replaced by it: what was read has to pass what it puts before itself.
    context.pipeline().addAfter(context.name(), null, next);
    told.forEach(context::fireUserEventTriggered);
    context.pipeline().remove(this);
  }
}
