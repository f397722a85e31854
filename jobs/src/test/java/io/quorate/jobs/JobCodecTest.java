package io.quorate.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobCodecTest {
  private static final Instant NOW = Instant.parse("2026-11-25T03:00:00.250Z");

  private final JobCodec codec = new JobCodec();

  private static JobState running() {
    Job job =
        Job.named("nightly", "report", Schedule.cron("0 3 * * *", ZoneId.of("Europe/Berlin")))
            .payload("{\"of\":\"sales\"}")
            .missed(MissedRuns.each(7))
            .attempts(2)
            .retryAfter(Duration.ofMinutes(1))
            .history(5)
            .build();
    return JobState.created(job, NOW)
        .asked(NOW)
        .claimed(NOW, 41, "a")
        .failed(NOW.plusSeconds(1), "broken")
        .claimed(NOW.plusSeconds(70), 44, "b")
        .done(NOW.plusSeconds(71))
        .asked(NOW.plusSeconds(80))
        .claimed(NOW.plusSeconds(81), 47, "c");
  }

  @Test
  void aStateIsReadAsItWasWritten() {
    JobState state = running();
    assertThat(codec.read(codec.write(state))).isEqualTo(state);
    for (Schedule schedule :
        List.of(
            Schedule.every(Duration.ofMinutes(5)),
            Schedule.after(Duration.ofSeconds(1)),
            Schedule.at(NOW))) {
      for (MissedRuns missed : List.of(MissedRuns.ONCE, MissedRuns.skip(Duration.ofMinutes(1)))) {
        JobState each =
            JobState.created(Job.named("j", "k", schedule).missed(missed).build(), NOW).paused();
        assertThat(codec.read(codec.write(each))).isEqualTo(each);
      }
    }
  }

  /** All jobs are read every few seconds, and to check an expression takes long. */
  @Test
  void anExpressionThatWasReadBeforeIsNotReadAgain() {
    byte[] json = codec.write(running());
    assertThat(codec.read(json).job().schedule()).isSameAs(codec.read(json).job().schedule());
  }

  /** What other releases find: to be changed with the number of the format only. */
  @Test
  void theFormatIsWhatItWas() {
    assertThat(new String(codec.write(running()), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"format\":1,\"name\":\"nightly\",\"kind\":\"report\","
                + "\"schedule\":{\"cron\":\"0 3 * * *\",\"zone\":\"Europe/Berlin\"},"
                + "\"payload\":\"{\\\"of\\\":\\\"sales\\\"}\","
                + "\"missed\":{\"policy\":\"each\",\"at_most\":7},"
                + "\"attempts\":2,\"retry_after\":\"PT1M\",\"keep\":5,\"enabled\":true,"
                + "\"next\":\"2026-11-26T02:00:00Z\",\"last_asked\":\"2026-11-25T03:01:20.250Z\","
                + "\"run\":{\"scheduled\":\"2026-11-25T03:01:20.250Z\",\"asked\":true,"
                + "\"attempt\":1,\"by\":\"c\",\"token\":47,"
                + "\"began\":\"2026-11-25T03:01:21.250Z\",\"since\":\"2026-11-25T03:01:21.250Z\","
                + "\"message\":\"\"},"
                + "\"history\":[{\"scheduled\":\"2026-11-25T03:00:00.250Z\",\"asked\":true,"
                + "\"began\":\"2026-11-25T03:00:00.250Z\",\"ended\":\"2026-11-25T03:01:11.250Z\","
                + "\"outcome\":\"done\",\"attempts\":2,\"by\":\"b\",\"token\":44,"
                + "\"message\":\"\"}]}");
  }

  @Test
  void fieldsOfANewerReleaseAreKept() {
    String json = new String(codec.write(running()), StandardCharsets.UTF_8);
    String newer =
        json.replace("\"format\":1,", "\"format\":1,\"owner\":{\"team\":\"sales\"},")
            .replace("\"run\":{", "\"run\":{\"progress\":7,")
            .replace("\"history\":[{", "\"history\":[{\"bytes\":9,");
    JobState read = codec.read(newer.getBytes(StandardCharsets.UTF_8));
    String written =
        new String(codec.write(read.done(NOW.plusSeconds(90))), StandardCharsets.UTF_8);
    assertThat(written).contains("\"owner\":{\"team\":\"sales\"}", "\"progress\":7", "\"bytes\":9");
  }

  @Test
  void whatMayMeanAnotherScheduleIsNotRead() {
    String json = new String(codec.write(running()), StandardCharsets.UTF_8);
    for (String unreadable :
        List.of(
            json.replace("\"format\":1", "\"format\":2"),
            json.replace("\"cron\":", "\"but_not\":\"on holidays\",\"cron\":"),
            json.replace("\"policy\":\"each\"", "\"policy\":\"some\""),
            json.replace("\"cron\"", "\"moon\""),
            json.replace("Europe/Berlin", "Atlantis/Berlin"),
            json.replace("\"name\":\"nightly\",", ""),
            "{}",
            "7",
            "what is this")) {
      assertThatThrownBy(() -> codec.read(unreadable.getBytes(StandardCharsets.UTF_8)))
          .isInstanceOf(UnreadableJobException.class);
    }
  }
}
