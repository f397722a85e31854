package io.quorate.client.internal.engine;

/**
 * Bounds what retries may add to the load: a bucket of tokens, of which each retry takes one and
 * each operation answered brings a part, beside a trickle that lets a quiet client retry. Owned by
 * the loop.
 */
final class RetryBudget {
  private static final double TOKENS_PER_NANO = 20e-9;

  private final double tokensMax;
  private final double tokensPerAnswer;
  private double tokens;
  private long filledNanos;

  private RetryBudget(double tokensMax, double tokensPerAnswer, long nowNanos) {
    this.tokensMax = tokensMax;
    this.tokensPerAnswer = tokensPerAnswer;
    this.tokens = tokensMax;
    this.filledNanos = nowNanos;
  }

  /** For asking again what may be too much, or in vain: a tenth of the answers. */
  static RetryBudget again(long nowNanos) {
    return new RetryBudget(200, 0.1, nowNanos);
  }

  /**
   * For asking another replica at once when a node refused out of hand, which costs little: as much
   * as all that one cut-off node of two refuses. Also for asking what became of a write that takes
   * effect at most once. Those that are then answered cost nothing ({@link #giveBack}).
   */
  static RetryBudget elsewhere(long nowNanos) {
    return new RetryBudget(4096, 0.5, nowNanos);
  }

  void onAnswer() {
    tokens = Math.min(tokensMax, tokens + tokensPerAnswer);
  }

  /** The retries of one call turned out to be of use. */
  void giveBack(int taken) {
    tokens = Math.min(tokensMax, tokens + taken);
  }

  /** Takes a token if there is one. */
  boolean take(long nowNanos) {
    tokens = Math.min(tokensMax, tokens + (nowNanos - filledNanos) * TOKENS_PER_NANO);
    filledNanos = nowNanos;
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }
}
