package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Ten minutes of load, every answer of it checked, on the containers of the compose file, while
 * these are killed, stopped, removed and recreated in turn, one at a time. Skipped where no Docker
 * engine answers. {@code -Dminutes=2} for a shorter run.
 */
@Tag("campaign")
class DockerChaosTest {
  private static final Duration LENGTH = Duration.ofMinutes(Integer.getInteger("minutes", 10));
  private static final String RATE = System.getProperty("rate", "500");

  /** Longer than a JVM remembers the address of a name. */
  private static final Duration LONG_AWAY = Duration.ofSeconds(40);

  private static final Duration SHORTLY_AWAY = Duration.ofSeconds(5);

  /** What a bench needs until it has connected and stored its keys, on a slow machine. */
  private static final Duration LOADING = Duration.ofSeconds(40);

  private static final Duration BETWEEN = Duration.ofSeconds(5);

  private enum Blow {
    KILLED,
    STOPPED,
    REMOVED_AND_MOVED,
    RECREATED
  }

  private final List<String> caused = new ArrayList<>();

  @Test
  void nothingIsLostAndNoNodeEndsByItself() throws Exception {
    try (Compose compose = Compose.ofThree("512m")) {
      CompletableFuture<CommandLine.Result> bench =
          CompletableFuture.supplyAsync(
              () ->
                  compose.client(
                      "bench",
                      "--keys",
                      "20000",
                      "--warmup",
                      "5",
                      "--rate",
                      RATE,
                      "--seconds",
                      Long.toString(LENGTH.toSeconds()),
                      "--verify",
                      "--json"));
      Waiting.pass(LOADING);
      long end = System.nanoTime() + LENGTH.toNanos();
      for (int turn = 0; System.nanoTime() < end && !bench.isDone(); turn++) {
        Blow blow = Blow.values()[turn % Blow.values().length];
        // With three nodes and four kinds of fault, each node gets each of them.
        Duration away = turn / 4 % 2 == 0 ? LONG_AWAY : SHORTLY_AWAY;
        strike(compose, blow, "node-" + (1 + turn % 3), away);
        compose.bringBack("node-1", "node-2", "node-3");
        Waiting.pass(BETWEEN);
      }
      check(result(bench));
      assertThat(compose.ends().ofNodes())
          .as("ends of containers, one for each blow: %s", caused)
          .hasSameSizeAs(caused)
          .allMatch(each -> each.endsWith(" 137") || each.endsWith(" 143"));
      CommandLine.Result verified = compose.client("repair", "--verify");
      assertThat(verified.code()).as("%s", verified).isZero();
    }
  }

  private void strike(Compose compose, Blow blow, String node, Duration away) {
    caused.add(node + " " + blow);
    System.out.println(caused.getLast());
    switch (blow) {
      case KILLED -> {
        compose.run("kill", node);
        Waiting.pass(away);
      }
      case STOPPED -> {
        compose.run("stop", node);
        Waiting.pass(away);
      }
      case REMOVED_AND_MOVED -> compose.moveToAnotherAddress(node);
      case RECREATED -> compose.run("up", "--detach", "--no-deps", "--force-recreate", node);
    }
  }

  private static CommandLine.Result result(CompletableFuture<CommandLine.Result> bench)
      throws InterruptedException {
    try {
      return bench.get();
    } catch (ExecutionException e) {
      throw new AssertionError("bench failed", e.getCause());
    }
  }

  private static void check(CommandLine.Result bench) throws java.io.IOException {
    System.out.println(bench.outText());
    JsonNode report = new ObjectMapper().readTree(bench.out());
    for (String broken : List.of("lost_writes", "stale_reads", "wrong_values")) {
      assertThat(report.path(broken).asLong(-1)).as("%s: %s", broken, bench).isZero();
    }
  }
}
