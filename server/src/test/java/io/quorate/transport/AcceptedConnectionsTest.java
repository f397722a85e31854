package io.quorate.transport;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

/** Connections on which nothing is called, by the clock of their loop. */
class AcceptedConnectionsTest {
  private final AcceptedConnections accepted =
      new AcceptedConnections(ConnectionLimits.DEFAULT, member -> false, event -> {});
  private final EmbeddedChannel channel = new EmbeddedChannel();

  private void goOn(long millis) {
    channel.advanceTimeBy(millis, MILLISECONDS);
    channel.runPendingTasks();
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
  }

  private void accept() {
    channel.freezeTime();
    assertThat(accepted.accept(channel, channel.eventLoop())).isTrue();
  }

  @Test
  void aSilentConnectionEnds() {
    accept();
    for (long millis = 0; millis < ConnectionLimits.SILENT_MILLIS_MAX - 100; millis += 100) {
      goOn(100);
    }
    assertThat(channel.isOpen()).isTrue();
    goOn(200);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aPauseOfThisProcessIsNoSilenceOfOthers() {
    accept();
    goOn(60_000); // nothing runs, and nothing is read
    assertThat(channel.isOpen()).isTrue();
    accepted.called(channel.remoteAddress());
    for (int i = 0; i < 10; i++) {
      goOn(ConnectionLimits.SILENT_MILLIS_MAX);
    }
    assertThat(channel.isOpen()).isTrue();
  }
}
