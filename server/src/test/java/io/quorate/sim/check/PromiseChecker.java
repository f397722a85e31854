package io.quorate.sim.check;

import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Facts;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ScanPage;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Holds what clients are told against what was promised (DESIGN section 1), one tenant, values that
 * are put once each:
 *
 * <ul>
 *   <li>(a) a read does not miss a version that was acknowledged before it began, nor (b) one that
 *       was read before, as far as the levels of both meet;
 *   <li>(c) an acknowledged write is above each such version;
 *   <li>(d) a version stands for one value, and a value that is read was put;
 *   <li>(e) every attempt ends by its deadline, give or take a bound;
 *   <li>(f) what was said to be applied nowhere is never seen;
 *   <li>(i) what was acknowledged under a version never takes effect again above it;
 *   <li>(g) a result says truly how it came about;
 *   <li>(h) in the end all replicas hold the same, and nothing known to clients is gone.
 * </ul>
 */
public final class PromiseChecker {
  private final Tenant tenant;
  private final int replicas;
  private final long lateNanosMax;

  /** By number; numbers are given when a call is made, and some never reach a node. */
  private final Map<Integer, Attempt> attempts = new TreeMap<>();

  private final Map<String, KeyHistory> keys = new TreeMap<>();
  private int numbers;
  private long acknowledged;
  private long refused;
  private long unknown;

  /**
   * @param replicas of each key
   * @param lateNanosMax how much later than its deadline an attempt may end
   */
  public PromiseChecker(Tenant tenant, int replicas, long lateNanosMax) {
    this.tenant = tenant;
    this.replicas = replicas;
    this.lateNanosMax = lateNanosMax;
  }

  /** A number for the next call, and for the value that it puts. */
  public int nextNumber() {
    return numbers++;
  }

  public long acknowledged() {
    return acknowledged;
  }

  public long refused() {
    return refused;
  }

  public long unknown() {
    return unknown;
  }

  /** A client's operation reaches the node it asked. */
  public Attempt begin(int number, NodeId node, Operation operation, long deadlineNanos) {
    String key = text(operation.key());
    boolean read = operation instanceof Operation.Get;
    int required = required(operation.level(), read);
    KeyHistory history = history(key);
    var attempt =
        new Attempt(number, node, operation, key, required, deadlineNanos, history.floor(required));
    attempts.put(number, attempt);
    if (operation instanceof Operation.Delete) {
      history.deleteBegan(attempt);
    }
    return attempt;
  }

  /**
   * The node answered.
   *
   * @param excused whether the node was paused meanwhile, and so may answer late
   */
  public void end(Attempt attempt, Outcome outcome, long nowNanos, boolean excused) {
    if (attempt.hasEnded()) {
      throw new PromiseBroken("e", attempt + " was answered twice, now with " + outcome);
    }
    attempt.end();
    checkInTime(attempt.toString(), attempt.deadlineNanos(), nowNanos, excused);
    switch (outcome) {
      case Outcome.Written written -> onWritten(attempt, written);
      case Outcome.Read read -> onRead(attempt, read);
      case Outcome.Failed failed -> onFailed(attempt, failed.failure());
    }
  }

  /** Something ended now that was to end by its deadline. */
  public void checkInTime(String what, long deadlineNanos, long nowNanos, boolean excused) {
    if (!excused && nowNanos > deadlineNanos + lateNanosMax) {
      long lateMillis = (nowNanos - deadlineNanos) / 1_000_000;
      throw new PromiseBroken("e", what + " ended " + lateMillis + " ms after its deadline");
    }
  }

  /** The node died before it answered: the client knows nothing. */
  public void cutOff(Attempt attempt) {
    attempt.end();
    unknown++;
  }

  private void onWritten(Attempt attempt, Outcome.Written written) {
    acknowledged++;
    if (attempt.operation() instanceof Operation.Get) {
      throw new PromiseBroken("g", attempt + " was answered as a write");
    }
    checkFacts(attempt, written.facts(), false);
    Version version = written.version();
    Version floor = attempt.floor();
    if (floor != null && !version.isAfter(floor)) {
      throw new PromiseBroken(
          "c", attempt + " was acknowledged as " + version + ", not above " + floor);
    }
    attempt.acknowledge(version);
    boolean delete = attempt.operation() instanceof Operation.Delete;
    checkMeaning(attempt, version, delete ? KeyHistory.DELETED : attempt.number());
    history(attempt.key()).learn(version, attempt.required());
  }

