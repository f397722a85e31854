package io.quorate.client;

import java.util.Objects;
import java.util.function.Supplier;

/**
 * By what a client logs in: a user with a password, or the tokens of an identity provider. It takes
 * {@link QuorateClient.Builder#tls TLS}.
 *
 * <p>While the login is refused, operations fail with {@link PermissionDeniedException}.
 */
public sealed interface Credentials {
  /** A user with a password that stays the same. */
  static Credentials password(String user, String password) {
    Objects.requireNonNull(password, "password");
    return new Password(user, () -> password);
  }

  /**
   * A user with a password that may change: it is asked for at each login, on a thread of its own,
   * where it should not take longer than 10 s: as for {@link #bearerTokens}.
   */
  static Credentials password(String user, Supplier<String> password) {
    return new Password(user, password);
  }

  /**
   * The user of tokens of an identity provider (JSON Web Tokens), which the nodes know as {@code
   * jwt.issuer}. The supplier is asked for one when the client first needs it, when two thirds of
   * the time are over that the last one is good for, and when nodes refuse that: on a thread of its
   * own, where it may ask the provider. Calls wait for it until their own time is over; one that
   * takes longer than 10 s has failed for these calls. It is asked again once it has returned, so
   * it should give up by itself: until then, calls that need a new token fail at once, and say for
   * how long it has not returned.
   *
   * <p>If it throws, nodes are asked nothing; the client asks it again in a moment, and shows the
   * last token as long as that is good.
   */
  static Credentials bearerTokens(Supplier<String> tokens) {
    return new BearerTokens(tokens);
  }

  /**
   * As which user a client logs in, and with which password. The password does not leave this
   * process: a node is shown that it is known (SCRAM-SHA-256, RFC 7677), and gives a token for 15
   * minutes, which every node takes. The client logs in again in good time.
   */
  final class Password implements Credentials {
    private final String user;
    private final Supplier<String> password;

    private Password(String user, Supplier<String> password) {
      this.user = Objects.requireNonNull(user, "user");
      this.password = Objects.requireNonNull(password, "password");
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

  /** Tokens of an identity provider. */
  final class BearerTokens implements Credentials {
    private final Supplier<String> tokens;

    private BearerTokens(Supplier<String> tokens) {
      this.tokens = Objects.requireNonNull(tokens, "tokens");
    }

    /** Where the tokens come from. */
    public Supplier<String> tokens() {
      return tokens;
    }

    /** Without the token. */
    @Override
    public String toString() {
      return "tokens of an identity provider";
    }
  }
}
