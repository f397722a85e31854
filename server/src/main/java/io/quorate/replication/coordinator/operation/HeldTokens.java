package io.quorate.replication.coordinator.operation;

import java.util.function.Consumer;

/**
 * Knows which tokens are those of locks that are held. A coordinator asks where a purge has taken
 * away what a key knew of tokens (docs/design/fencing.md#purge), and to tell who has come later.
 */
public interface HeldTokens {
  /** What is known of a token. */
  sealed interface Answer {}

  /** A lock was held under it, exclusively, at some moment after the question. */
  record IsHeld(String lock, String owner) implements Answer {}

  /** No lock is held under it alone any more, nor will one be. */
  record NotHeld() implements Answer {}

  /** What decides about locks did not answer. */
  record NotKnown() implements Answer {}

  /**
   * Asks whether a lock is held under a token, and by whom.
   *
   * @param callback told once, on the lane, until the deadline or soon after it
   */
  void ask(long token, long deadlineNanos, Consumer<Answer> callback);
}
