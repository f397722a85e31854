package io.quorate.transport.token;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.quorate.client.tls.TestAuthority;
import io.quorate.client.tls.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A server that gives the keys of a provider by https, or does what a test says. */
public final class JwkServer implements AutoCloseable {
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
  private final HttpsServer server;
  private volatile HttpHandler handler = exchange -> send(exchange, 404, new byte[0]);

  /** One whose certificate is of this authority, for 127.0.0.1. */
  public JwkServer(TestAuthority authority) throws Exception {
    this(authority.certificate("id").ip("127.0.0.1").issue());
  }

  JwkServer(TestCertificate.Issued certificate) throws Exception {
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context(certificate)));
    server.setExecutor(threads);
    server.createContext("/", exchange -> handler.handle(counted(exchange)));
    server.start();
  }

  private static SSLContext context(TestCertificate.Issued shown) throws Exception {
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    Certificate[] chain =
        Stream.concat(Stream.of(shown.certificate()), shown.between().stream())
            .toArray(Certificate[]::new);
    own.setKeyEntry("own", shown.key(), new char[0], chain);
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(own, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  private HttpExchange counted(HttpExchange exchange) {
    asked
        .computeIfAbsent(exchange.getRequestURI().getPath(), none -> new AtomicInteger())
        .incrementAndGet();
    return exchange;
  }

  public URI uri(String path) {
    return URI.create("https://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  static URI anywhere() {
    return URI.create("https://127.0.0.1:1/certs");
  }

  /** Answers with this from now on. */
  public void answers(byte[] body) {
    answers(200, body);
  }

  void answers(int status, byte[] body) {
    handler = exchange -> send(exchange, status, body);
  }

  public void handles(HttpHandler other) {
    handler = other;
  }

  void at(String path, HttpHandler other) {
    server.createContext(path, exchange -> other.handle(counted(exchange)));
  }

  /** How often this was asked for. */
  public int asked(String path) {
    AtomicInteger times = asked.get(path);
    return times == null ? 0 : times.get();
  }

  static HttpHandler redirect(String to) {
    return exchange -> {
      exchange.getResponseHeaders().set("Location", to);
      send(exchange, 302, new byte[0]);
    };
  }

  public static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      if (body.length > 0) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
