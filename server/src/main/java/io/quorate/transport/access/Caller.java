package io.quorate.transport.access;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.quorate.access.Action;
import io.quorate.access.Permissions;
import io.quorate.access.User;
import io.quorate.model.Quoted;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ScanRequest;
import io.quorate.transport.event.TransportEvent;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** As whom a connection is known, and what may be done on it. Asked on the lane. */
public final class Caller {
  private static final String STALE =
      "the token of the request is stale: its lock is lost. Stop, and acquire the lock again";

  private static final long NOT_LOOKED = -1;

  static final Context.Key<Caller> OF_CALL = Context.key("quorate-caller");

  private final String user;
  private final boolean isNode;
  private final Origin origin;
  private final RuleBook rules;

  /** Null if it is known by its connection, which does not end without its calls. */
  private @Nullable ShownLogin login;

  /** Whether what its login has come by is not over, by the rules of an edition. */
  private boolean isKept;

  private long keptAt = NOT_LOOKED;

  private @Nullable Permissions permissions;
  private long edition;

  /**
   * @param isNode whether it has shown the certificate of a node
   */
  Caller(String user, boolean isNode, Origin origin, RuleBook rules) {
    this.user = user;
    this.isNode = isNode;
    this.origin = origin;
    this.rules = rules;
  }

  /** As whom its connection is known, too, since it has shown this login there. */
  Caller loggedIn(ShownLogin shown) {
    Caller caller = new Caller(shown.user(), false, origin, rules);
    caller.login = shown;
    return caller;
  }

  /** The same user has shown a login again. */
  void renew(ShownLogin shown) {
    ShownLogin known = login;
    if (known == null || isLoggedOut() || shown.untilMillis() >= known.untilMillis()) {
      login = shown;
      keptAt = NOT_LOOKED;
    }
  }

  /** Whether it was known by a login that is over: its time, its password, or its key. */
  boolean isLoggedOut() {
    ShownLogin known = login;
    if (known == null) {
      return false;
    }
    if (keptAt != rules.edition()) {
      keptAt = rules.edition();
      isKept = rules.isKept(known);
    }
    return !isKept || !rules.isInTime(known);
  }

  /** Whether it is known by a login. */
  public boolean isLoggedIn() {
    return login != null;
  }

  /** Whether no user is known of its connection, and such callers may do nothing. */
  boolean isStranger() {
    return rules.isEnforced()
        && !isNode
        && user.equals(User.ANONYMOUS)
        && !permissions().allowAnything();
  }

  /** What its connection says of it. */
  public Origin origin() {
    return origin;
  }

  /** Who makes the call that is handled now. */
  public static Caller ofCall() {
    Caller caller = OF_CALL.get();
    if (caller == null) {
      throw new IllegalStateException("a call of which no one has asked who makes it");
    }
    return caller;
  }

  /** Handles a call, in which {@link #ofCall} is this one. */
  <A, B> ServerCall.Listener<A> within(
      ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
    return Contexts.interceptCall(Context.current().withValue(OF_CALL, this), call, headers, next);
  }

  public String user() {
    return user;
  }

  public RuleBook rules() {
    return rules;
  }

  /** All that it may do, by the rules as they are now. */
  public Permissions permissions() {
    if (isLoggedOut()) {
      return rules.ofNone();
    }
    Permissions known = permissions;
    if (known == null || edition != rules.edition()) {
      known = isNode ? rules.ofNodes() : rules.ofUser(user);
      permissions = known;
      edition = rules.edition();
    }
    return known;
  }

  /** Why an operation is not let through; null if it is. */
  public @Nullable Failure refusal(Operation operation) {
    Failure refusal = refusal(actionOf(operation), operation.tenant(), operation.key());
    // A read under a lock keeps off writes under an earlier one.
    return refusal == null && operation instanceof Operation.Get && operation.fenceToken() != 0
        ? refusal(Action.WRITE, operation.tenant(), operation.key())
        : refusal;
  }

  /** What it may be told of an outcome: not who holds a lock, unless it may look at all locks. */
  public Outcome told(Outcome outcome) {
    return outcome instanceof Outcome.Failed(Failure failure)
            && failure.reason() == Reason.FENCED
            && !permissions().allow(Action.LOCK)
        ? new Outcome.Failed(failure.saying(STALE))
        : outcome;
  }

