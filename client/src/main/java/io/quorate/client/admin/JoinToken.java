package io.quorate.client.admin;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A token with which new nodes may join the cluster, as the cluster knows it: without a secret. */
public final class JoinToken {
  private final String id;
  private final Instant expires;
  private final int usesLeft;

  private JoinToken(String id, Instant expires, int usesLeft) {
    this.id = id;
    this.expires = expires;
    this.usesLeft = usesLeft;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static JoinToken of(String id, Instant expires, int usesLeft) {
    return new JoinToken(id, expires, usesLeft);
  }

  /** Names it, also to drop it: 8 hexadecimal digits. */
  public String id() {
    return id;
  }

  /** When no node can join with it any more. */
  public Instant expires() {
    return expires;
  }

  /** How many nodes can still join with it. */
  public int usesLeft() {
    return usesLeft;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof JoinToken that
        && id.equals(that.id)
        && expires.equals(that.expires)
        && usesLeft == that.usesLeft;
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, expires, usesLeft);
  }

  @Override
  public String toString() {
    return "JoinToken[id=" + id + ", expires=" + expires + ", usesLeft=" + usesLeft + "]";
  }
}
