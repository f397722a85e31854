package io.quorate.client.admin;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A join token that was created just now, with its secret, which is told this once. */
public final class NewJoinToken {
  private final JoinToken token;
  private final String text;

  private NewJoinToken(JoinToken token, String text) {
    this.token = token;
    this.text = text;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static NewJoinToken of(JoinToken token, String text) {
    return new NewJoinToken(token, text);
  }

  /** What the cluster knows of it. */
  public JoinToken token() {
    return token;
  }

  /**
   * What a new node has to show: the content of its {@code cluster.join_token_file}. Not part of
   * {@link #toString}.
   */
  public String text() {
    return text;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NewJoinToken that && token.equals(that.token) && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return Objects.hash(token, text);
  }

  @Override
  public String toString() {
    return "NewJoinToken[token=" + token + "]";
  }
}
