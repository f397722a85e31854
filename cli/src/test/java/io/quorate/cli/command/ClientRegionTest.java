package io.quorate.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quorate.cli.FakeCluster;
import io.quorate.client.QuorateClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The region of a command is looked up, and no command fails or waits long by that. */
class ClientRegionTest {
  private static final String WARNING = "warning: no node is in region 'eu'";

  private final FakeCluster cluster = new FakeCluster();

  /** Takes connections, and says nothing. */
  private final ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

  private final StringWriter err = new StringWriter();

  ClientRegionTest() throws IOException {}

  @AfterEach
  void close() throws IOException {
    silent.close();
    cluster.close();
  }

  @Command
  private static final class Typed {
    @Mixin private ClusterOptions cluster = new ClusterOptions();
  }

  private ClusterOptions typed(String... options) {
    Typed command = new Typed();
    List<String> words = new ArrayList<>(List.of("--client-region", "eu"));
    words.addAll(List.of(options));
    CommandLine.ParseResult unused =
        new CommandLine(command)
            .setErr(new PrintWriter(err, true))
            .parseArgs(words.toArray(String[]::new));
    return command.cluster;
  }

  /** Returns a client that is connected already. */
  private QuorateClient client() {
    QuorateClient client = QuorateClient.builder().endpoints(cluster.endpoint()).build();
    assertThat(client.keyValue().get("k").found()).isFalse();
    return client;
  }

  @Test
  @Timeout(60)
  void aSilentClusterDelaysACommandByLessThanItsTimeout() {
    ClusterOptions options =
        typed("--endpoints", "127.0.0.1:" + silent.getLocalPort(), "--timeout", "30s");
    long before = System.nanoTime();
    options.connect().close();
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(15));
    assertThat(err.toString()).isEmpty();
  }

  /** A shell that is asked to close its clients waits for those that are being opened. */
  @Test
  void itIsLookedUpOnceTheClientIsOpen() {
    Connections ofAnotherCluster =
        (given, open) -> {
          open.get().close();
          return client();
        };
    ClusterOptions options = typed("--endpoints", "127.0.0.1:" + silent.getLocalPort());
    await().until(() -> warns(options, ofAnotherCluster));
    assertThat(err.toString()).contains(WARNING, "there are: local");
  }

  @Test
  void itIsNotLookedUpForAClientThatWasOpenAlready() {
    typed("--endpoints", cluster.endpoint()).connect((given, open) -> client()).close();
    assertThat(err.toString()).isEmpty();
    ClusterOptions options = typed("--endpoints", cluster.endpoint());
    await().until(() -> warns(options, Connections.OF_EACH_COMMAND));
  }

  /** Whether there is a warning by now: on a busy machine a second may be too short for it. */
  private boolean warns(ClusterOptions options, Connections connections) {
    options.connect(connections).close();
    return err.toString().contains(WARNING);
  }

  /** Else the client would stay open. */
  @Test
  void aThreadThatIsInterruptedHasItsClient() {
    ClusterOptions options = typed("--endpoints", "127.0.0.1:" + silent.getLocalPort());
    Thread.currentThread().interrupt();
    try {
      options.connect().close();
    } finally {
      assertThat(Thread.interrupted()).as("the command is to end").isTrue();
    }
    assertThat(err.toString()).isEmpty();
  }
}
