package io.quorate.transport.token;

/**
 * The provider has shown its keys, and there is none among them that verifies tokens: it has taken
 * back those that it had.
 */
final class NoTokenKeysException extends TokenKeysException {
  private static final long serialVersionUID = 1;

  NoTokenKeysException(String message) {
    super(message);
  }
}
