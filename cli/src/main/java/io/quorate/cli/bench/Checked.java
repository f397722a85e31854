package io.quorate.cli.bench;

import io.quorate.cli.bench.checked.Tally;
import io.quorate.cli.bench.checked.VersionRule.Verdict;
import io.quorate.cli.command.ExitCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the checks of a run found.
 *
 * @param verified whether all keys were read back at the end
 * @param notVerified why they could not be; null if they were, or if that was not asked for
 */
record Checked(Tally tally, boolean verified, @Nullable String notVerified) {

  /** Without reading keys back. */
  static Checked ofAnswers(Tally tally) {
    return new Checked(tally, false, null);
  }

  /** What the command exits with. */
  int exitCode() {
    if (tally.broken()) {
      return ExitCode.FAILED;
    }
    return notVerified == null ? ExitCode.DONE : ExitCode.UNAVAILABLE;
  }

  /** As JSON fields. */
  void put(Map<String, Object> object) {
    object.put("stale_reads", tally.count(Verdict.STALE_READ));
    object.put("lost_writes", tally.count(Verdict.LOST_WRITE));
    object.put("wrong_values", tally.count(Verdict.WRONG_VALUE));
    object.put("told_stale_reads", tally.count(Verdict.TOLD_STALE));
    object.put("reapplied_writes", tally.count(Verdict.REAPPLIED));
    object.put("potentially_stale", tally.isPotentiallyStale());
    object.put("verified", verified);
    if (notVerified != null) {
      object.put("not_verified", notVerified);
    }
    if (!tally.examples().isEmpty()) {
      object.put("examples", examples());
    }
  }

  private Map<String, String> examples() {
    Map<String, String> examples = new LinkedHashMap<>();
    tally
        .examples()
        .forEach((verdict, what) -> examples.put(verdict.name().toLowerCase(Locale.ROOT), what));
    return examples;
  }

  /** As people read it. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "checked: %d stale reads, %d lost writes, %d wrong values%s%s"
            .formatted(
                tally.count(Verdict.STALE_READ),
                tally.count(Verdict.LOST_WRITE),
                tally.count(Verdict.WRONG_VALUE),
                tally.count(Verdict.REAPPLIED) == 0
                    ? ""
                    : ", " + tally.count(Verdict.REAPPLIED) + " writes applied again",
                verified ? "; every key was read back at the end" : ""));
    examples().forEach((verdict, what) -> lines.add("  first " + verdict + ": " + what));
    if (notVerified != null) {
      lines.add("not every key was read back at the end: " + notVerified);
    }
    if (tally.isPotentiallyStale()) {
      lines.add(
          "%d reads missed acknowledged writes and said that they may (potentially_stale): that"
                  .formatted(tally.count(Verdict.TOLD_STALE))
              + " breaks no promise");
    }
    return lines;
  }
}
