package io.quorate.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The state of a job as JSON. Fields of the job, of its run and of its history that this release
 * does not know are kept when it is written. In a schedule, and in what is said about missed runs,
 * they make it unreadable: it must not be run by half of what it says.
 */
final class JobCodec {
  static final int FORMAT = 1;

  private static final Set<String> FIELDS =
      Set.of(
          "format",
          "name",
          "kind",
          "schedule",
          "payload",
          "missed",
          "attempts",
          "retry_after",
          "keep",
          "enabled",
          "next",
          "asked",
          "last_due",
          "last_asked",
          "run",
          "history");
  private static final Set<String> RUN_FIELDS =
      Set.of("scheduled", "asked", "attempt", "by", "token", "began", "since", "again", "message");
  private static final Set<String> PAST_FIELDS =
      Set.of(
          "scheduled", "asked", "began", "ended", "outcome", "attempts", "by", "token", "message");

  /** Beyond as many as a tenant will have. */
  private static final int CRONS_MAX = 10_000;

  private final ObjectMapper mapper = new ObjectMapper();

  /**
   * Expressions that were read before, by their JSON. To check one takes longer than all else of a
   * job, and all jobs are read at each look.
   */
  private final Map<ObjectNode, Schedule> crons = new ConcurrentHashMap<>();

