package io.quorate.replication.hint;

import io.quorate.model.NodeId;
import io.quorate.storage.HintStore.DeadLetter;
import io.quorate.storage.HintStore.Hint;
import io.quorate.storage.RecordStore.PutCallback;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What operators see of the writes that this node owes to other replicas, and may do about them.
 */
public interface HintMaintenance {
  /**
   * Returns what is owed, by target.
   *
   * @param marker from {@link #setMarker}, whose hints are counted; 0 for none
   */
  List<Hints.Standing> standings(long marker);

  /**
   * Sets a marker: the hints that there are now are before it, and later ones after it. It holds
   * after the next start, too.
   */
  long setMarker();

  /** Whether nothing is delivered to anyone. */
  boolean isPaused();

  /**
   * Delivers nothing from now on, after the next start too; what is under way goes on.
   *
   * @param target null for all nodes
   */
  void pause(@Nullable NodeId target, PutCallback durable);

  /**
   * Takes back a pause.
   *
   * @param target null for those of all nodes, and of each
   */
  void resume(@Nullable NodeId target, PutCallback durable);

  /**
   * Lists dead letters, in order.
   *
   * @param target null for those of all nodes
   * @param partition null for those of all partitions
   * @param after those that come after this one; null from the first on
   */
  List<DeadLetter> deadLetters(
      @Nullable NodeId target, @Nullable Integer partition, @Nullable Hint after, int most);

  /** Turns dead letters into hints again. */
  void replayDeadLetters(
      @Nullable NodeId target, @Nullable Integer partition, LettersCallback callback);

  /**
   * Takes dead letters away.
   *
   * @param forget not even to mark their partitions as ones that have to be compared
   */
  void dropDeadLetters(
      @Nullable NodeId target,
      @Nullable Integer partition,
      boolean forget,
      LettersCallback callback);
}
