package io.quorate.client.internal.net;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import io.quorate.client.TlsOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What the files of {@link TlsOptions} hold at one time. Small, so that they are read whole to see
 * whether one has changed: times of files say it less surely, as when a link leads elsewhere.
 *
 * @param authorities null: those that the JDK trusts
 * @param certificate null: none, and no key
 */
record TlsFiles(@Nullable Pem authorities, @Nullable Pem certificate, @Nullable Pem key) {

  /**
   * Reads the files.
   *
   * @throws IllegalArgumentException if one cannot be read
   */
  static TlsFiles read(TlsOptions options) {
    return new TlsFiles(
        read(options.authorities()), read(options.certificate()), read(options.key()));
  }

  private static @Nullable Pem read(@Nullable Path file) {
    return file == null ? null : Pem.read(file);
  }

  /**
   * Returns the context of connections that trust and show what the files hold.
   *
   * @throws IllegalArgumentException if a file does not hold what it should, or the certificate and
   *     the key do not fit
   */
  SslContext context(SslProvider provider) {
    SslContextBuilder context =
        GrpcSslContexts.configure(SslContextBuilder.forClient(), provider)
            .protocols("TLSv1.3")
            .trustManager(trust());
    if (certificate != null && key != null) {
      List<X509Certificate> chain = certificate.certificates();
      context.keyManager(key.keyOf(chain.get(0)), chain.toArray(X509Certificate[]::new));
    }
    try {
      return context.build();
    } catch (SSLException failure) {
      throw new IllegalArgumentException(
          "TLS cannot be used with " + this + ": " + failure.getMessage(), failure);
    }
  }

  private TrustManager trust() {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(authorities == null ? null : store(authorities.certificates()));
      for (TrustManager each : factory.getTrustManagers()) {
        if (each instanceof X509ExtendedTrustManager judge) {
          return new NodeTrust(
              judge,
              authorities == null
                  ? "the authorities of the JDK"
                  : "the authorities in " + authorities);
        }
      }
      throw new IllegalStateException("the JDK has nothing that judges certificates");
    } catch (GeneralSecurityException | IOException failure) {
      throw new IllegalArgumentException(
          "authorities of "
              + (authorities == null ? "the JDK" : authorities)
              + " cannot be used: "
              + failure.getMessage(),
          failure);
    }
  }

  private static KeyStore store(List<X509Certificate> authorities)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    for (X509Certificate authority : authorities) {
      store.setCertificateEntry(String.valueOf(store.size()), authority);
    }
    return store;
  }

  /** Names the files: what is in them may be secret. */
  @Override
  public String toString() {
    return "authorities "
        + name(authorities)
        + ", certificate "
        + name(certificate)
        + ", key "
        + name(key);
  }

  private static String name(@Nullable Pem pem) {
    return pem == null ? "none" : pem.toString();
  }
}
