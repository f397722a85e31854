package io.quorate.sim.check;

import io.quorate.replication.api.Outcome;
import io.quorate.version.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a session is promised (Terry and others, <i>Session guarantees for weakly consistent
 * replicated data</i>, 1994), one request after another: it reads what it wrote or something newer,
 * its reads never go back, and its writes come after all that it has written and read, of the same
 * key and of others. It knows all versions that the session has seen, of which a token names a few.
 */
public final class SessionChecker {
  static final String NAME = "sessions";

  /** Deletions of the keys that sessions write, by any of them. */
  public static final class Deletions {
    private final Map<String, List<Deletion>> byKey = new TreeMap<>();

    /** A key is asked to be deleted. */
    public Deletion begins(String key) {
      var deletion = new Deletion();
      byKey.computeIfAbsent(key, first -> new ArrayList<>()).add(deletion);
      return deletion;
    }

    private boolean mayHide(String key, Version version) {
      return byKey.getOrDefault(key, List.of()).stream()
          .anyMatch(
              each -> !each.nowhere && (each.version == null || !version.isAfter(each.version)));
    }
  }

  /** One request to delete a key. */
  public static final class Deletion {
    private @Nullable Version version;
    private boolean nowhere;

    /** It was answered. */
    public void ends(Outcome outcome) {
      switch (outcome) {
        case Outcome.Written written -> version = written.version();
        case Outcome.Failed failed -> nowhere = !failed.failure().mayHaveApplied();
        case Outcome.Updated updated -> {}
        case Outcome.Read read -> {}
      }
    }
  }

  private final String name;
  private final Deletions deletions;

  /** The newest version of each key that was written or read. */
  private final Map<String, Version> seen = new TreeMap<>();

  /** The highest time of any of them. */
  private long highest;

  public SessionChecker(String name, Deletions deletions) {
    this.name = name;
    this.deletions = deletions;
  }

  /**
   * A read was answered.
   *
   * @param mayBeLost whether a version may be gone that fewer than a majority held
   */
  public void read(String key, Outcome.Read read, boolean mayBeLost) {
    Version before = seen.get(key);
    Version now = read.version();
    if (now != null) {
      if (before != null && before.isAfter(now)) {
        throw broken("read " + now + " of " + key + " after it had seen " + before);
      }
      saw(key, now);
    } else if (before != null) {
      boolean purged =
          Long.compareUnsigned(before.hlc(), read.purged()) <= 0
              && (mayBeLost || deletions.mayHide(key, before));
      if (!purged) {
        throw broken("read nothing of " + key + " after it had seen " + before);
      }
      seen.remove(key);
    }
  }

  /** A write was acknowledged. */
  public void wrote(String key, Version version) {
    if (Long.compareUnsigned(version.hlc(), highest) <= 0) {
      throw broken(
          "wrote %s as %s, not above what it had seen before: %s"
              .formatted(key, version, seen.values()));
    }
    saw(key, version);
  }

  private void saw(String key, Version version) {
    seen.merge(key, version, Version::later);
    highest = later(highest, version.hlc());
  }

  /** What another session has seen is passed on to this one. */
  public void merge(SessionChecker other) {
    other.seen.forEach(this::saw);
    highest = later(highest, other.highest);
  }

  private static long later(long one, long other) {
    return Long.compareUnsigned(one, other) > 0 ? one : other;
  }

  private PromiseBroken broken(String what) {
    return new PromiseBroken(NAME, name + " " + what);
  }
}