  private void onRead(Attempt attempt, Outcome.Read read) {
    acknowledged++;
    if (!(attempt.operation() instanceof Operation.Get)) {
      throw new PromiseBroken("g", attempt + " was answered as a read");
    }
    checkFacts(attempt, read.facts(), true);
    Version version = read.version();
    checkNotBelow(attempt.toString(), version, attempt.floor());
    if (version == null) {
      return;
    }
    Record live = read.live();
    if (live == null) {
      checkMeaning(attempt, version, KeyHistory.DELETED);
    } else {
      checkMeaning(attempt, version, source(attempt.toString(), attempt.key(), live));
    }
    history(attempt.key()).learn(version, attempt.required());
  }

  private void onFailed(Attempt attempt, Failure failure) {
    boolean write = !(attempt.operation() instanceof Operation.Get);
    boolean mustBeNowhere =
        switch (failure.reason()) {
          case INVALID, UNKNOWN_TENANT, UNAVAILABLE, OVERLOADED, NOT_SERVING -> true;
          case DEADLINE_EXCEEDED, INTERNAL, OUTCOME_UNKNOWN -> false;
        };
    if (mustBeNowhere && failure.mayHaveApplied()) {
      throw new PromiseBroken("g", attempt + " failed with contradictory " + failure);
    }
    if (failure.mayHaveApplied()) {
      unknown++;
      return;
    }
    refused++;
    if (write) {
      attempt.applyNowhere();
      if (attempt.wasSeen()) {
        throw new PromiseBroken("f", attempt + " was read, and then said to be applied nowhere");
      }
    }
  }

  /** Takes a scan's floors, one per key, before it begins. */
  public Map<String, Version> scanFloors(@Nullable Level level) {
    int required = required(level, true);
    Map<String, Version> floors = new TreeMap<>();
    keys.forEach(
        (key, history) -> {
          Version floor = history.floor(required);
          if (floor != null) {
            floors.put(key, floor);
          }
        });
    return floors;
  }

  /**
   * A scan has been read to its end, over all its pages.
   *
   * @param prefix beginning of the keys it was asked for
   * @param floors taken before it began
   * @param saidStale whether it says that it may have missed something
   */
  public void scanned(
      String prefix,
      @Nullable Level level,
      List<ScanPage.Entry> entries,
      Map<String, Version> floors,
      boolean saidStale) {
    Level readLevel = level == null ? tenant.readLevel() : level;
    if (saidStale != Tenant.mayMiss(readLevel, tenant.writeLevel(), replicas)) {
      throw new PromiseBroken("g", "a scan at " + readLevel + " says stale: " + saidStale);
    }
    Map<String, Record> found = new TreeMap<>();
    for (ScanPage.Entry entry : entries) {
      String key = text(entry.key());
      if (!key.startsWith(prefix) || found.put(key, entry.record()) != null) {
        throw new PromiseBroken("g", "a scan of '" + prefix + "' found " + key + " out of place");
      }
      int source = source("a scan", key, entry.record());
      Integer other = history(key).contradiction(entry.record().version(), source);
      if (other != null) {
        throw new PromiseBroken("d", "a scan found " + entry.record() + ", meaning two things");
      }
    }
    int required = required(level, true);
    found.forEach((key, record) -> history(key).learn(record.version(), required));
    floors.forEach(
        (key, floor) -> {
          Record record = found.get(key);
          KeyHistory history = history(key);
          if (record != null) {
            checkNotBelow("a scan that found " + key, record.version(), floor);
          } else if (key.startsWith(prefix)
              && !history.isDeletion(floor)
              && !history.mayBeDeletedAbove(floor)) {
            throw new PromiseBroken("a", "a scan missed " + key + ", known as " + floor);
          }
        });
  }

