package io.quorate.cluster;

import io.quorate.model.DurationText;
import java.util.regex.Pattern;

/**
 * What the cluster knows of a token with which new nodes may join. The secret itself is known to
 * those alone who were given it: who reads the log, or a snapshot, cannot join with what is there.
 *
 * @param id names it; the first part of its {@link JoinTokenText}
 * @param hash SHA-256 of its secret, 64 hexadecimal digits
 * @param expiresMillis when it expires, since 1970
 * @param usesLeft how many nodes may still join with it
 */
public record JoinToken(String id, String hash, long expiresMillis, int usesLeft) {
  /** More than that, and the nodes of a cluster are started by something that can ask for more. */
  public static final int USES_MAX = 100;

  /** A shorter time is over before a node is started. */
  public static final long TTL_MILLIS_MIN = 60_000;

  /** What was forgotten somewhere must not be of use for long. */
  public static final long TTL_MILLIS_MAX = 7L * 24 * 60 * 60 * 1000;

  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  /**
   * @throws IllegalArgumentException if there is no such token; says why
   */
  public JoinToken {
    JoinTokenText.checkId(id);
    StateRules.check(HASH.matcher(hash).matches(), "join token %s: no hash of a secret", id);
    StateRules.check(expiresMillis >= 0, "join token %s expires before 1970", id);
    StateRules.check(
        usesLeft >= 1 && usesLeft <= USES_MAX,
        "join token for %d nodes: give 1 to %d",
        usesLeft,
        USES_MAX);
  }

  /**
   * Whether no node joins with it any more.
   *
   * @param nowMillis since 1970
   */
  public boolean isExpired(long nowMillis) {
    return nowMillis >= expiresMillis;
  }

  /**
   * Checks how long a token is to be of use.
   *
   * @throws IllegalArgumentException if it is too long or too short
   */
  public static void checkTtl(long ttlMillis) {
    StateRules.check(
        ttlMillis >= TTL_MILLIS_MIN && ttlMillis <= TTL_MILLIS_MAX,
        "join token that can be used for %s: give 1 minute to 7 days",
        DurationText.ofMillis(ttlMillis));
  }
}
