package io.quorate.transport.access;

import io.quorate.access.AccessRules;
import io.quorate.access.Login;
import io.quorate.access.Permissions;
import io.quorate.access.User;
import io.quorate.event.Event;
import io.quorate.runtime.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The rules by which this node decides, as it knows them: a node that is cut off from the metadata
 * group goes on to decide by its last ones. What each user may do is worked out once for all of its
 * connections. Owned by the lane.
 */
public final class RuleBook {
  private final boolean enforced;
  private final Clock clock;
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
    this.enforced = enforced;
    this.clock = clock;
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

  /** Grows with each change of the rules. */
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

  /** The login that a token shows, be it over or not; null if it shows none of this cluster. */
  @Nullable Login login(String token) {
    return rules.login(token);
  }

  /** Whether a login counts: its time is not over, and its user still has the password. */
  boolean isGood(Login login) {
    return isInTime(login) && rules.hasPasswordOf(login);
  }

  boolean isInTime(Login login) {
    return clock.wallMillis() < login.untilMillis();
  }

  Permissions ofNodes() {
    return enforced ? ofNodes : everything;
  }

  void refused(Event refusal) {
    events.accept(refusal);
  }
}