  /** Whether it may be told that a tenant has this key. */
  public boolean mayKnowOfKey(String tenant, byte[] key) {
    Permissions granted = permissions();
    return granted.allow(Action.READ, tenant, key) || granted.allow(Action.SCAN, tenant, key);
  }

  /** Why a scan is not let through, whatever its start and end are; null if it is. */
  public @Nullable Failure refusal(ScanRequest scan) {
    return refusal(Action.SCAN, scan.tenant(), scan.keys().prefix());
  }

  private @Nullable Failure refusal(Action action, String tenant, byte[] key) {
    String name = nameOf(tenant);
    return permissions().allow(action, name, key)
        ? null
        : refused(action, keysOf(name, action, key));
  }

  private static String keysOf(String tenant, Action action, byte[] key) {
    return action == Action.SCAN && key.length == 0
        ? "all of tenant " + Quoted.of(tenant)
        : (action == Action.SCAN ? "keys with this prefix" : "this key")
            + " in tenant "
            + Quoted.of(tenant);
  }

  private static Action actionOf(Operation operation) {
    return switch (operation) {
      case Operation.Get get -> Action.READ;
      case Operation.Delete delete -> Action.DELETE;
      case Operation.Put put -> Action.WRITE;
      case Operation.Update update -> Action.WRITE;
      case Operation.Increment increment -> Action.WRITE;
      case Operation.UpdateFields update -> Action.WRITE;
    };
  }

  /** Why something is not let through that is done to the whole cluster; null if it is. */
  @Nullable Failure refusal(Action action) {
    return permissions().allow(action) ? null : refused(action, "the cluster");
  }

  /** Why something is not let through that is done to a tenant; null if it is. */
  @Nullable Failure refusal(Action action, String tenant) {
    String name = nameOf(tenant);
    return permissions().allow(action, name, new byte[0])
        ? null
        : refused(action, "tenant " + Quoted.of(name));
  }

  /** Whether it may do something to a lock of this name. */
  public boolean isGrantedLock(String name) {
    return permissions().allowLock(name.getBytes(StandardCharsets.UTF_8));
  }

  /** Why something is not let through that is done to a lock, or to all whose names begin so. */
  public @Nullable Failure refusalOfLock(String name) {
    return isGrantedLock(name)
        ? null
        : refused(Action.LOCK, name.isEmpty() ? "all locks" : "lock " + Quoted.of(name));
  }

  /** Why one is not let through that is granted nothing; null if it is granted something. */
  public @Nullable Failure refusalIfNothingIsGranted() {
    return permissions().allowAnything() ? null : refused("anything", "any part of the cluster");
  }

  /** Why one is not let through that is not granted this on anything; null if it is. */
  @Nullable Failure refusalAnywhere(Action action) {
    return permissions().allowSomewhere(action) ? null : refused(action, "anything");
  }

  private Failure refused(Action action, String what) {
    return refused("'" + action.word() + "'", what);
  }

  Failure refused(String action, String what) {
    if (isLoggedOut()) {
      return loggedOut();
    }
    rules.refused(
        new TransportEvent.Forbidden(user, action, what, origin.from(), origin.certificate()));
    return Failure.refused(
        Reason.PERMISSION_DENIED,
        "%s is not granted %s on %s: nothing was done. 'quorate security whoami' shows what is"
                .formatted(who(), action, what)
            + " granted, and 'quorate grant' grants more");
  }

  private Failure loggedOut() {
    return Failure.refused(
        Reason.UNAUTHENTICATED,
        "the login of user %s is over, as its time, its password or its token is: nothing was done. Log in again"
            .formatted(Quoted.of(user)));
  }

  private String who() {
    if (isNode) {
      return "a node";
    }
    return rules.rules().hasUser(user)
        ? "user " + Quoted.of(user)
        : "user " + Quoted.of(user) + ", which the cluster does not know,";
  }

  /** Of a request, in which none means the default one. */
  static String nameOf(String tenant) {
    return tenant.isEmpty() ? Tenant.DEFAULT_NAME : tenant;
  }
}
