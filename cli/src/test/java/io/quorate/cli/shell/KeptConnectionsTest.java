package io.quorate.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.cli.FakeCluster;
import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.Connections;
import io.quorate.client.ClientClosedException;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class KeptConnectionsTest {
  private final FakeCluster cluster = new FakeCluster();
  private final KeptConnections connections = new KeptConnections();
  private final AtomicInteger opened = new AtomicInteger();

  @AfterEach
  void close() {
    connections.close();
    cluster.close();
  }

  private QuorateClient client(Object options) {
    return connections.client(
        options,
        () -> {
          opened.incrementAndGet();
          return QuorateClient.builder().endpoints(cluster.endpoint()).build();
        });
  }

  @Test
  void aClientServesCommandsOfTheSameOptions() {
    try (QuorateClient first = client("a")) {
      first.keyValue().put("k", "v");
    }
    try (QuorateClient second = client("a")) {
      assertThat(second.keyValue().get("k").text()).isEqualTo("v");
      assertThat(Administration.of(second).cluster().tenants()).isNotEmpty();
    }
    assertThat(opened).hasValue(1);
    client("b").close();
    assertThat(opened).hasValue(2);
  }

  @Test
  void ofManyClientsThoseUsedLastAreKept() {
    QuorateClient first = client("first");
    for (int i = 0; i < 8; i++) {
      client(i);
    }
    assertThatThrownBy(() -> first.keyValue().get("k")).isInstanceOf(ClientClosedException.class);
    client(7);
    assertThat(opened).hasValue(9);
  }

  /** A command of the shell. */
  @Command
  private static final class Typed {
    @Mixin private ClusterOptions cluster = new ClusterOptions();
  }

  private QuorateClient connect(String... options) {
    Typed command = new Typed();
    List<String> words = new ArrayList<>(List.of("--tls", "--user", "reports"));
    words.addAll(List.of(options));
    CommandLine.ParseResult unused =
        new CommandLine(command).parseArgs(words.toArray(String[]::new));
    return command.cluster.connect(connections);
  }

  /** Whatever else the commands say, and after Ctrl-C; by another cluster it is not to be heard. */
  @Test
  void aPasswordIsTypedOnceForAUserOfACluster() {
    AtomicInteger asked = new AtomicInteger();
    Supplier<String> person = () -> "secret " + asked.incrementAndGet();
    List<Object> login = List.of(List.of("127.0.0.1:1"), "reports");
    assertThat(connections.password(login, person)).isEqualTo("secret 1");
    connect("--endpoints", "127.0.0.1:1");
    connect("--endpoints", "127.0.0.1:1", "--tenant", "carts", "--timeout", "1s");
    connections.close();
    connect("--endpoints", "127.0.0.1:1");
    assertThat(connections.password(login, person)).isEqualTo("secret 1");
    assertThatThrownBy(() -> connect("--endpoints", "127.0.0.1:2"))
        .as("there is no person to ask")
        .hasMessageContaining("--user needs a password");
    assertThat(asked).hasValue(1);
    connections.forget();
    assertThat(connections.password(login, person)).as("mistyped").isEqualTo("secret 2");
  }

  @Test
  void aPersonWhoTypesNothingIsAskedAgain() {
    assertThatThrownBy(
            () ->
                connections.password(
                    "a",
                    () -> {
                      throw new IllegalArgumentException("no password was typed");
                    }))
        .hasMessage("no password was typed");
    assertThat(connections.password("a", () -> "secret")).isEqualTo("secret");
  }

  /** Ctrl-C while a command waits. */
  @Test
  void closingEndsWhatACommandWaitsForAndTheNextOneConnectsAgain() {
    QuorateClient before = client("a");
    connections.close();
    assertThatThrownBy(() -> before.keyValue().get("k")).isInstanceOf(ClientClosedException.class);
    client("a").keyValue().put("k", "v");
    assertThat(opened).hasValue(2);
  }

  @Test
  void whatIsToEndBeforeClientsAreClosedIsEndedWhileTheyAreOpen() {
    List<String> read = new ArrayList<>();
    QuorateClient used = client("a");
    used.keyValue().put("k", "v");
    Connections.Stop stop =
        connections.beforeClose(() -> read.add(used.keyValue().get("k").text()));
    connections.close();
    assertThat(read).containsExactly("v");
    stop.close();
    client("a").keyValue().put("k", "w");
    connections.close();
    assertThat(read).hasSize(1);
  }
}
