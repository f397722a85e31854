package io.quorate.transport.access;

import io.quorate.access.AccessRules;
import io.quorate.access.Permissions;
import io.quorate.access.User;
import io.quorate.event.Event;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The rules by which this node decides, as it knows them: a node that is cut off from the metadata
 * group goes on to decide by its last ones. What each user may do is worked out once for all of its
 * connections. Owned by the lane.
 */
public final class RuleBook {
  private final boolean enforced;
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
  public RuleBook(boolean enforced, Consumer<Event> events) {
    this.enforced = enforced;
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

  Permissions ofNodes() {
    return enforced ? ofNodes : everything;
  }

  void refused(Event refusal) {
    events.accept(refusal);
  }
}
