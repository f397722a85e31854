package io.quorate.cli.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RelayTest {
  private static final Duration DELAY = Duration.ofMillis(60);
  private static final int BYTES = 300_000;

  @Test
  void bytesArriveInOrderAfterTheDelayInBothDirections() throws Exception {
    byte[] sent = new byte[BYTES];
    ThreadLocalRandom.current().nextBytes(sent);
    try (ServerSocket target = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Relay relay = start(target.getLocalPort());
        Socket caller = new Socket(InetAddress.getLoopbackAddress(), relay.port())) {
      CompletableFuture<Void> echo = CompletableFuture.runAsync(() -> echo(target));
      long begun = System.nanoTime();
      caller.getOutputStream().write(sent);
      caller.shutdownOutput();
      byte[] back = caller.getInputStream().readAllBytes();
      assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(2 * DELAY.toNanos());
      assertThat(back).isEqualTo(sent);
      echo.get(10, TimeUnit.SECONDS);
    }
  }

  /** Gives back all that arrives, up to its end. */
  private static void echo(ServerSocket target) {
    try (Socket socket = target.accept()) {
      socket.getInputStream().transferTo(socket.getOutputStream());
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  @Test
  void aConnectionToATargetThatIsNotThereEnds() throws IOException {
    ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    gone.close();
    try (Relay relay = start(gone.getLocalPort());
        Socket caller = new Socket(InetAddress.getLoopbackAddress(), relay.port())) {
      caller.setSoTimeout(10_000);
      assertThat(caller.getInputStream().read()).isEqualTo(-1);
    }
  }

  private static Relay start(int target) throws IOException {
    return Relay.start(
        "127.0.0.1", 0, "127.0.0.1:" + target, new Delays(DELAY, Duration.ofMillis(20)));
  }
}
