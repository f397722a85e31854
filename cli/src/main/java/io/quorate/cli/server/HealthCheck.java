package io.quorate.cli.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Asks a node of this machine, with TLS, whether it is ready: {@code bin/healthcheck} runs it, in a
 * JVM of its own, where bash alone cannot ask. It needs nothing but the JDK, so that it starts
 * fast.
 */
final class HealthCheck {
  private static final int TIMEOUT_MILLIS = 3_000;
  private static final byte[] REQUEST =
      "GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);
  private static final byte[] READY = "HTTP/1.1 200 ".getBytes(StandardCharsets.US_ASCII);

  private HealthCheck() {}

  /**
   * Ends the process: with 0 if the node is ready, else with 1.
   *
   * @param args the host, the port, and the file of the authorities that the node's certificate is
   *     of
   */
  public static void main(String[] args) {
    int exitCode = 1;
    try {
      exitCode = isReady(args[0], Integer.parseInt(args[1]), Path.of(args[2])) ? 0 : 1;
    } catch (IOException | GeneralSecurityException unanswered) {
      System.err.println("no answer: " + unanswered.getMessage());
    }
    System.exit(exitCode);
  }

  static boolean isReady(String host, int port, Path authorities)
      throws IOException, GeneralSecurityException {
    // The certificate need not name loopback: whose it is does not matter, if the authority knows
    // it.
    try (SSLSocket socket = (SSLSocket) trusting(authorities).getSocketFactory().createSocket()) {
      socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write(REQUEST);
      socket.getOutputStream().flush();
      return Arrays.equals(socket.getInputStream().readNBytes(READY.length), READY);
    }
  }

  /** Returns a context that takes the certificates of these authorities, and no others. */
  static SSLContext trusting(Path authorities) throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null);
    try (InputStream in = Files.newInputStream(authorities)) {
      int number = 0;
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        trusted.setCertificateEntry("authority-" + number++, each);
      }
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, trust.getTrustManagers(), null);
    return tls;
  }
}
