package io.quorate.sim.check;

import io.quorate.version.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What clients know of one key. */
final class KeyHistory {
  /** Of a version that deletes. */
  static final int DELETED = -1;

  private final int replicas;

  /** By number of replicas: the newest version that clients know to be durable on so many. */
  private final @Nullable Version[] known;

  /** What each version stands for: the number of the attempt that put it, or {@link #DELETED}. */
  private final Map<Version, Integer> meanings = new TreeMap<>();

  private final List<Attempt> deletes = new ArrayList<>();

  KeyHistory(int replicas) {
    this.replicas = replicas;
    this.known = new Version[replicas + 1];
  }

  /** The newest version that whoever hears {@code required} replicas cannot miss. */
  @Nullable Version floor(int required) {
    Version floor = null;
    for (int on = Math.max(1, replicas - required + 1); on <= replicas; on++) {
      floor = newer(floor, known[on]);
    }
    return floor;
  }

  /** A client was told of a version that {@code required} replicas hold. */
  void learn(Version version, int required) {
    int on = Math.min(required, replicas);
    known[on] = newer(known[on], version);
  }

  /** Says what a version stands for; what was said before if that is something else. */
  @Nullable Integer contradiction(Version version, int meaning) {
    Integer before = meanings.putIfAbsent(version, meaning);
    return before == null || before == meaning ? null : before;
  }

  boolean isDeletion(Version version) {
    Integer meaning = meanings.get(version);
    return meaning != null && meaning == DELETED;
  }

  void deleteBegan(Attempt attempt) {
    deletes.add(attempt);
  }

  /** Whether some delete may have taken effect above a version. */
  boolean mayBeDeletedAbove(Version version) {
    for (Attempt delete : deletes) {
      Version at = delete.acknowledged();
      if (!delete.wasAppliedNowhere() && (at == null || at.isAfter(version))) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable Version newer(@Nullable Version one, @Nullable Version other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.isAfter(other) ? one : other;
  }
}
