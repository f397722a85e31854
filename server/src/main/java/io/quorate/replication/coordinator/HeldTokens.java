package io.quorate.replication.coordinator;

import java.util.function.Consumer;

/**
 * Knows which tokens are those of locks that are held. A coordinator asks where a purge has taken
 * away what a key knew of tokens (docs/design/fencing.md#purge).
 */
public interface HeldTokens {
  /** What is known of a token. */
  enum Answer {
    /** Its lock was held under it at some moment after the question. */
    HELD,
    /** No lock is held under it any more, nor will one be. */
    NOT_HELD,
    /** What decides about locks did not answer. */
    UNKNOWN
  }

  /**
   * Asks whether a lock is held under a token.
   *
   * @param callback told once, on the lane, until the deadline or soon after it
   */
  void ask(long token, long deadlineNanos, Consumer<Answer> callback);
}
