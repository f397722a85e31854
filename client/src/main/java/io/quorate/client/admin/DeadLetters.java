package io.quorate.client.admin;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which dead letters are meant. */
public final class DeadLetters {
  public static final DeadLetters ALL = new DeadLetters(null, null);

  private final @Nullable String target;
  private final @Nullable Integer partition;

  private DeadLetters(@Nullable String target, @Nullable Integer partition) {
    this.target = target;
    this.partition = partition;
  }

  /** Id of the node that refused them; null for all. */
  public @Nullable String target() {
    return target;
  }

  /** Null for all. */
  public @Nullable Integer partition() {
    return partition;
  }

  public DeadLetters target(@Nullable String target) {
    return new DeadLetters(target, partition);
  }

  public DeadLetters partition(@Nullable Integer partition) {
    return new DeadLetters(target, partition);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DeadLetters that
        && Objects.equals(target, that.target)
        && Objects.equals(partition, that.partition);
  }

  @Override
  public int hashCode() {
    return Objects.hash(target, partition);
  }

  @Override
  public String toString() {
    return "DeadLetters[target=" + target + ", partition=" + partition + "]";
  }
}
