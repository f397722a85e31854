package io.quorate.sim.check;

import io.quorate.model.Key;
import io.quorate.placement.Level;
import io.quorate.placement.Placements;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ResultInfo;
import io.quorate.replication.api.ScanPage;
import io.quorate.sim.check.AtRest.PartitionAtRest;
import io.quorate.version.FenceRank;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The versions of each key, as far as the levels of both sides meet: a read does not miss a version
 * that was acknowledged or read before it began, an acknowledged write is above each of them, and
 * in the end none of them is gone (docs/design/consistency.md#the-promise-at-quorum).
 */
final class VersionChecker implements Checker {
  static final String NAME = "versions";

  private final int tenant;
  private final Factors factors;
  private final Map<String, KnownVersions> keys = new TreeMap<>();
  private final PurgesSeen purges = new PurgesSeen();
  private final LossesSeen losses = new LossesSeen();

  /** The newest version that each attempt under way must not miss. */
  private final Map<Integer, Floor> floors = new TreeMap<>();

  /** The newest version of each key that a scan under way must not miss. */
  private final Map<Integer, Map<String, Version>> scanFloors = new TreeMap<>();

  /** Disks lost so far; and as it was when each attempt or scan under way began. */
  private int disksLost;

  private final Map<Integer, Integer> lostBefore = new TreeMap<>();
  private final Map<Integer, Integer> lostBeforeScans = new TreeMap<>();

  /** Attempts that may hide a key from a scan. */
  private final Map<String, List<Attempt>> hiders = new TreeMap<>();

  /**
   * By key, the versions to which reads under locks have raised that there is nothing: deletions
   * that no client asked for.
   */
  private final Map<String, List<Version>> raisedNothing = new TreeMap<>();

  /** What an attempt under way must not miss. */
  private record Floor(Attempt attempt, Version version) {}

  /**
   * @param tenant whose keys they are
   * @param factors how many replicas each has
   */
  VersionChecker(int tenant, Factors factors) {
    this.tenant = tenant;
    this.factors = factors;
  }

  @Override
  public void begins(Attempt attempt) {
    lostBefore.put(attempt.number(), disksLost);
    Version floor = known(attempt.key()).floor(attempt.promised());
    if (floor != null) {
      floors.put(attempt.number(), new Floor(attempt, floor));
    }
    // A scan does not show expired records; clocks differ, so the moment of expiry is not known.
    if (attempt.isDelete() || attempt.isBrief()) {
      hiders.computeIfAbsent(attempt.key(), key -> new ArrayList<>()).add(attempt);
    }
  }

  @Override
  public void ends(Attempt attempt, Outcome outcome) {
    boolean lostMeanwhile = isAnyLostSince(lostBefore.remove(attempt.number()));
    Floor below = floors.remove(attempt.number());
    Version floor = below == null ? null : below.version();
    switch (outcome) {
      case Outcome.Written written -> {
        Version version = written.version();
        // A coordinator cannot stamp above a version that was lost.
        if (floor != null
            && !version.isAfter(floor)
            && !losses.isKnown(written.info())
            && !isRankPurged(attempt.key(), floor, written.info())) {
          throw new PromiseBroken(
              NAME, attempt + " was acknowledged as " + version + ", not above " + floor);
        }
        known(attempt.key()).learn(version, attempt.promised(), lostMeanwhile);
      }
      case Outcome.Updated updated -> {}
      case Outcome.Read read -> {
        long purged = purges.upTo(read.info().partition(), read.info().epoch());
        boolean told = losses.isTold(read.info()); // then nothing is promised of what is older
        if (!told
            && !isRankPurged(attempt.key(), floor, read.info())
            && (read.version() != null || !isPurged(attempt.key(), floor, purged))) {
          checkNotBelow(attempt.toString(), read.version(), floor);
        }
        if (read.live() == null
            && read.version() != null
            && FenceRank.isRaised(read.version().rank())) {
          raisedNothing
              .computeIfAbsent(attempt.key(), key -> new ArrayList<>())
              .add(read.version());
        }
        // A read without repair misses no write itself. Later reads may miss what it returned, if
        // it says so.
        boolean missable = attempt.isUnrepaired() && read.info().potentiallyStale();
        if (read.version() != null && !missable) {
          known(attempt.key()).learn(read.version(), attempt.promised(), lostMeanwhile);
        }
      }
      case Outcome.Failed failed -> {}
    }
  }

  private boolean isAnyLostSince(@Nullable Integer before) {
    return before == null || before != disksLost;
  }

  @Override
  public void learns(Placements placements) {
    purges.learn(placements);
    Set<Integer> lost = losses.learn(placements);
    if (factors.isByRegion() && !lost.isEmpty()) {
      keys.forEach(
          (key, known) -> {
            Key stored = new Key(tenant, key.getBytes(StandardCharsets.UTF_8));
            if (lost.contains(stored.partition(purges.partitions()))) {
              known.losesRegion();
            }
          });
      lowerFloors();
    }
  }

  @Override
  public void settles() {
    keys.values().forEach(KnownVersions::settle);
  }

  /**
   * Whether a version was of a lock, and may have been deleted and purged: what is written later
   * under no lock is below it.
   */
  private boolean isRankPurged(String key, @Nullable Version version, ResultInfo info) {
    return version != null
        && version.rank() != 0
        && isPurged(key, version, purges.upTo(info.partition(), info.epoch()));
  }

  /** Whether a version may be absent: "not found" counts as the version purged (F16). */
  private boolean isPurged(String key, @Nullable Version version, long purged) {
    return version != null
        && Long.compareUnsigned(version.hlc(), purged) <= 0
        && mayBeHiddenAt(key, version, purged);
  }

  @Override
  public void begins(ScanAttempt scan) {
    lostBeforeScans.put(scan.number(), disksLost);
    Map<String, Version> known = new TreeMap<>();
    keys.forEach(
        (key, versions) -> {
          Version floor = versions.floor(scan.promised());
          if (floor != null && scan.includes(key)) {
            known.put(key, floor);
          }
        });
    scanFloors.put(scan.number(), known);
  }

  @Override
  public void ends(ScanAttempt scan, ScanAttempt.Found found) {
    boolean lostMeanwhile = isAnyLostSince(lostBeforeScans.remove(scan.number()));
    Map<String, Record> records = new TreeMap<>();
    for (ScanPage.Entry entry : found.entries()) {
      String key = Text.of(entry.key());
      records.put(key, entry.record());
      known(key).learn(entry.record().version(), scan.promised(), lostMeanwhile);
    }
    Map<String, Version> known = scanFloors.remove(scan.number());
    if (known == null) {
      throw new IllegalStateException(scan + " ended but never began");
    }
    known.forEach(
        (key, floor) -> {
          Record record = records.get(key);
          if (record != null) {
            checkNotBelow(scan + " that found " + key, record.version(), floor);
          } else if (!mayBeHiddenAt(key, floor, -1)) {
            throw new PromiseBroken(NAME, scan + " missed " + key + ", known as " + floor);
          }
        });
  }

  /**
   * Scans under way promise nothing: it is not known beforehand which replicas will answer them.
   */
  @Override
  public void losesDisk() {
    disksLost++;
    keys.values().forEach(KnownVersions::losesReplica);
    lowerFloors();
  }

  private void lowerFloors() {
    scanFloors.values().forEach(Map::clear);
    for (Floor before : List.copyOf(floors.values())) {
      Version now = known(before.attempt().key()).floor(before.attempt().promised());
      int number = before.attempt().number();
      if (now == null) {
        floors.remove(number);
      } else if (before.version().isAfter(now)) {
        floors.put(number, new Floor(before.attempt(), now));
      }
    }
  }

  @Override
  public void rests(AtRest found) {
    Map<String, Version> newest = new TreeMap<>();
    for (PartitionAtRest partition : found.partitions()) {
      partition
          .replicas()
          .forEach(
              replica ->
                  partition
                      .held()
                      .getOrDefault(replica, Map.of())
                      .forEach(
                          (key, record) ->
                              newest.merge(
                                  Text.of(key.bytes()),
                                  record.version(),
                                  (one, other) -> one.isAfter(other) ? one : other)));
    }
    keys.forEach(
        (key, versions) -> {
          Version floor = versions.floor(Level.ALL);
          Key stored = new Key(tenant, key.getBytes(StandardCharsets.UTF_8));
          long purged = purges.upTo(stored.partition(purges.partitions()), Long.MAX_VALUE);
          boolean rankPurged = floor != null && floor.rank() != 0 && isPurged(key, floor, purged);
          if (!rankPurged && (newest.get(key) != null || !isPurged(key, floor, purged))) {
            checkNotBelow("what is left of " + key, newest.get(key), floor);
          }
        });
  }

  /**
   * Whether a delete or a value that expires may have taken effect at a version or above it.
   *
   * @param upTo not above this hybrid time
   */
  private boolean mayBeHiddenAt(String key, Version version, long upTo) {
    for (Version at : raisedNothing.getOrDefault(key, List.of())) {
      if (!version.isAfter(at) && Long.compareUnsigned(at.hlc(), upTo) <= 0) {
        return true;
      }
    }
    for (Attempt hider : hiders.getOrDefault(key, List.of())) {
      Version at = hider.acknowledged();
      boolean fits =
          at == null || (!version.isAfter(at) && Long.compareUnsigned(at.hlc(), upTo) <= 0);
      if (!hider.wasAppliedNowhere() && fits) {
        return true;
      }
    }
    return false;
  }

  private static void checkNotBelow(
      String who, @Nullable Version version, @Nullable Version floor) {
    if (floor != null && (version == null || floor.isAfter(version))) {
      String what = version == null ? "nothing" : version.toString();
      throw new PromiseBroken(NAME, who + " is " + what + ", below " + floor);
    }
  }

  private KnownVersions known(String key) {
    return keys.computeIfAbsent(key, unseen -> new KnownVersions(factors));
  }
}
