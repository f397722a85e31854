package io.quorate.transport.access;

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
  private @Nullable ShownLogin lastLogin;

  ConnectionCallers(Caller byCertificate) {
    this.byCertificate = byCertificate;
  }

  Caller byCertificate() {
    return byCertificate;
  }

  /** What a token shows. Another token of its user may be good when this one is not. */
  TokenVerdict judge(String token, RuleBook rules) {
    ShownLogin login = lastLogin;
    if (login != null && token.equals(lastToken) && rules.isGood(login)) {
      return new TokenVerdict.Good(login);
    }
    TokenVerdict verdict = rules.judge(token, byCertificate.origin());
    if (verdict instanceof TokenVerdict.Good(ShownLogin shown)) {
      lastToken = token;
      lastLogin = shown;
    }
    return verdict;
  }

  /** The one that has shown a token that is good. */
  Caller loggedIn(ShownLogin login) {
    Caller caller = byUser.get(login.user());
    if (caller == null) {
      caller = byCertificate.loggedIn(login);
      byUser.put(login.user(), caller);
    } else {
      caller.renew(login);
    }
    return caller;
  }
}
