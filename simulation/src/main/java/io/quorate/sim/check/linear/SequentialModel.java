package io.quorate.sim.check.linear;

import org.jspecify.annotations.Nullable;

/**
 * What an object does when it serves one call at a time.
 *
 * @param <S> states, equal when they cannot be told apart
 * @param <I> what is asked
 * @param <O> what is answered
 */
public interface SequentialModel<S, I, O> {
  S initial();

  /**
   * The state after a call.
   *
   * @param output what the client was answered; null if it got no answer, so any output will do
   * @return null if the call cannot be answered so in this state
   */
  @Nullable S step(S state, I input, @Nullable O output);

  /**
   * Whether a call that is answered so leaves every state as it is. Need not be said; a search is
   * faster for it.
   */
  default boolean changesNothing(I input, @Nullable O output) {
    return false;
  }
}
