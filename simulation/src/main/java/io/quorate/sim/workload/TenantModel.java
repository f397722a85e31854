package io.quorate.sim.workload;

import io.quorate.sim.check.linear.SequentialModel;
import io.quorate.sim.workload.TenantModel.Input;
import io.quorate.sim.workload.TenantModel.Output;
import io.quorate.sim.workload.TenantModel.Settings;
import org.jspecify.annotations.Nullable;

/**
 * One tenant, which is created once and altered afterwards; its state is its default time to live.
 */
final class TenantModel implements SequentialModel<Settings, Input, Output> {
  /**
   * The state.
   *
   * @param ttlMillis {@link #NONE} if there is no such tenant
   */
  record Settings(long ttlMillis) {
    static final long NONE = -1;

    boolean exists() {
      return ttlMillis != NONE;
    }
  }

  /** What is asked. */
  sealed interface Input {}

  /** Accepted if there is no such tenant, or an equal one. */
  record Create(long ttlMillis) implements Input {}

  /** Accepted if there is one. */
  record Alter(long ttlMillis) implements Input {}

  /** Reads it. */
  record Look() implements Input {}

  /** What is answered. */
  sealed interface Output {}

  /** To a change. */
  record Decided(boolean accepted) implements Output {}

  /** To a look. */
  record Seen(Settings settings) implements Output {}

  @Override
  public Settings initial() {
    return new Settings(Settings.NONE);
  }

  @Override
  public @Nullable Settings step(Settings now, Input input, @Nullable Output output) {
    return switch (input) {
      case Look look -> output == null || output.equals(new Seen(now)) ? now : null;
      case Create(long ttl) -> decide(now, !now.exists() || now.ttlMillis() == ttl, ttl, output);
      case Alter(long ttl) -> decide(now, now.exists(), ttl, output);
    };
  }

  private static @Nullable Settings decide(
      Settings now, boolean accepted, long ttl, @Nullable Output output) {
    boolean possible = output == null || output.equals(new Decided(accepted));
    return !possible ? null : accepted ? new Settings(ttl) : now;
  }

  @Override
  public boolean changesNothing(Input input, @Nullable Output output) {
    return input instanceof Look || (output instanceof Decided(boolean accepted) && !accepted);
  }
}
