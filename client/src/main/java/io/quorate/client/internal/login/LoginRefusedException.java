package io.quorate.client.internal.login;

import io.grpc.Status;
import io.quorate.client.internal.net.Trouble;

/** A node does not let the user in: another try with the same password will not help. */
final class LoginRefusedException extends Exception {
  private static final long serialVersionUID = 1;

  LoginRefusedException(String message) {
    super(message);
  }

  /** Returns why a node refuses a login, in its own words if it is a node that does. */
  static String said(Status status) {
    String said = status.getDescription();
    return status.getCode() == Status.Code.UNAUTHENTICATED && said != null
        ? said
        : Trouble.of(status).toString();
  }
}
