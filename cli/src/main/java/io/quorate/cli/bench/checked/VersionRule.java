package io.quorate.cli.bench.checked;

import io.quorate.cli.bench.checked.BenchData.Origin;
import io.quorate.client.Version;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Holds what a run has learned of every key's version, and judges each answer by what a cluster
 * promises of writes and reads at QUORUM:
 *
 * <ul>
 *   <li>a read never returns a version older than any that was acknowledged or returned before the
 *       read began;
 *   <li>an acknowledged write has a higher version than every write that was acknowledged before it
 *       began: else it would have lost against one of them;
 *   <li>the value of a version is the one that was written under it.
 * </ul>
 *
 * <p>What counts is the order of real time, so the floors are looked up before an operation is sent
 * and raised before its completion lets another one begin. Cheap enough to run with every
 * operation: arrays indexed by the number of the key. Safe for many threads.
 */
public final class VersionRule {
  /** This run, in the origin of each value it writes. */
  private final long writer;

  /** The highest version acknowledged or returned, by key. */
  private final AtomicReferenceArray<@Nullable Version> seen;

  /** The acknowledged write with the highest version, by key. */
  private final AtomicReferenceArray<@Nullable Acked> acked;

  /** An acknowledged write. */
  record Acked(Version version, long sequence) {}

  /** What an answer says about the cluster. */
  public enum Verdict {
    KEPT,
    /** A read returned an older version than was known before it began. */
    STALE_READ,
    /**
     * A read missed what was acknowledged before it began, and said that it may: by the levels in
     * use, or since nodes were given up with what they held. Not promised against.
     */
    TOLD_STALE,
    /** An acknowledged write is gone, or could only lose against an earlier one. */
    LOST_WRITE,
    /** The value is not the one written under this key and version. */
    WRONG_VALUE,
    /**
     * A write was seen under a higher version than it was acknowledged with: it was applied again
     * after a later write may have been acknowledged. Not promised against, but worth knowing.
     */
    REAPPLIED
  }

  public VersionRule(int keys, long writer) {
    this.writer = writer;
    this.seen = new AtomicReferenceArray<>(keys);
    this.acked = new AtomicReferenceArray<>(keys);
  }

  /** To be asked before a read is sent: what it must at least return. */
  public @Nullable Version floor(int key) {
    return seen.get(key);
  }

  /** To be asked before a write is sent: what it must be above. */
  @Nullable Version ackedFloor(int key) {
    Acked latest = acked.get(key);
    return latest == null ? null : latest.version();
  }

  /** Judges an acknowledged write. */
  Verdict onAcked(int key, @Nullable Version ackedBefore, Version version, long sequence) {
    raise(key, version);
    Acked mine = new Acked(version, sequence);
    Acked latest = acked.get(key);
    while (latest == null || version.compareTo(latest.version()) > 0) {
      if (acked.compareAndSet(key, latest, mine)) {
        break;
      }
      latest = acked.get(key);
    }
    return ackedBefore != null && version.compareTo(ackedBefore) <= 0
        ? Verdict.LOST_WRITE
        : Verdict.KEPT;
  }

  /** Judges a read that found nothing. */
  Verdict onMissing(@Nullable Version floor) {
    return floor == null ? Verdict.KEPT : Verdict.LOST_WRITE;
  }

  /**
   * Judges a read that found a value.
   *
   * @param floor what {@link #floor} said before the read was sent
   * @param origin what the value says of itself; null if it cannot be one of this run
   */
  Verdict onRead(int key, @Nullable Version floor, Version version, @Nullable Origin origin) {
    raise(key, version);
    if (origin == null || origin.key() != key) {
      return Verdict.WRONG_VALUE;
    }
    if (floor != null && version.compareTo(floor) < 0) {
      return Verdict.STALE_READ;
    }
    Acked latest = acked.get(key);
    if (latest == null) {
      return Verdict.KEPT;
    }
    boolean latestWrite = origin.writer() == writer && origin.sequence() == latest.sequence();
    int order = version.compareTo(latest.version());
    if (order == 0 && !latestWrite) {
      return Verdict.WRONG_VALUE;
    }
    return order > 0 && latestWrite ? Verdict.REAPPLIED : Verdict.KEPT;
  }

  private void raise(int key, Version version) {
    Version highest = seen.get(key);
    while (highest == null || version.compareTo(highest) > 0) {
      if (seen.compareAndSet(key, highest, version)) {
        return;
      }
      highest = seen.get(key);
    }
  }
}
