package io.quorate.replication.history;

import io.quorate.version.Hlc;
import java.util.Collection;

/**
 * The decisions that the truth of a history depends on, one method each. Tests override one method
 * with a classic bug and require that the suite fails.
 */
public interface HistoryRules {
  /** What something takes the place of is kept. */
  default boolean keepsReplaced() {
    return true;
  }

  /**
   * So is what comes below something later: it may have been acknowledged, and be the last one up
   * to a moment.
   */
  default boolean keepsLate() {
    return true;
  }

  /** And what has expired, when a purge takes it away: before it expired readers were shown it. */
  default boolean keepsExpired() {
    return true;
  }

  /**
   * A replica that was brought what others hold has their histories, or its own begins again,
   * before it counts.
   */
  default boolean beginsAgain() {
    return true;
  }

  /**
   * What a replica took of the histories of others reaches back as far as all of them did.
   *
   * @param marks of the replicas whose versions were taken, as they were once all were
   */
  default long since(Collection<Long> marks) {
    return marks.stream().reduce(0L, Hlc::later);
  }

  /** While others' histories are brought to it, nothing that a replica keeps is taken away. */
  default boolean staysWhileBrought() {
    return true;
  }

  /**
   * A node that hears of the cluster's state from its beginning on goes on keeping, though as far
   * as it has heard the tenant has no history yet.
   */
  default boolean goesOnKeeping() {
    return true;
  }

  /** A replica has no image of a moment before its history began. */
  default boolean looksSinceWhen() {
    return true;
  }
}
