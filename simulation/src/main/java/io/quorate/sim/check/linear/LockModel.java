package io.quorate.sim.check.linear;

import io.quorate.sim.check.linear.LockModel.Input;
import io.quorate.sim.check.linear.LockModel.Lock;
import io.quorate.sim.check.linear.LockModel.Output;
import org.jspecify.annotations.Nullable;

/**
 * One lock without waiting: it is granted with a fencing token that is higher than all before it,
 * or refused because another client holds it. Its holder may acquire it again.
 */
public final class LockModel implements SequentialModel<Lock, Input, Output> {
  /**
   * The state.
   *
   * @param holder null: it is free
   * @param token at least the highest that was ever granted
   */
  public record Lock(@Nullable String holder, long token) {}

  /** What is asked. */
  public sealed interface Input {}

  /** Asks for the lock. */
  public record Acquire(String owner) implements Input {}

  /** Gives it back. */
  public record Release(String owner) implements Input {}

  /** What is answered. */
  public sealed interface Output {}

  /** The caller holds the lock. */
  public record Granted(long token) implements Output {}

  /** Another client holds the lock. */
  public record Held() implements Output {}

  /** The caller held the lock, and it is free now. */
  public record Released() implements Output {}

  /** The caller did not hold the lock. */
  public record NotHeld() implements Output {}

  @Override
  public Lock initial() {
    return new Lock(null, 0);
  }

  @Override
  public @Nullable Lock step(Lock lock, Input input, @Nullable Output output) {
    return switch (input) {
      case Acquire(String owner) -> acquire(lock, owner, output);
      case Release(String owner) -> release(lock, owner, output);
    };
  }

  @Override
  public boolean changesNothing(Input input, @Nullable Output output) {
    return output instanceof Held || output instanceof NotHeld;
  }

  private static @Nullable Lock acquire(Lock lock, String owner, @Nullable Output output) {
    boolean mine = owner.equals(lock.holder());
    boolean held = lock.holder() != null && !mine;
    return switch (output) {
      case Granted(long token)
          when !held && (mine ? token >= lock.token() : token > lock.token()) ->
          new Lock(owner, token);
      case Held answer when held -> lock;
      // Its token was not seen; it is known only to be higher.
      case null -> held || mine ? lock : new Lock(owner, lock.token() + 1);
      default -> null;
    };
  }

  private static @Nullable Lock release(Lock lock, String owner, @Nullable Output output) {
    boolean held = owner.equals(lock.holder());
    Lock after = held ? new Lock(null, lock.token()) : lock;
    boolean possible = output == null || (held ? new Released() : new NotHeld()).equals(output);
    return possible ? after : null;
  }
}
