package io.quorate.cluster;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The tokens with which new nodes may join. Immutable: a change gives the next ones. Time comes
 * with each change, by the clock of the node that proposes it: all nodes fold in the same.
 *
 * @param byId some of them may have expired
 */
public record JoinTokens(SortedMap<String, JoinToken> byId) {
  public static final int TOKENS_MAX = 100;

  /**
   * For how long a token is kept after its end, if there is room: the clock of the node that
   * proposes a change may be ahead of the others, and what it drops would be gone for all.
   */
  static final long KEPT_MILLIS = 24 * 3_600_000L;

  public static final JoinTokens NONE = new JoinTokens(Collections.emptySortedMap());

  /**
   * One node joins with a token.
   *
   * @param nowMillis since 1970, by the clock of the node that takes it in
   */
  public record Use(String id, long nowMillis) {}

  /**
   * @throws IllegalArgumentException if they are too many
   */
  public JoinTokens {
    byId = Collections.unmodifiableSortedMap(new TreeMap<>(byId));
    StateRules.check(
        byId.size() <= TOKENS_MAX,
        "%d join tokens: there can be %d; drop one that is not needed ('quorate cluster token"
            + " drop')",
        byId.size(),
        TOKENS_MAX);
  }

  /**
   * Adds a token.
   *
   * @throws IllegalArgumentException if it cannot be added; says why
   */
  JoinTokens with(JoinToken token, long nowMillis) {
    SortedMap<String, JoinToken> kept = withoutExpired(nowMillis - KEPT_MILLIS);
    if (kept.size() >= TOKENS_MAX && !kept.containsKey(token.id())) {
      kept = withoutExpired(nowMillis);
    }
    JoinToken known = kept.put(token.id(), token);
    StateRules.check(
        known == null || known.equals(token),
        "there is another join token %s: create one again",
        token.id());
    return new JoinTokens(kept);
  }

  /**
   * Drops a token.
   *
   * @throws IllegalArgumentException if there is none of this id
   */
  JoinTokens without(String id) {
    SortedMap<String, JoinToken> fewer = new TreeMap<>(byId);
    StateRules.check(
        fewer.remove(id) != null,
        "there is no join token %s: see 'quorate cluster token list' for those that there are",
        id);
    return new JoinTokens(fewer);
  }

  /**
   * Takes one use.
   *
   * @throws IllegalArgumentException if the token cannot be used; says why
   */
  JoinTokens spent(Use use) {
    JoinToken token = byId.get(use.id());
    String refusal = refusal(use.id(), token, use.nowMillis());
    if (token == null || refusal != null) {
      throw new IllegalArgumentException(refusal);
    }
    SortedMap<String, JoinToken> left = withoutExpired(use.nowMillis() - KEPT_MILLIS);
    if (token.usesLeft() == 1) {
      left.remove(token.id());
    } else {
      left.put(
          token.id(),
          new JoinToken(token.id(), token.hash(), token.expiresMillis(), token.usesLeft() - 1));
    }
    return new JoinTokens(left);
  }

  /**
   * Returns why no node joins with a token, as a sentence for operators; null if one may.
   *
   * @param nowMillis since 1970
   */
  public @Nullable String refusalOf(JoinTokenText shown, long nowMillis) {
    JoinToken token = byId.get(shown.id());
    String refusal = refusal(shown.id(), token, nowMillis);
    return refusal != null || token == null || shown.isOf(token)
        ? refusal
        : "the secret of its join token %s is wrong".formatted(shown.id());
  }

  /** Returns whether this is one of them, which may have expired. */
  public boolean know(JoinTokenText shown) {
    JoinToken token = byId.get(shown.id());
    return token != null && shown.isOf(token);
  }

  private static @Nullable String refusal(String id, @Nullable JoinToken token, long nowMillis) {
    if (token == null) {
      return "there is no join token %s: it was used, dropped, has expired, or never was"
          .formatted(id);
    }
    return token.isExpired(nowMillis) ? "join token %s has expired".formatted(id) : null;
  }

  private SortedMap<String, JoinToken> withoutExpired(long millis) {
    SortedMap<String, JoinToken> left = new TreeMap<>(byId);
    left.values().removeIf(token -> token.isExpired(millis));
    return left;
  }
}
