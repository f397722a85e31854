package io.quorate.transport.access;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * As whom one connection is known: by its certificate, and by the logins that were shown on it.
 * What is open on it, as a pipe, goes on with the latest login of its user. Owned by the lane.
 */
final class ConnectionCallers {
  /**
   * A gateway may call for many users; one that is put out here is read from its token again,
   * unless something is still open for it.
   */
  private static final int USERS_MAX = 64;

  private final Caller byCertificate;
  private final Map<String, Caller> byUser =
      new LinkedHashMap<>(4, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Caller> eldest) {
          boolean tooMany = size() > USERS_MAX;
          if (tooMany) {
            putOut(eldest.getKey(), eldest.getValue());
          }
          return tooMany;
        }
      };

  /**
   * Those that were put out and have something open, which refers to them: it is to go on with the
   * next login of its user. There are no more of them than calls on the connection.
   */
  private final Map<String, PutOut> withOpenCalls = new HashMap<>();

  /** Those of which nothing is open any more. */
  private final ReferenceQueue<Caller> ended = new ReferenceQueue<>();

  private static final class PutOut extends WeakReference<Caller> {
    private final String user;

    PutOut(String user, Caller caller, ReferenceQueue<Caller> ended) {
      super(caller, ended);
      this.user = user;
    }
  }

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
      caller = takeBack(login.user());
    }
    if (caller == null) {
      caller = byCertificate.loggedIn(login);
    } else {
      caller.renew(login);
    }
    byUser.put(login.user(), caller);
    return caller;
  }

  private void putOut(String user, Caller caller) {
    while (ended.poll() instanceof PutOut one) {
      withOpenCalls.remove(one.user, one); // unless it was put out again since
    }
    withOpenCalls.put(user, new PutOut(user, caller, ended));
  }

  private @Nullable Caller takeBack(String user) {
    PutOut one = withOpenCalls.remove(user);
    return one == null ? null : one.get();
  }
}
