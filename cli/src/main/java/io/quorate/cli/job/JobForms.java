package io.quorate.cli.job;

import io.quorate.cli.output.Table;
import io.quorate.cli.output.TextForm;
import io.quorate.jobs.CurrentRun;
import io.quorate.jobs.Job;
import io.quorate.jobs.JobStatus;
import io.quorate.jobs.MissedRuns;
import io.quorate.jobs.PastRun;
import io.quorate.jobs.Schedule;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Jobs as people and programs read them. */
final class JobForms {
  private JobForms() {}

  static Map<String, Object> json(List<JobStatus> jobs) {
    return Map.of("jobs", jobs.stream().map(JobForms::json).toList());
  }

  static Map<String, Object> json(JobStatus status) {
    Job job = status.job();
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", job.name());
    object.put("kind", job.kind());
    object.put("schedule", schedule(job.schedule()));
    object.put("payload", job.payload());
    object.put("missed", missed(job.missed()));
    object.put("attempts", job.attempts());
    object.put("retry_after_ms", job.retryAfter().toMillis());
    object.put("enabled", status.enabled());
    object.put("next", text(status.next()));
    object.put("asked", text(status.asked()));
    object.put("running", status.running().map(JobForms::json).orElse(null));
    object.put("history", status.history().stream().map(JobForms::json).toList());
    return object;
  }

  private static Map<String, Object> json(CurrentRun run) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("id", run.id());
    object.put("scheduled", run.scheduled().toString());
    object.put("asked", run.asked());
    object.put("attempt", run.attempt());
    object.put("by", run.by());
    object.put("token", run.token());
    object.put("began", run.began().toString());
    object.put("since", run.since().toString());
    object.put("again", text(run.again()));
    object.put("message", run.message());
    return object;
  }

  private static Map<String, Object> json(PastRun run) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("id", run.id());
    object.put("scheduled", run.scheduled().toString());
    object.put("asked", run.asked());
    object.put("began", text(run.began()));
    object.put("ended", run.ended().toString());
    object.put("outcome", word(run.outcome()));
    object.put("attempts", run.attempts());
    object.put("by", run.by().orElse(null));
    object.put("message", run.message());
    return object;
  }

  private static @Nullable String text(Optional<?> value) {
    return value.map(Object::toString).orElse(null);
  }

  static String text(List<JobStatus> jobs) {
    Table table = new Table("job", "schedule", "next", "last outcome", "running by");
    for (JobStatus each : jobs) {
      List<PastRun> history = each.history();
      table.row(
          each.job().name(),
          onOneLine(schedule(each.job().schedule())),
          due(each),
          history.isEmpty() ? "" : word(history.getLast().outcome()),
          each.running().map(JobForms::state).orElse(""));
    }
    return table.toString();
  }

  static String text(JobStatus status) {
    Job job = status.job();
    StringBuilder text = new StringBuilder();
    line(text, "job", job.name());
    line(text, "kind", job.kind());
    line(text, "schedule", schedule(job.schedule()));
    line(text, "payload", job.payload());
    line(text, "missed runs", missed(job.missed()));
    line(
        text,
        "attempts",
        "%d, %s after a failure".formatted(job.attempts(), words(job.retryAfter())));
    line(text, "next", due(status));
    status
        .running()
        .ifPresent(
            run -> {
              line(text, "running", run.id() + ", attempt " + run.attempt());
              line(text, "since", run.since() + ", " + state(run) + ", token " + run.token());
              line(text, "failed before", run.message());
            });
    Table table = new Table("run", "began", "ended", "outcome", "attempts>", "by", "message");
    for (PastRun run : status.history()) {
      table.row(
          (run.asked() ? "asked for " : "") + run.scheduled(),
          run.began().map(Object::toString).orElse(""),
          run.ended(),
          word(run.outcome()),
          run.attempts(),
          onOneLine(run.by().orElse("")),
          onOneLine(run.message()));
    }
    return text + table.toString();
  }

  private static void line(StringBuilder to, String what, String value) {
    if (!value.isEmpty()) {
      to.append(what).append(": ").append(onOneLine(value)).append(System.lineSeparator());
    }
  }

  private static String due(JobStatus status) {
    if (status.asked().isPresent()) {
      return "now";
    }
    return status.enabled() ? status.next().map(Object::toString).orElse("") : "paused";
  }

  private static String state(CurrentRun run) {
    return run.again()
        .map(at -> "again at " + at)
        .orElseGet(() -> onOneLine(run.by()) + " (attempt " + run.attempt() + ")");
  }

  private static String schedule(Schedule schedule) {
    return switch (schedule) {
      case Schedule.Cron cron -> cron.expression() + " " + cron.zone();
      case Schedule.Every every -> "every " + words(every.period());
      case Schedule.After after -> words(after.delay()) + " after the last";
      case Schedule.At at -> "at " + at.time();
    };
  }

  private static String missed(MissedRuns missed) {
    return switch (missed.policy()) {
      case SKIP -> "skip if later than " + words(missed.late());
      case ONCE -> "once for all";
      case EACH -> "each, the last " + missed.atMost();
    };
  }

  private static String words(Duration time) {
    return time.toString().substring(2).toLowerCase(Locale.ROOT);
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** Text that another one chose: it must not drive a terminal. */
  private static String onOneLine(String text) {
    return TextForm.onOneLine(text.getBytes(StandardCharsets.UTF_8));
  }
}
