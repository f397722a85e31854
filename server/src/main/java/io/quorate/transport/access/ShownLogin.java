package io.quorate.transport.access;

import io.quorate.access.Login;

/** What the token of a call shows: who the user is, and for how long. */
public sealed interface ShownLogin {
  String user();

  /** Since 1970; it does not count any more then. */
  long untilMillis();

  /** The user has logged in here with a password. */
  record OfPassword(Login login) implements ShownLogin {
    @Override
    public String user() {
      return login.user();
    }

    @Override
    public long untilMillis() {
      return login.untilMillis();
    }
  }

  /**
   * The user has a token of the identity provider.
   *
   * @param key tells the provider's key that has signed it from the others
   */
  record OfProvider(String user, long untilMillis, String key) implements ShownLogin {}
}
