package io.quorate.transport.token;

import io.quorate.model.DurationText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Keys that a server gives by https. It has to prove itself by its certificate; it is not followed
 * to another place; it has to answer in time, and with no more than keys are.
 *
 * @param authorities file of those that the server's certificate is believed from, in PEM; null:
 *     those that Java trusts
 */
public record KeyServer(URI uri, @Nullable Path authorities, Duration within) implements KeySource {
  /** Sets of keys have some thousand. */
  static final int BYTES_MAX = 512 << 10;

  /** As long as one reading takes at most. */
  private static final Duration WITHIN = Duration.ofSeconds(10);

  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);
  private static final int OK = 200;
  private static final int AUTHORITIES_BYTES_MAX = 1 << 20;

  public KeyServer(URI uri, @Nullable Path authorities) {
    this(uri, authorities, WITHIN);
  }

  @Override
  public TokenKeys read() throws TokenKeysException {
    // Seldom, so that neither threads nor a connection are kept for it; files may have changed.
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_WITHIN)
            .sslContext(trusting())
            .build();
    try {
      return TokenKeys.parse(uri.toString(), answer(client));
    } finally {
      client.shutdownNow();
    }
  }

  /**
   * Finds out whether the file of authorities can be used.
   *
   * @throws TokenKeysException if it cannot
   */
  public void check() throws TokenKeysException {
    SSLContext unused = trusting();
  }

  private byte[] answer(HttpClient client) throws TokenKeysException {
    HttpRequest request =
        HttpRequest.newBuilder(uri).timeout(within).header("Accept", "application/json").build();
    CompletableFuture<HttpResponse<byte[]>> asked =
        client.sendAsync(request, head -> new BoundedBody(BYTES_MAX));
    try {
      HttpResponse<byte[]> response = asked.get(within.toMillis(), TimeUnit.MILLISECONDS);
      if (response.statusCode() != OK) {
        throw failed(
            "answers with status " + response.statusCode() + ", and is not followed", null);
      }
      return response.body();
    } catch (TimeoutException late) {
      throw failed("has not answered within " + DurationText.of(within), late);
    } catch (ExecutionException failed) {
      throw failed(said(failed.getCause()), failed);
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
      throw failed("was not waited for, as the node stops", ending);
    } finally {
      boolean unused = asked.cancel(true);
    }
  }

  /** The client of HTTP does not say why it cannot connect. */
  private static String said(@Nullable Throwable cause) {
    return cause instanceof ConnectException && cause.getMessage() == null
        ? "cannot be connected to: nothing listens there, or its host is not known or out of reach"
        : String.valueOf(cause);
  }

  private TokenKeysException failed(String why, @Nullable Throwable cause) {
    return new TokenKeysException(
        "jwt.keys %s: no keys can be had there: %s. See to the provider, or correct jwt.keys and jwt.ca"
            .formatted(uri, why),
        cause);
  }

  private SSLContext trusting() throws TokenKeysException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, authorities == null ? null : trust(authorities).getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException unusable) {
      throw new TokenKeysException(
          "jwt.ca %s: cannot be read as certificates in PEM: %s"
              .formatted(authorities, unusable.getMessage()),
          unusable);
    }
  }

  private static TrustManagerFactory trust(Path file) throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (InputStream opened = Files.newInputStream(file)) {
      Collection<? extends Certificate> found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(opened.readNBytes(AUTHORITIES_BYTES_MAX)));
      if (found.isEmpty()) {
        throw new IOException("it has no certificate");
      }
      for (Certificate each : found) {
        trusted.setCertificateEntry("authority-" + trusted.size(), each);
      }
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    return trust;
  }
}
