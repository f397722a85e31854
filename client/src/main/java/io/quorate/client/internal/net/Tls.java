package io.quorate.client.internal.net;

import io.grpc.ChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettySslContextChannelCredentials;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufAllocator;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.grpc.netty.shaded.io.netty.handler.ssl.OpenSsl;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import io.quorate.client.QuorateClient;
import io.quorate.client.TlsOptions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS of one client: what its channels trust and show, as its files say it. These are looked at
 * before a connection is made, which needs no thread and no timer of its own.
 *
 * <p>Files that have changed make another context, and not another content of the same one: no
 * session goes on then that was agreed upon with the files before, which would skip the check of
 * certificates.
 *
 * <p>Owned by the loop once its channels are in use.
 */
public final class Tls {
  private static final Logger LOG = LoggerFactory.getLogger(QuorateClient.class);

  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final TlsOptions options;
  private final String client;
  private final SslProvider provider;
  private final LongSupplier nanos;

  private TlsFiles files;
  private SslContext context;
  private long lookedNanos;

  /** What was wrong with the files that were not taken; told once. */
  private @Nullable String told;

  /**
   * Reads the files.
   *
   * @param client what log lines begin with
   * @throws IllegalArgumentException if they cannot be used; says which one, and what to do
   */
  public static Tls of(TlsOptions options, String client) {
    // The published jar has no BoringSSL in it.
    SslProvider provider = OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
    return new Tls(options, client, provider, System::nanoTime);
  }

  /**
   * Reads the files.
   *
   * @param nanos a clock
   * @throws IllegalArgumentException if they cannot be used
   */
  public Tls(TlsOptions options, String client, SslProvider provider, LongSupplier nanos) {
    this.options = options;
    this.client = client;
    this.provider = provider;
    this.nanos = nanos;
    files = TlsFiles.read(options);
    context = files.context(provider);
    lookedNanos = nanos.getAsLong();
  }

  /** What channels are made with. */
  public ChannelCredentials credentials() {
    return NettySslContextChannelCredentials.create(new Newest());
  }

  /** The name that is expected in certificates; null: the host that is dialled. */
  public @Nullable String serverName() {
    return options.serverName();
  }

  private SslContext newest() {
    long now = nanos.getAsLong();
    if (now - lookedNanos >= LOOK_NANOS) {
      lookedNanos = now;
      look();
    }
    return context;
  }

  private void look() {
    try {
      TlsFiles now = TlsFiles.read(options);
      if (!now.equals(files)) {
        context = now.context(provider);
        files = now;
        LOG.info("{}files of TLS have changed, and are taken: {}", client, files);
      }
      told = null;
    } catch (IllegalArgumentException wrong) {
      String message = String.valueOf(wrong.getMessage());
      if (!message.equals(told)) {
        told = message;
        LOG.warn(
            "{}files of TLS have changed, and are not taken: {}; those before are kept",
            client,
            message);
      }
    }
  }

  /** Makes each engine, which is one connection, from the files as they are. */
  private final class Newest extends SslContext {
    @Override
    public boolean isClient() {
      return true;
    }

    @Override
    public List<String> cipherSuites() {
      return context.cipherSuites();
    }

    @Override
    @SuppressWarnings("deprecation") // SslContext asks for it, though Netty advises against its use
    public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
      return context.applicationProtocolNegotiator();
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator buffers) {
      return newest().newEngine(buffers);
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator buffers, String host, int port) {
      return newest().newEngine(buffers, host, port);
    }

    @Override
    public SSLSessionContext sessionContext() {
      return context.sessionContext();
    }
  }
}
