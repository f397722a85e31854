package io.quorate.client;

/**
 * Bounds what retries may add to the load: a bucket of tokens, of which each retry takes one and
 * each operation answered brings a tenth, beside a trickle that lets a quiet client retry. Owned by
 * the loop.
 */
final class RetryBudget {
  private static final double TOKENS_MAX = 200;
  private static final double TOKENS_PER_ANSWER = 0.1;
  private static final double TOKENS_PER_NANO = 20e-9;

  private double tokens = TOKENS_MAX;
  private long filledNanos;

  RetryBudget(long nowNanos) {
    filledNanos = nowNanos;
  }

  void onAnswer() {
    tokens = Math.min(TOKENS_MAX, tokens + TOKENS_PER_ANSWER);
  }

  /** Takes a token if there is one. */
  boolean take(long nowNanos) {
    tokens = Math.min(TOKENS_MAX, tokens + (nowNanos - filledNanos) * TOKENS_PER_NANO);
    filledNanos = nowNanos;
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }
}
