package io.quorate.transport.token;

import org.jspecify.annotations.Nullable;

/** The provider's keys cannot be had; the message says why, and what to do. */
public sealed class TokenKeysException extends Exception permits NoTokenKeysException {
  private static final long serialVersionUID = 1;

  TokenKeysException(String message) {
    this(message, null);
  }

  TokenKeysException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
