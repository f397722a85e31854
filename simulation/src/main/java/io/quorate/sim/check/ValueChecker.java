package io.quorate.sim.check;

import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ScanPage;
import io.quorate.version.FenceRank;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Checks the values of each key: a value that is found, by a client or on a disk, was put under
 * that key, and not by a write that was answered as applied nowhere; a version stands for one
 * value; and an acknowledged value is never found under a higher version.
 */
final class ValueChecker implements Checker {
  static final String NAME = "values";

  /** Stands for a deletion; other versions map to the number of the attempt that put the value. */
  private static final int DELETED = -1;

  /** Puts by number: a value that is read contains the number of its put. */
  private final Map<Integer, Attempt> puts = new TreeMap<>();

  /** Numbers of puts whose value was found. */
  private final Set<Integer> found = new TreeSet<>();

  /** Keys under which a value was put that expires. */
  private final Set<String> brief = new TreeSet<>();

  /** By key and version. */
  private final Map<String, Map<Version, Integer>> meanings = new TreeMap<>();

  @Override
  public void begins(Attempt attempt) {
    if (attempt.operation() instanceof Operation.Put) {
      puts.put(attempt.number(), attempt);
    }
    if (attempt.isBrief()) {
      brief.add(attempt.key());
    }
  }

  @Override
  public void ends(Attempt attempt, Outcome outcome) {
    String who = attempt.toString();
    switch (outcome) {
      case Outcome.Written(Version version, var info, var context, long sum) ->
          standsFor(who, attempt.key(), version, attempt.isDelete() ? DELETED : attempt.number());
      case Outcome.Updated updated -> {}
      case Outcome.Read read -> {
        if (read.live() != null) {
          found(who, attempt.key(), read.live());
        } else if (read.version() != null) {
          foundNothing(who, attempt.key(), read.version());
        }
      }
      case Outcome.Failed failed -> {
        if (attempt.wasAppliedNowhere() && found.contains(attempt.number())) {
          throw new PromiseBroken(NAME, who + " was read, and then said to be applied nowhere");
        }
      }
    }
  }

  @Override
  public void ends(ScanAttempt scan, ScanAttempt.Found pages) {
    for (ScanPage.Entry entry : pages.entries()) {
      found(scan.toString(), Text.of(entry.key()), entry.record());
    }
  }

  @Override
  public void rests(AtRest rest) {
    rest.partitions()
        .forEach(
            partition ->
                partition
                    .held()
                    .forEach(
                        (node, records) ->
                            records.forEach(
                                (key, record) ->
                                    found("the disk of " + node, Text.of(key.bytes()), record))));
  }

  private void found(String who, String key, Record held) {
    Record record = held.unmarked();
    if (record == null) {
      return; // a mark of a lock, and nothing under it
    }
    int meaning = record.isTombstone() ? DELETED : source(who, key, record);
    standsFor(who, key, record.version(), meaning);
  }

  /** A version without a value was deleted, or its value has expired. */
  private void foundNothing(String who, String key, Version version) {
    Integer meaning = meanings(key).get(version);
    if (meaning == null ? brief.contains(key) : isBrief(meaning)) {
      return; // the write of this version is not known, or its value expires
    }
    standsFor(who, key, version, DELETED);
  }

  private boolean isBrief(int meaning) {
    Attempt put = puts.get(meaning);
    return put != null && put.isBrief();
  }

  private void standsFor(String who, String key, Version version, int meaning) {
    Integer before = meanings(key).putIfAbsent(version, meaning);
    if (before != null && before != meaning) {
      throw new PromiseBroken(
          NAME,
          "%s: %s of %s stands for %s and for %s"
              .formatted(who, version, key, name(meaning), name(before)));
    }
  }

  /** The attempt that put a value, which must be one that may have. */
  private int source(String who, String key, Record live) {
    byte[] value = live.copyValue();
    int number = UniqueValue.attemptOf(value);
    Attempt source = puts.get(number);
    if (source == null) {
      throw new PromiseBroken(NAME, who + " found a value under " + key + " that was never put");
    }
    if (!source.key().equals(key)
        || !(source.operation() instanceof Operation.Put put)
        || !Arrays.equals(put.value(), value)) {
      throw new PromiseBroken(NAME, who + " found under " + key + " what is not of " + source);
    }
    @Nullable Version acknowledged = source.acknowledged();
    boolean raised = FenceRank.isRaised(live.version().rank()); // by a read under a lock
    if (acknowledged != null && live.version().isAfter(acknowledged) && !raised) {
      throw new PromiseBroken(
          NAME, who + " found " + source + " as " + live.version() + ", above " + acknowledged);
    }
    if (source.wasAppliedNowhere()) {
      throw new PromiseBroken(NAME, who + " found " + source + ", said to be applied nowhere");
    }
    found.add(number);
    return number;
  }

  private Map<Version, Integer> meanings(String key) {
    return meanings.computeIfAbsent(key, unseen -> new TreeMap<>());
  }

  private static String name(int meaning) {
    return meaning == DELETED ? "nothing" : "the value of #" + meaning;
  }
}
