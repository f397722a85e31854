package io.quorate.transport.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.transport.http.Health.Report;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpEndpointTest {
  private volatile Report ready = Report.not("waiting for \"n2\" to join");
  private final BlockingQueue<Throwable> broken = new LinkedBlockingQueue<>();
  private HttpEndpoint endpoint;
  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeEach
  void start() throws IOException {
    endpoint = start(0);
  }

  private HttpEndpoint start(int port) throws IOException {
    Health health =
        new Health() {
          @Override
          public Report live() {
            return Report.OK;
          }

          @Override
          public Report ready() {
            return ready;
          }
        };
    return HttpEndpoint.start("127.0.0.1", port, () -> "quorate_x 1.0\n", health, broken::add);
  }

  @AfterEach
  void close() {
    client.close();
    endpoint.close();
  }

  @Test
  void metricsAreShownAsPrometheusReadsThem() throws Exception {
    HttpResponse<String> response = get("/metrics?name=all");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("quorate_x 1.0\n");
    assertThat(response.headers().firstValue("content-type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
  }

  @Test
  void healthSaysWhatIsInTheWay() throws Exception {
    assertThat(get("/health/live").body()).isEqualTo("{\"status\":\"live\"}\n");
    HttpResponse<String> waiting = get("/health/ready");
    assertThat(waiting.statusCode()).isEqualTo(503);
    assertThat(waiting.body())
        .isEqualTo("{\"status\":\"not ready\",\"reason\":\"waiting for \\\"n2\\\" to join\"}\n");
    ready = Report.OK;
    assertThat(get("/health/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void allElseIsRefused() throws Exception {
    assertThat(get("/").statusCode()).isEqualTo(404);
    assertThat(get("/health").body()).contains("/health/live");
    HttpRequest post =
        HttpRequest.newBuilder(uri("/metrics"))
            .POST(HttpRequest.BodyPublishers.ofString("x"))
            .build();
    assertThat(client.send(post, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(405);
    assertThat(raw("nonsense\r\n\r\n")).startsWith("HTTP/1.1 400");
    assertThat(raw("POST / HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n"))
        .startsWith("HTTP/1.1 413");
  }

  @Test
  void tooManyConnectionsAreClosed() throws Exception {
    List<Socket> open = new ArrayList<>();
    try {
      for (int i = 0; i < 64; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), endpoint.port());
        open.add(socket);
        assertThat(ask(socket)).startsWith("HTTP/1.1 200");
      }
      try (Socket oneMore = new Socket(InetAddress.getLoopbackAddress(), endpoint.port())) {
        assertThat(oneMore.getInputStream().read()).isEqualTo(-1);
      }
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
    }
  }

  @Test
  void aThreadThatEndsByItselfIsMissed() throws Exception {
    var unused = endpoint.thread().shutdownGracefully(0, 0, TimeUnit.SECONDS);
    assertThat(broken.poll(10, TimeUnit.SECONDS)).hasMessageContaining("HTTP ended by itself");
  }

  @Test
  void aThreadThatIsClosedIsNot() {
    endpoint.close();
    assertThat(endpoint.thread().isTerminated()).isTrue();
    assertThat(broken).isEmpty();
  }

  @Test
  void aPortInUseIsSaid() {
    assertThatThrownBy(() -> start(endpoint.port()))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("cannot listen for HTTP on 127.0.0.1:" + endpoint.port())
        .hasMessageContaining("in use");
  }

  private static String ask(Socket socket) throws IOException {
    socket
        .getOutputStream()
        .write("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    InputStream in = socket.getInputStream();
    return new String(in.readNBytes(12), StandardCharsets.US_ASCII);
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), endpoint.port())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
    }
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + endpoint.port() + path);
  }
}
