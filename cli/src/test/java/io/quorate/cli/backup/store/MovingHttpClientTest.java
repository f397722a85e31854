package io.quorate.cli.backup.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/** A server that stops taking what is sent to it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MovingHttpClientTest {
  private static final Duration SILENCE = Duration.ofSeconds(1);

  private static final int RECEIVE_BUFFER = 128 << 10;

  /** More than the buffers of two sockets. */
  private static final int LARGE = 64 << 20;

  private static HttpExecuteRequest put(URI server, byte[] content) {
    return HttpExecuteRequest.builder()
        .request(
            SdkHttpRequest.builder()
                .method(SdkHttpMethod.PUT)
                .uri(server)
                .putHeader("Content-Length", String.valueOf(content.length))
                .build())
        .contentStreamProvider(ContentStreamProvider.fromByteArrayUnsafe(content))
        .build();
  }

  private static SdkHttpClient client(Duration answer) {
    return client(answer, SILENCE);
  }

  private static SdkHttpClient client(Duration answer, Duration silence) {
    return new MovingHttpClient(
        UrlConnectionHttpClient.builder().socketTimeout(answer).build(), silence);
  }

  /** What a server does with the one connection that it takes. */
  private interface Server {
    void serve(Socket connection) throws Exception;
  }

  private interface Attempt {
    void against(URI server) throws Exception;
  }

  private static void with(Server served, Attempt attempt) throws Exception {
    try (ServerSocket listening = new ServerSocket()) {
      // Small, so that the client cannot send much more than the server has read.
      listening.setReceiveBufferSize(RECEIVE_BUFFER);
      listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
      Thread server =
          new Thread(
              () -> {
                try (Socket connection = listening.accept()) {
                  served.serve(connection);
                } catch (Exception ended) {
                  // As the test has: its connection, or this thread, is closed.
                }
              });
      server.setDaemon(true);
      server.start();
      attempt.against(
          URI.create(
              "http://%s:%d/x"
                  .formatted(
                      listening.getInetAddress().getHostAddress(), listening.getLocalPort())));
      server.interrupt();
    }
  }

  private static void answer(Socket connection) throws IOException {
    connection
        .getOutputStream()
        .write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII));
  }

  @Test
  void aServerThatTakesNoMoreIsGivenUp() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    with(
        connection -> never.await(),
        server -> {
          long start = System.nanoTime();
          ExecutableHttpRequest request =
              client(Duration.ofMinutes(1)).prepareRequest(put(server, new byte[LARGE]));
          assertThatThrownBy(request::call)
              .isInstanceOf(SocketTimeoutException.class)
              .hasMessage("the server takes no more of what is sent, for 1 s");
          assertThat(Duration.ofNanos(System.nanoTime() - start))
              .isBetween(SILENCE, Duration.ofSeconds(30));
        });
  }

  /**
   * The server takes longer for all than the client allows between two bytes, and far less for one
   * piece. Once the socket has the last byte, the server needs about a second for what is buffered.
   */
  @Test
  void aSlowServerIsWaitedFor() throws Exception {
    Duration silence = Duration.ofSeconds(5);
    byte[] content = new byte[40 << 20];
    with(
        connection -> {
          InputStream in = connection.getInputStream();
          byte[] piece = new byte[1 << 20];
          long left = content.length;
          while (left > 0) {
            left -= Math.max(0, in.readNBytes(piece, 0, piece.length));
            Thread.sleep(200);
          }
          answer(connection);
        },
        server -> {
          HttpExecuteResponse answer =
              client(Duration.ofSeconds(20), silence).prepareRequest(put(server, content)).call();
          assertThat(answer.httpResponse().statusCode()).isEqualTo(200);
        });
  }

  /** That has a timeout of its own, which says so. */
  @Test
  void aServerThatDoesNotAnswerIsGivenUpByTheClient() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    with(
        connection -> never.await(),
        server -> {
          ExecutableHttpRequest request =
              client(Duration.ofMillis(500), Duration.ofSeconds(30))
                  .prepareRequest(put(server, new byte[10]));
          assertThatThrownBy(request::call)
              .isInstanceOf(SocketTimeoutException.class)
              .hasMessageContaining("Read timed out");
        });
  }

  /** As a connection with TLS whose closing waits for the thread that writes. */
  @Test
  void whatIsGivenUpNeedsNoConnectionThatCanBeClosedAndIsNeverSentWhole() throws Exception {
    CountDownLatch goesOn = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    AtomicReference<Throwable> end = new AtomicReference<>();
    SdkHttpClient stuck =
        new SdkHttpClient() {
          @Override
          public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
            InputStream content = request.contentStreamProvider().orElseThrow().newStream();
            return new ExecutableHttpRequest() {
              @Override
              public HttpExecuteResponse call() throws IOException {
                try {
                  assertThat(content.readNBytes(4)).hasSize(4);
                  await(goesOn);
                  content.readAllBytes();
                } catch (IOException failed) {
                  end.set(failed);
                  throw failed;
                } finally {
                  ended.countDown();
                }
                return HttpExecuteResponse.builder().build();
              }

              @Override
              public void abort() {
                await(goesOn);
              }
            };
          }

          @Override
          public void close() {}
        };
    ExecutableHttpRequest request =
        new MovingHttpClient(stuck, SILENCE)
            .prepareRequest(put(URI.create("http://localhost/x"), new byte[10]));
    assertThatThrownBy(request::call).isInstanceOf(SocketTimeoutException.class);
    goesOn.countDown();
    ended.await();
    assertThat(end.get()).hasMessage("the request was given up");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException givenUp) {
      throw new IllegalStateException(givenUp);
    }
  }

  @Test
  void failuresOfTheRequestAreThoseOfTheCaller() throws Exception {
    ContentStreamProvider broken =
        () -> {
          throw new IllegalStateException("broken");
        };
    with(
        connection -> answer(connection),
        server -> {
          HttpExecuteRequest request =
              HttpExecuteRequest.builder()
                  .request(put(server, new byte[10]).httpRequest())
                  .contentStreamProvider(broken)
                  .build();
          assertThatThrownBy(() -> client(Duration.ofSeconds(20)).prepareRequest(request).call())
              .isInstanceOf(IllegalStateException.class)
              .hasMessage("broken");
        });
    with(
        Socket::close,
        server ->
            assertThatThrownBy(
                    () ->
                        client(Duration.ofSeconds(20))
                            .prepareRequest(put(server, new byte[LARGE]))
                            .call())
                .isInstanceOf(IOException.class));
  }
}
