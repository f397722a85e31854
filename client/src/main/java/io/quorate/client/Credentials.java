package io.quorate.client;

import java.util.Objects;
import java.util.function.Supplier;

/**
 * As which user a client logs in, and with which password. The password does not leave this
 * process: a node is shown that it is known (SCRAM-SHA-256, RFC 7677), and gives a token for 15
 * minutes, which every node takes. The client logs in again in good time. It takes {@link
 * QuorateClient.Builder#tls TLS}.
 *
 * <p>While the login is refused, operations fail with {@link PermissionDeniedException}.
 */
public final class Credentials {
  private final String user;
  private final Supplier<String> password;

  private Credentials(String user, Supplier<String> password) {
    this.user = Objects.requireNonNull(user, "user");
    this.password = Objects.requireNonNull(password, "password");
  }

  /** A user with a password that stays the same. */
  public static Credentials password(String user, String password) {
    Objects.requireNonNull(password, "password");
    return new Credentials(user, () -> password);
  }

  /**
   * A user with a password that may change: it is asked for at each login, on a thread of its own.
   */
  public static Credentials password(String user, Supplier<String> password) {
    return new Credentials(user, password);
  }

  public String user() {
    return user;
  }

  /** Where the password comes from. */
  public Supplier<String> password() {
    return password;
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "user " + user;
  }
}
