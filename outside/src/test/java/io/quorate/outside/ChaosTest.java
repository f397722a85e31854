package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * What each model promises, judged by {@code quorate bench}, while nodes are killed and paused,
 * while their clocks jump, and while connections between them, and to the clients, are cut, late,
 * or lose answers, so that requests are tried again.
 *
 * <p>{@code -Dquorate.chaos.minutes=3} for each case (one, unless given), {@code
 * -Dquorate.chaos.nodes=3,5}, {@code -Dquorate.chaos.models=counters,sets}, {@code
 * -Dquorate.chaos.seed=4711}: the same faults in the same order.
 */
@Tag("campaign")
class ChaosTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIME =
      Duration.ofSeconds((long) (60 * Double.parseDouble(property("minutes", "1"))));
  private static final Duration HEALED_WITHIN = Duration.ofMinutes(2);

  /** Until the bench has written all keys, and has warmed up. */
  private static final Duration BEGINS_AFTER = Duration.ofSeconds(8);

  private static final int WARM_UP_SECONDS = 5;

  /** In which the bench goes on after the last fault. */
  private static final int HEALED_SECONDS = 10;

  private static String property(String name, String otherwise) {
    return System.getProperty("quorate.chaos." + name, otherwise);
  }

  /** What is measured, and the options of the bench for it. */
  private enum Measured {
    LAST_WRITE_WINS("--model=last-write-wins"),
    ONCE("--model=last-write-wins", "--retries=once", "--sessions=8"),
    SIBLINGS("--model=siblings"),
    COUNTERS("--model=counters"),
    SETS("--model=sets"),
    MAPS("--model=maps"),
    SESSIONS("--model=last-write-wins", "--sessions=8");

    @SuppressWarnings("ImmutableEnumChecker") // a copy
    private final List<String> options;

    Measured(String... options) {
      this.options = List.of(options);
    }

    /** As it is named to choose it. */
    private String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  @TestFactory
  Stream<DynamicTest> promisesAreKept() {
    List<String> models = List.of(property("models", "all").split(",", -1));
    return Stream.of(property("nodes", "3,5").split(",", -1))
        .map(Integer::parseInt)
        .flatMap(
            nodes ->
                Stream.of(Measured.values())
                    .filter(each -> models.contains("all") || models.contains(each.text()))
                    .map(
                        each ->
                            DynamicTest.dynamicTest(
                                each.text() + " on " + nodes + " nodes", () -> run(each, nodes))));
  }

  private static void run(Measured measured, int count) throws Exception {
    long seed =
        Long.parseLong(
            property("seed", Long.toString(ThreadLocalRandom.current().nextInt(1_000_000))));
    try (MovedNodes nodes = MovedNodes.start(count)) {
      Chaos chaos = new Chaos(nodes, seed);
      CompletableFuture<CommandLine.Result> bench =
          CompletableFuture.supplyAsync(() -> bench(nodes.all(), measured));
      Waiting.pass(BEGINS_AFTER);
      assertThat(bench.isDone()).as("the bench has ended").isFalse();
      chaos.strike(TIME);
      CommandLine.Result ended = bench.get(5, TimeUnit.MINUTES);
      JsonNode report = JSON.readTree(ended.out());
      String summary =
          "%s on %d nodes, seed %d: %s operations in %d s, %s errors %s; struck %s, clocks found off %d; %s stale, %s lost, %s wrong, %s applied again"
              .formatted(
                  measured.text(),
                  count,
                  seed,
                  report.path("operations"),
                  TIME.toSeconds(),
                  report.path("errors"),
                  errors(report),
                  chaos.struck(),
                  chaos.foundOff(),
                  report.path("stale_reads"),
                  report.path("lost_writes"),
                  report.path("wrong_values"),
                  report.path("reapplied_writes"));
      System.out.println(summary);
      judge(measured, report, summary + "\n" + ended);
      if (TIME.toSeconds() >= 60) {
        assertThat(chaos.struck()).as(summary).hasSameSizeAs(Chaos.Kind.values());
      }
      Waiting.until(HEALED_WITHIN, () -> areAlike(nodes.all()), () -> "replicas differ");
    }
  }

  private static List<String> errors(JsonNode report) {
    List<String> kinds = new ArrayList<>();
    report
        .path("errors_by_kind")
        .properties()
        .forEach(
            each ->
                kinds.add(
                    each.getKey()
                        + "="
                        + each.getValue().path("count")
                        + " first: "
                        + each.getValue().path("example").asText()));
    return kinds;
  }

  private static void judge(Measured measured, JsonNode report, String what) {
    List<String> broken = new ArrayList<>(List.of("lost_writes", "stale_reads", "wrong_values"));
    if (measured == Measured.ONCE) {
      broken.add("reapplied_writes");
    }
    for (String each : broken) {
      assertThat(report.path(each).asLong(-1)).as("%s: %s", each, what).isZero();
    }
    assertThat(report.path("errors_by_kind").has("stuck")).as(what).isFalse();
    assertThat(report.path("operations").asLong()).as(what).isGreaterThan(20 * TIME.toSeconds());
  }

  private static CommandLine.Result bench(Nodes nodes, Measured measured) {
    List<String> arguments = new ArrayList<>(List.of("bench"));
    arguments.addAll(measured.options);
    arguments.addAll(
        List.of(
            "--keys=200",
            "--value-size=64",
            "--outstanding=24",
            "--warmup=" + WARM_UP_SECONDS,
            "--seconds=" + (TIME.toSeconds() + HEALED_SECONDS),
            "--verify",
            "--json"));
    return nodes
        .commandLine()
        .within(TIME.plusMinutes(5))
        .quorate(arguments.toArray(String[]::new));
  }

  private static boolean areAlike(Nodes nodes) {
    return nodes.commandLine().quorate("repair", "--verify").code() == 0;
  }
}
