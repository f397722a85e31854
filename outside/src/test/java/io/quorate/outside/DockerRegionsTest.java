package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The profile {@code regions} of the compose file, as docs/operations/regions.md tells to use it.
 * Skipped where no Docker engine answers.
 */
@Tag("campaign")
class DockerRegionsTest {
  private static final String MEMORY = "512m";
  private static final Duration ALTERED_WITHIN = Duration.ofMinutes(5);
  private static final Duration NOTICED_WITHIN = Duration.ofMinutes(2);
  private static final List<String> RELAYS_OF_ASIA = List.of("relay-local-asia", "relay-us-asia");

  @Test
  void aRegionGoesOnWhileItsRelaysAreStopped() {
    try (Compose compose = Compose.ofThree(MEMORY).with("regions")) {
      compose.run(
          words(
              List.of("up", "--detach", "--wait"),
              "us-1",
              "us-2",
              "asia-1",
              "asia-2",
              "relay-local-us",
              "relay-local-asia",
              "relay-us-asia"));
      compose.within("node-1", "tenant", "create", "geo", "--rf", "local=3,us=2,asia=2");
      Waiting.until(
          ALTERED_WITHIN,
          () -> !compose.within("node-1", "tenant", "list").outText().contains("->"),
          () -> compose.within("node-1", "cluster", "status").outText());
      geo(compose, "node-1", "put", "each", "1", "--level=each-quorum");
      assertThat(geo(compose, "asia-1", "get", "each", "--level=local-quorum")).isEqualTo("1\n");

      compose.run(words(List.of("stop"), RELAYS_OF_ASIA.toArray(String[]::new)));
      geo(compose, "node-1", "put", "here", "1", "--level=local-quorum");
      geo(compose, "asia-1", "put", "there", "2", "--level=local-quorum");
      Waiting.until(
          NOTICED_WITHIN,
          () -> inAnyCase(compose, "quorate doctor").contains("region asia"),
          () -> "doctor does not tell that asia is cut off");

      compose.run(words(List.of("start"), RELAYS_OF_ASIA.toArray(String[]::new)));
      Waiting.until(
          NOTICED_WITHIN,
          () -> inAnyCase(compose, "quorate get there --tenant geo").equals("2\n"),
          () -> "what was written in asia does not arrive");
    }
  }

  /** Runs a command in a node, as an application of its region. */
  private static String geo(Compose compose, String node, String... command) {
    String region = node.startsWith("node") ? "local" : node.replaceFirst("-.*", "");
    return compose
        .within(
            node,
            Stream.concat(
                    Stream.of(command), Stream.of("--tenant=geo", "--client-region=" + region))
                .toArray(String[]::new))
        .outText();
  }

  /** What a command says that may fail. */
  private static String inAnyCase(Compose compose, String command) {
    return compose.run("exec", "-T", "node-1", "bash", "-c", command + " || true").outText();
  }

  private static String[] words(List<String> first, String... more) {
    return Stream.concat(first.stream(), Stream.of(more)).toArray(String[]::new);
  }
}