  /** No attempt is left without an end, but those the caller excuses. */
  public void allEnded(Predicate<Attempt> excused) {
    for (Attempt attempt : attempts.values()) {
      if (!attempt.hasEnded() && !excused.test(attempt)) {
        throw new PromiseBroken("e", attempt + " never ended");
      }
    }
  }

  /**
   * What a key's replicas hold, after everything healed and every key was read at ALL.
   *
   * @param held by replica; null where there is nothing
   */
  public void converged(String key, Map<NodeId, @Nullable Record> held) {
    Record first = held.values().iterator().next();
    held.forEach(
        (node, record) -> {
          if (!Objects.equals(record, first)) {
            throw new PromiseBroken("h", key + " differs between replicas: " + held);
          }
        });
    if (first == null) {
      checkNotBelow("what is left of " + key, null, history(key).floor(replicas));
    } else {
      checkNotBelow("what is left of " + key, first.version(), history(key).floor(replicas));
      checkStored(key, first);
    }
  }

  /** A record on some disk: what it says must have been put. */
  public void checkStored(String key, Record record) {
    int meaning =
        record.isTombstone() ? KeyHistory.DELETED : source("a disk's " + key, key, record);
    Integer other = history(key).contradiction(record.version(), meaning);
    if (other != null) {
      throw new PromiseBroken(
          "d", "a disk holds " + key + " as " + record + ", meaning two things");
    }
  }

  private void checkNotBelow(String who, @Nullable Version version, @Nullable Version floor) {
    if (floor != null && (version == null || floor.isAfter(version))) {
      String what = version == null ? "nothing" : version.toString();
      throw new PromiseBroken("a", who + " is " + what + ", below " + floor);
    }
  }

  private void checkMeaning(Attempt attempt, Version version, int meaning) {
    Integer other = history(attempt.key()).contradiction(version, meaning);
    if (other != null) {
      throw new PromiseBroken(
          "d", attempt + ": " + version + " stands for " + meaning + " and for " + other);
    }
  }

  /** The attempt that put a value, which must be one that may have. */
  private int source(String who, String key, Record live) {
    byte[] value = live.copyValue();
    int number = UniqueValue.attemptOf(value);
    Attempt source = attempts.get(number);
    if (source == null) {
      throw new PromiseBroken("d", who + " found a value that was never put");
    }
    if (!source.key().equals(key)
        || !(source.operation() instanceof Operation.Put put)
        || !Arrays.equals(put.value(), value)) {
      throw new PromiseBroken("d", who + " found under " + key + " what is not of " + source);
    }
    source.see();
    Version acknowledged = source.acknowledged();
    if (acknowledged != null && live.version().isAfter(acknowledged)) {
      throw new PromiseBroken(
          "i", who + " found " + source + " as " + live.version() + ", above " + acknowledged);
    }
    if (source.wasAppliedNowhere()) {
      throw new PromiseBroken("f", who + " found " + source + ", said to be applied nowhere");
    }
    return number;
  }

  private void checkFacts(Attempt attempt, Facts facts, boolean read) {
    Level own = attempt.operation().level();
    Level readLevel = read && own != null ? own : tenant.readLevel();
    Level writeLevel = !read && own != null ? own : tenant.writeLevel();
    boolean stale = Tenant.mayMiss(readLevel, writeLevel, replicas);
    if (facts.potentiallyStale() != stale) {
      throw new PromiseBroken("g", attempt + " says potentially stale: " + !stale);
    }
    if (facts.replicas().stream().distinct().count() < attempt.required()) {
      throw new PromiseBroken("g", attempt + " was answered by only " + facts.replicas());
    }
  }

  private int required(@Nullable Level level, boolean read) {
    Level tenants = read ? tenant.readLevel() : tenant.writeLevel();
    return (level == null ? tenants : level).required(replicas);
  }

  private KeyHistory history(String key) {
    return keys.computeIfAbsent(key, unseen -> new KeyHistory(replicas));
  }

  private static String text(byte[] key) {
    return new String(key, StandardCharsets.UTF_8);
  }
}
