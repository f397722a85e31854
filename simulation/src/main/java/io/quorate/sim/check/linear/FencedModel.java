package io.quorate.sim.check.linear;

import io.quorate.sim.check.linear.FencedModel.Fenced;
import io.quorate.sim.check.linear.FencedModel.Input;
import io.quorate.sim.check.linear.FencedModel.Output;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One key that is written and read under the tokens of a lock: whatever comes with a lower token
 * than what took effect before is refused. What the key has seen of tokens is never forgotten here,
 * whatever is purged.
 */
public final class FencedModel implements SequentialModel<Fenced, Input, Output> {
  /**
   * The state.
   *
   * @param fence the highest token that it has seen; 0: none
   */
  public record Fenced(Optional<String> value, long fence) {}

  /** What is asked; token 0: under no lock. */
  public sealed interface Input {
    long token();
  }

  /** Stores a value. */
  public record Put(String value, long token) implements Input {}

  /** Takes the value away; it does not matter whether there is one. */
  public record Delete(long token) implements Input {}

  /** Reads the value; with a token, no lower one takes effect from then on. */
  public record Get(long token) implements Input {}

  /**
   * Raises the fence, and is never answered: what a read with a token may do in earlier rounds,
   * also if it is refused in the end.
   */
  public record Raise(long token) implements Input {}

  /** What is answered. */
  public sealed interface Output {}

  /** To a put and a delete. */
  public record Done() implements Output {}

  /** To a get. */
  public record Found(Optional<String> value) implements Output {}

  /**
   * The token is too low.
   *
   * @param by the fence that was told; 0: none is known, and the token is of no lock that is held
   */
  public record Refused(long by) implements Output {}

  @Override
  public Fenced initial() {
    return new Fenced(Optional.empty(), 0);
  }

  @Override
  public @Nullable Fenced step(Fenced before, Input input, @Nullable Output output) {
    long token = input.token();
    if (input instanceof Raise && token <= before.fence()) {
      return null; // it need not take effect, as one that is never answered
    }
    if (output instanceof Refused(long by)) {
      boolean isKnown = by > token && by <= before.fence();
      return by == 0 || isKnown ? before : null;
    }
    if (token != 0 && token < before.fence()) {
      return output == null ? before : null;
    }
    long fence = Math.max(token, before.fence());
    return switch (input) {
      case Raise raise -> new Fenced(before.value(), fence);
      case Put put -> new Fenced(Optional.of(put.value()), fence);
      case Delete delete -> new Fenced(Optional.empty(), fence);
      case Get get ->
          output == null || output.equals(new Found(before.value()))
              ? new Fenced(before.value(), fence)
              : null;
    };
  }

  @Override
  public boolean changesNothing(Input input, @Nullable Output output) {
    return output instanceof Refused || (input instanceof Get && input.token() == 0);
  }
}
