package io.quorate.client.internal.login;

/** A node does not let the user in: another try with the same password will not help. */
final class LoginRefusedException extends Exception {
  private static final long serialVersionUID = 1;

  LoginRefusedException(String message) {
    super(message);
  }
}
