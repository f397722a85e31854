package io.quorate.transport.access;

import io.quorate.access.Login;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * As whom one connection is known: by its certificate, and by the logins that were shown on it.
 * What is open on it, as a pipe, goes on with the latest login of its user. Owned by the lane.
 */
final class ConnectionCallers {
  /** A gateway may call for many users; one that is put out here is read from its token again. */
  private static final int USERS_MAX = 64;

  private final Caller byCertificate;
  private final Map<String, Caller> byUser =
      new LinkedHashMap<>(4, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Caller> eldest) {
          return size() > USERS_MAX;
        }
      };

  private @Nullable String lastToken;
  private @Nullable Login lastLogin;

  ConnectionCallers(Caller byCertificate) {
    this.byCertificate = byCertificate;
  }

  Caller byCertificate() {
    return byCertificate;
  }

  /** The one that shows a token; null if it is none that is good. */
  @Nullable Caller byToken(String token, RuleBook rules) {
    Login login = lastLogin;
    if (login == null || !token.equals(lastToken)) {
      login = rules.login(token);
    }
    // Another token of its user may be good when this one is not.
    if (login == null || !rules.isGood(login)) {
      return null;
    }
    Caller caller = byUser.get(login.user());
    if (caller == null) {
      caller = byCertificate.loggedIn(login);
      byUser.put(login.user(), caller);
    } else {
      caller.renew(login);
    }
    lastToken = token;
    lastLogin = login;
    return caller;
  }
}
