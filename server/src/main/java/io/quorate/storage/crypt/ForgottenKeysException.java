package io.quorate.storage.crypt;

/** A value was encrypted by a key that the node was told to forget. It cannot be read any more. */
public final class ForgottenKeysException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ForgottenKeysException(int tenant) {
    super(
        "the keys of tenant %d were forgotten on this node: what was written with them cannot be read by anyone"
            .formatted(tenant));
  }
}
