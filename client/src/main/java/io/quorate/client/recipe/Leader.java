package io.quorate.client.recipe;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One that leads, as the others see it. */
public final class Leader {
  private final String id;
  private final long token;

  private Leader(String id, long token) {
    this.id = id;
    this.token = token;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static Leader of(String id, long token) {
    return new Leader(Objects.requireNonNull(id, "id"), token);
  }

  /**
   * Who leads: the owner of the lock. It begins with {@link #candidate}, and each leadership has
   * another one.
   */
  public String id() {
    return id;
  }

  /** What the application of the leader calls itself: {@link ElectionOptions#candidate}. */
  public String candidate() {
    return Ids.chosen(id);
  }

  /** The token under which it leads: each later leader has a higher one. */
  public long token() {
    return token;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Leader that && id.equals(that.id) && token == that.token;
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, token);
  }

  @Override
  public String toString() {
    return "Leader[id=" + id + ", token=" + token + "]";
  }
}
