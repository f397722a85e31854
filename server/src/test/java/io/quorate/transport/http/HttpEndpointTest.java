package io.quorate.transport.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quorate.transport.http.Health.Report;
import io.quorate.transport.tls.HttpTls;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
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
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpEndpointTest {
  private volatile Report ready = Report.not("waiting for \"n2\" to join");
  private volatile Report whole = Report.not("12 partitions of this node are being filled");
  private final BlockingQueue<Throwable> broken = new LinkedBlockingQueue<>();
  private final AtomicReference<String> page = new AtomicReference<>("quorate_x 1.0\n");
  private final AtomicLong nanos = new AtomicLong();
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

          @Override
          public Report whole() {
            return whole;
          }
        };
    return HttpEndpoint.start(
        "127.0.0.1", port, HttpTls.OFF, page::get, null, health, broken::add, nanos::get);
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
    HttpResponse<String> filled = get("/health/whole");
    assertThat(filled.statusCode()).isEqualTo(503);
    assertThat(filled.body())
        .isEqualTo(
            "{\"status\":\"not whole\",\"reason\":"
                + "\"12 partitions of this node are being filled\"}\n");
    whole = Report.OK;
    assertThat(get("/health/whole").body()).isEqualTo("{\"status\":\"whole\"}\n");
  }

  @Test
  void connectionsAreCountedWhileTheyAreOpen() throws Exception {
    assertThat(endpoint.connections()).isZero();
    try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), endpoint.port())) {
      assertThat(silent.isConnected()).isTrue();
      await().until(() -> endpoint.connections() == 1);
    }
    await().until(() -> endpoint.connections() == 0);
  }

  @Test
  void allElseIsRefused() throws Exception {
    assertThat(get("/").statusCode()).isEqualTo(404);
    assertThat(get("/health").body()).contains("/health/live", "/health/whole");
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
  void connectionsThatAreOfNoUseMakeRoomForNewOnes() throws Exception {
    int rest = bytesAfterStatus();
    List<Socket> open = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), endpoint.port());
        open.add(socket);
        assertThat(ask(socket)).startsWith("HTTP/1.1 200");
      }
      for (Socket pushedOut : open.subList(0, 12)) {
        pushedOut.setSoTimeout(10_000);
        pushedOut.getInputStream().skipNBytes(rest);
        assertThat(pushedOut.getInputStream().read()).isEqualTo(-1);
      }
      for (Socket kept : open.subList(12, 20)) {
        kept.getInputStream().skipNBytes(rest);
        assertThat(ask(kept)).startsWith("HTTP/1.1 200");
      }
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
    }
  }

  /** What {@link #ask} leaves unread of an answer. */
  private int bytesAfterStatus() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), endpoint.port())) {
      socket
          .getOutputStream()
          .write(
              "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] bytes = new byte[4096];
      int length = 0;
      while (!new String(bytes, 0, length, StandardCharsets.US_ASCII).endsWith("}\n")) {
        length += socket.getInputStream().read(bytes, length, bytes.length - length);
      }
      return length - 12;
    }
  }

  /** 64 connections that send a byte now and then held all places, and health with them. */
  @Test
  void healthIsAnsweredWhileOthersHoldConnectionsOpen() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 64; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), endpoint.port());
        slow.add(socket);
        socket.getOutputStream().write('G');
        if (i % 8 == 0) {
          assertThat(get("/health/live").statusCode()).isEqualTo(200);
        }
      }
      assertThat(get("/health/live").statusCode()).isEqualTo(200);
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  /** The page is 1 MiB: what is not read does not fit into the buffers of sockets. */
  @Test
  void whatIsAskedAndNotReadIsBounded() throws Exception {
    page.set("x".repeat(1 << 20));
    try (Socket greedy = new Socket(InetAddress.getLoopbackAddress(), endpoint.port())) {
      byte[] requests =
          "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
              .repeat(10_000)
              .getBytes(StandardCharsets.US_ASCII);
      Thread writer =
          new Thread(
              () -> {
                try {
                  greedy.getOutputStream().write(requests);
                } catch (IOException cutOff) {
                  // As it should be.
                }
              });
      writer.start();
      assertThat(get("/health/live").statusCode()).isEqualTo(200);
      // 4096 bytes at once hold more than a hundred of these, and 16 may wait in line.
      writer.join(60_000);
      assertThat(writer.isAlive()).isFalse();
      assertThat(get("/health/live").statusCode()).isEqualTo(200);
      greedy.setSoTimeout(30_000);
      assertThat(readToItsEnd(greedy)).isLessThan(20L << 20);
    }
  }

  private static long readToItsEnd(Socket socket) {
    long bytes = 0;
    byte[] chunk = new byte[1 << 16];
    try {
      int read = socket.getInputStream().read(chunk);
      while (read >= 0) {
        bytes += read;
        read = socket.getInputStream().read(chunk);
      }
    } catch (IOException reset) {
      // Cut off with requests unread.
    }
    return bytes;
  }

  @Test
  void requestsInLineAreAnsweredInOrder() throws Exception {
    ready = Report.OK;
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), endpoint.port())) {
      socket.setSoTimeout(30_000);
      StringBuilder requests = new StringBuilder();
      for (int i = 0; i < 7; i++) {
        requests.append("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
        requests.append("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n");
      }
      requests.append("GET /health/ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      socket.getOutputStream().write(requests.toString().getBytes(StandardCharsets.US_ASCII));
      String answers =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      List<String> statuses =
          answers
              .lines()
              .filter(line -> line.startsWith("HTTP/1.1"))
              .map(l -> l.substring(9, 12))
              .toList();
      assertThat(statuses).hasSize(15).startsWith("200", "404", "200", "404").endsWith("200");
    }
  }

  @Test
  void aPageOfMetricsIsGoodForASecond() throws Exception {
    page.set("first");
    assertThat(get("/metrics").body()).isEqualTo("first");
    page.set("second");
    nanos.addAndGet(999_000_000);
    assertThat(get("/metrics").body()).isEqualTo("first");
    nanos.addAndGet(1_000_000);
    assertThat(get("/metrics").body()).isEqualTo("second");
  }

  @Test
  void aMalformedPathIsAnsweredAndTheConnectionStays() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), endpoint.port())) {
      String requests = "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\nGET /health% HTTP/1.1\r\n\r\n";
      socket.getOutputStream().write(requests.getBytes(StandardCharsets.UTF_8));
      BufferedReader answers =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      for (int answer = 0; answer < 2; answer++) {
        assertThat(answers.readLine()).isEqualTo("HTTP/1.1 400 Bad Request");
        String line = answers.readLine();
        while (!line.equals("the path is malformed")) {
          line = answers.readLine();
        }
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
