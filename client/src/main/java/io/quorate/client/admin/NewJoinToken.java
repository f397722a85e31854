package io.quorate.client.admin;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A join token that was created just now, with its secret, which is told this once. */
public final class NewJoinToken {
  private final JoinToken token;
  private final String text;
  private final List<String> warnings;

  private NewJoinToken(JoinToken token, String text, List<String> warnings) {
    this.token = token;
    this.text = text;
    this.warnings = List.copyOf(warnings);
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static NewJoinToken of(JoinToken token, String text, List<String> warnings) {
    return new NewJoinToken(token, text, warnings);
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

  /**
   * What an operator should know: nodes that do not know of it yet after two seconds; empty as a
   * rule.
   */
  public List<String> warnings() {
    return warnings;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NewJoinToken that
        && token.equals(that.token)
        && text.equals(that.text)
        && warnings.equals(that.warnings);
  }

  @Override
  public int hashCode() {
    return Objects.hash(token, text, warnings);
  }

  @Override
  public String toString() {
    return "NewJoinToken[token=" + token + ", warnings=" + warnings + "]";
  }
}
