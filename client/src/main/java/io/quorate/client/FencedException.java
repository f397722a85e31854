package io.quorate.client;

/**
 * The token of a put, delete or read is stale: its sender has lost the lock that the token is of. A
 * later holder was at the key; or what the key knew of tokens was purged with its deletion, and no
 * lock is held under this one. Nothing was applied, and no attempt at it will be; in tenants with
 * model LAST_WRITE_WINS a write was not acknowledged, and may be seen until the key is used under
 * the later token. Stop, and acquire the lock again before anything else is done under it.
 */
public final class FencedException extends QuorateException {
  private final long fence;

  public FencedException(String message, FailureInfo info, long fence) {
    super(message, info, null);
    this.fence = fence;
  }

  /** The highest token that the key has seen; 0 if none is known. */
  public long fence() {
    return fence;
  }

  static void checkToken(long token) {
    if (token < 1) {
      throw new IllegalArgumentException(
          "token " + token + ": give the one under which the lock was granted");
    }
  }
}