  byte[] write(JobState state) {
    Job job = state.job();
    ObjectNode to = mapper.createObjectNode();
    to.put("format", FORMAT);
    to.put("name", job.name());
    to.put("kind", job.kind());
    to.set("schedule", write(job.schedule()));
    to.put("payload", job.payload());
    to.set("missed", write(job.missed()));
    to.put("attempts", job.attempts());
    to.put("retry_after", job.retryAfter().toString());
    to.put("keep", job.history());
    to.put("enabled", state.enabled());
    put(to, "next", state.nextAt());
    put(to, "asked", state.askedAt());
    put(to, "last_due", state.lastDue());
    put(to, "last_asked", state.lastAsked());
    if (state.run() != null) {
      to.set("run", write(state.run()));
    }
    ArrayNode history = to.putArray("history");
    state.past().forEach(each -> history.add(write(each)));
    to.setAll(state.others());
    try {
      return mapper.writeValueAsBytes(to);
    } catch (JsonProcessingException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private ObjectNode write(Schedule schedule) {
    ObjectNode to = mapper.createObjectNode();
    if (schedule instanceof Schedule.Cron cron) {
      return to.put("cron", cron.expression()).put("zone", cron.zone().getId());
    }
    if (schedule instanceof Schedule.Every every) {
      return to.put("every", every.period().toString());
    }
    if (schedule instanceof Schedule.After after) {
      return to.put("after", after.delay().toString());
    }
    return to.put("at", ((Schedule.At) schedule).time().toString());
  }

  private ObjectNode write(MissedRuns missed) {
    ObjectNode to = mapper.createObjectNode();
    to.put("policy", missed.policy().name().toLowerCase(Locale.ROOT));
    switch (missed.policy()) {
      case SKIP -> to.put("late", missed.late().toString());
      case EACH -> to.put("at_most", missed.atMost());
      case ONCE -> {}
    }
    return to;
  }

  private ObjectNode write(RunState run) {
    ObjectNode to = mapper.createObjectNode();
    to.put("scheduled", run.scheduled().toString());
    to.put("asked", run.asked());
    to.put("attempt", run.attempt());
    to.put("by", run.by());
    to.put("token", run.token());
    to.put("began", run.began().toString());
    to.put("since", run.since().toString());
    put(to, "again", run.againAt());
    to.put("message", run.message());
    to.setAll(run.others());
    return to;
  }

  private ObjectNode write(EndedRun run) {
    ObjectNode to = mapper.createObjectNode();
    to.put("scheduled", run.scheduled().toString());
    to.put("asked", run.asked());
    put(to, "began", run.beganAt());
    to.put("ended", run.ended().toString());
    to.put("outcome", run.outcome().name().toLowerCase(Locale.ROOT));
    to.put("attempts", run.attempts());
    if (run.instance() != null) {
      to.put("by", run.instance());
    }
    to.put("token", run.token());
    to.put("message", run.message());
    to.setAll(run.others());
    return to;
  }

  private static void put(ObjectNode to, String field, @Nullable Instant time) {
    if (time != null) {
      to.put(field, time.toString());
    }
  }

  /**
   * Reads a state.
   *
   * @throws UnreadableJobException it is none, or one of a newer format
   */
  JobState read(byte[] json) {
    try {
      JsonNode node = mapper.readTree(json);
      if (!(node instanceof ObjectNode from)) {
        throw new IllegalArgumentException("it is no object");
      }
      int format = required(from, "format").asInt();
      if (format != FORMAT) {
        throw new IllegalArgumentException("its format is " + format + ", and not " + FORMAT);
      }
      return readState(from);
    } catch (IOException | IllegalArgumentException | DateTimeException malformed) {
      throw new UnreadableJobException(
          "what is stored is no job that this release can read: " + malformed.getMessage(),
          malformed);
    }
  }

  private JobState readState(ObjectNode from) {
    Job job =
        Job.named(
                text(from, "name"),
                text(from, "kind"),
                readSchedule(object(required(from, "schedule"))))
            .payload(text(from, "payload"))
            .missed(readMissed(object(required(from, "missed"))))
            .attempts(required(from, "attempts").asInt())
            .retryAfter(Duration.parse(text(from, "retry_after")))
            .history(required(from, "keep").asInt())
            .build();
    JsonNode run = from.get("run");
    List<EndedRun> history = new ArrayList<>();
    for (JsonNode each : required(from, "history")) {
      history.add(readEnded(job.name(), object(each)));
    }
    return new JobState(
        job,
        required(from, "enabled").asBoolean(),
        time(from, "next"),
        time(from, "asked"),
        time(from, "last_due"),
        time(from, "last_asked"),
        run == null ? null : readRun(job.name(), object(run)),
        history,
        others(from, FIELDS));
  }

  private Schedule readSchedule(ObjectNode from) {
    if (from.has("cron")) {
      return readCron(from);
    }
    if (from.has("every")) {
      requireOnly(from, Set.of("every"));
      return Schedule.every(Duration.parse(text(from, "every")));
    }
    if (from.has("after")) {
      requireOnly(from, Set.of("after"));
      return Schedule.after(Duration.parse(text(from, "after")));
    }
    requireOnly(from, Set.of("at"));
    return Schedule.at(Instant.parse(text(from, "at")));
  }

  private Schedule readCron(ObjectNode from) {
    Schedule known = crons.get(from);
    if (known != null) {
      return known;
    }
    requireOnly(from, Set.of("cron", "zone"));
    Schedule cron = Schedule.cron(text(from, "cron"), ZoneId.of(text(from, "zone")));
    if (crons.size() >= CRONS_MAX) {
      crons.clear();
    }
    crons.put(from, cron);
    return cron;
  }

  private static MissedRuns readMissed(ObjectNode from) {
    MissedRuns.Policy policy =
        MissedRuns.Policy.valueOf(text(from, "policy").toUpperCase(Locale.ROOT));
    switch (policy) {
      case SKIP -> {
        requireOnly(from, Set.of("policy", "late"));
        return MissedRuns.skip(Duration.parse(text(from, "late")));
      }
      case EACH -> {
        requireOnly(from, Set.of("policy", "at_most"));
        return MissedRuns.each(required(from, "at_most").asInt());
      }
      case ONCE -> {
        requireOnly(from, Set.of("policy"));
        return MissedRuns.ONCE;
      }
    }
    throw new IllegalArgumentException("policy " + policy);
  }

  private static RunState readRun(String job, ObjectNode from) {
    return new RunState(
        job,
        Instant.parse(text(from, "scheduled")),
        required(from, "asked").asBoolean(),
        required(from, "attempt").asInt(),
        text(from, "by"),
        required(from, "token").asLong(),
        Instant.parse(text(from, "began")),
        Instant.parse(text(from, "since")),
        time(from, "again"),
        text(from, "message"),
        others(from, RUN_FIELDS));
  }

  private static EndedRun readEnded(String job, ObjectNode from) {
    return new EndedRun(
        job,
        Instant.parse(text(from, "scheduled")),
        required(from, "asked").asBoolean(),
        time(from, "began"),
        Instant.parse(text(from, "ended")),
        RunOutcome.valueOf(text(from, "outcome").toUpperCase(Locale.ROOT)),
        required(from, "attempts").asInt(),
        from.has("by") ? text(from, "by") : null,
        required(from, "token").asLong(),
        text(from, "message"),
        others(from, PAST_FIELDS));
  }

  private static ObjectNode object(JsonNode node) {
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw new IllegalArgumentException("an object is missing");
  }

  private static JsonNode required(ObjectNode from, String field) {
    JsonNode found = from.get(field);
    if (found == null) {
      throw new IllegalArgumentException("it has no field '" + field + "'");
    }
    return found;
  }

  private static String text(ObjectNode from, String field) {
    JsonNode found = required(from, field);
    if (!found.isTextual()) {
      throw new IllegalArgumentException("field '" + field + "' is no text");
    }
    return found.asText();
  }

  private static @Nullable Instant time(ObjectNode from, String field) {
    return from.has(field) ? Instant.parse(text(from, field)) : null;
  }

  private static void requireOnly(ObjectNode from, Collection<String> known) {
    ObjectNode others = others(from, known);
    if (!others.isEmpty()) {
      throw new IllegalArgumentException("it has a field '" + others.fieldNames().next() + "'");
    }
  }

  private static ObjectNode others(ObjectNode from, Collection<String> known) {
    return from.deepCopy().without(known);
  }
}
