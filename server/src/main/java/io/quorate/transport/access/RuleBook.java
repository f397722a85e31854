package io.quorate.transport.access;

import io.quorate.access.AccessRules;
import io.quorate.access.Login;
import io.quorate.access.Permissions;
import io.quorate.access.User;
import io.quorate.event.Event;
import io.quorate.runtime.Clock;
import io.quorate.transport.event.LoginResult;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The rules by which this node decides, as it knows them: a node that is cut off from the metadata
 * group goes on to decide by its last ones. What each user may do is worked out once for all of its
 * connections. Owned by the lane.
 */
public final class RuleBook {
  /** How the tokens begin that nodes give for passwords; no token of a provider does. */
  private static final String OWN = "quorate1.";

  private final boolean enforced;
  private final Clock clock;
  private final ProviderTokens provider;
  private final Consumer<Event> events;
  private final Permissions everything = Permissions.all();
  private final Permissions nothing = Permissions.of(AccessRules.NONE, User.ANONYMOUS);
  private final Permissions ofNodes = Permissions.ofNodes();
  private final Map<String, Permissions> kept = new HashMap<>();

  private AccessRules rules = AccessRules.NONE;
  private long stateVersion;
  private long changedAt;
  private long edition;

  /**
   * @param enforced false: all callers may do everything
   * @param events told of what is refused
   */
  public RuleBook(boolean enforced, Clock clock, Consumer<Event> events) {
    this(enforced, clock, ProviderTokens.NONE, events);
  }

  /**
   * @param provider whose tokens show users, too
   */
  public RuleBook(boolean enforced, Clock clock, ProviderTokens provider, Consumer<Event> events) {
    this.enforced = enforced;
    this.clock = clock;
    this.provider = provider;
    this.events = events;
  }

  /** These are the rules from now on. */
  public void follow(AccessRules now, long stateVersionNow) {
    stateVersion = stateVersionNow;
    if (!now.equals(rules)) {
      rules = now;
      changedAt = stateVersionNow;
      edition++;
      kept.clear();
    }
  }

  public boolean isEnforced() {
    return enforced;
  }

  public AccessRules rules() {
    return rules;
  }

  /** Of the state of the cluster that the rules are from; 0 before the node knows any. */
  public long stateVersion() {
    return stateVersion;
  }

  /**
   * Of the state of the cluster by which the rules have changed, or of a later one: what a client
   * was told by an earlier state, it was told by other rules. 0 if all are told the same.
   */
  public long changedAt() {
    return enforced ? changedAt : 0;
  }

  /** The provider has other keys: logins are looked at again. */
  public void keysHaveChanged() {
    edition++;
  }

  /** Grows with each change of the rules, and of the provider's keys. */
  public long edition() {
    return edition;
  }

  Permissions ofUser(String user) {
    if (!enforced) {
      return everything;
    }
    if (!rules.hasUser(user)) {
      return nothing; // not kept: a caller may name any
    }
    return kept.computeIfAbsent(user, each -> Permissions.of(rules, each));
  }

  /** Of one that is logged out. */
  Permissions ofNone() {
    return enforced ? nothing : everything;
  }

  /** Whether a token is to be judged as one of the provider's. For all threads. */
  public boolean isOfProvider(String token) {
    return provider.areTaken() && !token.startsWith(OWN);
  }

  /** Finds out whom a token shows. */
  public TokenVerdict judge(String token, Origin from) {
    if (isOfProvider(token)) {
      return provider.judge(token, from);
    }
    Login login = rules.login(token);
    if (login != null) {
      ShownLogin shown = new ShownLogin.OfPassword(login);
      if (isGood(shown)) {
        return new TokenVerdict.Good(shown);
      }
    }
    return new TokenVerdict.Bad(
        LoginResult.REFUSED,
        login == null ? null : login.user(),
        login == null
            ? "the token is of no login of this cluster, as far as this node knows"
            : "the token of a login whose time or password is over");
  }

  /** Whether a login counts: its time is not over, nor is what it has come by. */
  boolean isGood(ShownLogin login) {
    return isInTime(login) && isKept(login);
  }

  /** Whether what a login has come by is not over, as its user's password is. */
  boolean isKept(ShownLogin login) {
    return switch (login) {
      case ShownLogin.OfPassword(Login made) -> rules.hasPasswordOf(made);
      case ShownLogin.OfProvider token -> provider.hasKey(token);
    };
  }

  boolean isInTime(ShownLogin login) {
    long now = clock.wallMillis();
    return switch (login) {
      case ShownLogin.OfPassword(Login made) -> made.countsAt(now);
      case ShownLogin.OfProvider token -> now < token.untilMillis();
    };
  }

  Permissions ofNodes() {
    return enforced ? ofNodes : everything;
  }

  void refused(Event refusal) {
    events.accept(refusal);
  }
}
