package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quorate.cli.command.ExitCode;
import io.quorate.client.QuorateClient;
import io.quorate.jobs.Job;
import io.quorate.jobs.Jobs;
import io.quorate.jobs.MissedRuns;
import io.quorate.jobs.Schedule;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Jobs, as a user types them. */
final class JobCommandsTest {
  private static final String RUN =
      "\"run\":{\"scheduled\":\"2026-11-25T03:00:00Z\",\"asked\":false,\"attempt\":2,"
          + "\"by\":\"7@host\",\"token\":41,\"began\":\"2026-11-25T03:00:00.1Z\","
          + "\"since\":\"2026-11-25T03:00:20Z\",\"message\":\"broken\"},";
  private static final String DONE =
      "{\"scheduled\":\"2026-11-24T03:00:00Z\",\"asked\":true,"
          + "\"began\":\"2026-11-24T03:00:00.2Z\",\"ended\":\"2026-11-24T03:00:09Z\","
          + "\"outcome\":\"done\",\"attempts\":1,\"by\":\"7@host\",\"token\":3,\"message\":\"\"}";

  private final FakeCluster cluster = new FakeCluster();
  private final QuorateClient client =
      QuorateClient.builder().endpoints(cluster.endpoint()).build();
  private final Jobs jobs = Jobs.of(client);

  @BeforeEach
  void create() {
    Schedule nightly = Schedule.cron("0 3 * * *", ZoneId.of("Europe/Berlin"));
    assertThat(
            jobs.create(
                Job.named("nightly", "report", nightly)
                    .payload("of\u001b[2J sales")
                    .missed(MissedRuns.skip(Duration.ofMinutes(5)))
                    .build()))
        .isTrue();
    assertThat(
            jobs.create(
                Job.named("once", "report", Schedule.at(Instant.parse("2099-01-01T00:00:00Z")))
                    .build()))
        .isTrue();
  }

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  private Ran run(String... args) {
    List<String> all = new ArrayList<>(List.of("job", args[0], "--endpoints", cluster.endpoint()));
    all.addAll(List.of(args).subList(1, args.length));
    return Ran.command(all.toArray(String[]::new));
  }

  private void storeRuns() {
    String json = cluster.stored("job/nightly").value().toStringUtf8();
    cluster.store(
        "job/nightly".getBytes(StandardCharsets.UTF_8),
        json.replace("\"history\":[]", RUN + "\"history\":[" + DONE + "]")
            .getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void jobsAreListed() {
    storeRuns();
    Ran listed = run("list");
    assertThat(listed.exitCode()).isZero();
    assertThat(listed.out())
        .contains("| job     | schedule")
        .contains("| nightly | 0 3 * * * Europe/Berlin ", "| done ", "7@host (attempt 2)")
        .contains("| once    | at 2099-01-01T00:00:00Z | 2099-01-01T00:00:00Z |");
    JsonNode found = run("list", "--prefix", "n", "--json").json().get("jobs");
    assertThat(found).hasSize(1);
    assertThat(found.get(0).get("running").get("by").asText()).isEqualTo("7@host");
  }

  @Test
  void aJobIsShownWithItsHistory() {
    storeRuns();
    assertThat(run("show", "nightly").out())
        .contains("job: nightly\n", "kind: report\n", "schedule: 0 3 * * * Europe/Berlin\n")
        .contains("missed runs: skip if later than 5m\n", "attempts: 3, 10s after a failure\n")
        .contains("running: nightly@2026-11-25T03:00:00Z, attempt 2\n", "failed before: broken\n")
        .contains("| asked for 2026-11-24T03:00:00Z | 2026-11-24T03:00:00.200Z |")
        .doesNotContain("\u001b");
    JsonNode shown = run("show", "nightly", "--json").json();
    assertThat(shown.get("payload").asText()).isEqualTo("of\u001b[2J sales");
    assertThat(shown.get("history").get(0).get("outcome").asText()).isEqualTo("done");
    assertThat(shown.get("running").get("token").asLong()).isEqualTo(41);
  }

  @Test
  void aJobIsAskedToRunNow() {
    Ran ran = run("run", "once");
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).isEqualTo("asked for; quorate job show once tells what comes of it\n");
    assertThat(jobs.show("once").orElseThrow().asked()).isPresent();
    assertThat(run("run", "once", "--json").json().get("asked").asBoolean()).isTrue();
    assertThat(run("list").out()).contains("| now ");
    assertThat(jobs.pause("nightly")).isTrue();
    assertThat(run("list").out()).contains("| paused ");
  }

  @Test
  void aJobThatIsNotThereIsExitCode1() {
    for (String command : List.of("show", "run")) {
      Ran ran = run(command, "weekly");
      assertThat(ran.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
      assertThat(ran.err()).isEqualTo("quorate: there is no job weekly\n");
    }
  }

  @Test
  void whatIsMissingOrMalformedIsUsage() {
    assertThat(run("show").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run("run").exitCode()).isEqualTo(ExitCode.USAGE);
    Ran malformed = run("run", "a b");
    assertThat(malformed.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(malformed.err()).contains("a name of a job or a kind has 1 to 128 letters");
  }

  @Test
  void whatCannotBeReadIsSaid() {
    cluster.store(
        "job/newer".getBytes(StandardCharsets.UTF_8),
        "{\"format\":2}".getBytes(StandardCharsets.UTF_8));
    Ran ran = run("show", "newer");
    assertThat(ran.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(ran.err()).contains("its format is 2, and not 1");
    assertThat(run("list").exitCode()).isZero();
  }
}
