package io.quorate.transport.login;

import io.grpc.stub.StreamObserver;
import io.quorate.access.AccessRules;
import io.quorate.access.Login;
import io.quorate.access.LoginSecret;
import io.quorate.event.Event;
import io.quorate.model.Quoted;
import io.quorate.proto.v1.LogInRequest;
import io.quorate.proto.v1.LogInResponse;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.runtime.Lane.Timer;
import io.quorate.transport.LaneEntry;
import io.quorate.transport.access.Caller;
import io.quorate.transport.event.LoginResult;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** The calls in which users log in. Owned by the lane. */
public final class Logins {
  private static final long WITHIN_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final int NONCE_BYTES = 18;
  private static final int RETRY_AFTER_MILLIS = 1_000;

  private final Lane lane;
  private final LaneEntry entry;
  private final Clock clock;
  private final long validMillis;
  private final LongSupplier aheadMillis;
  private final Consumer<Event> events;
  private final LoginLimits limits = new LoginLimits();
  private final LoginPlaces places = new LoginPlaces();
  private final SecureRandom secrets = new SecureRandom();

  /** The rules by which the decoy was found. */
  private AccessRules decoyOf = AccessRules.NONE;

  private Decoy decoy = Decoy.of(AccessRules.NONE);

  /**
   * @param valid how long a login counts: clients log in again before that
   * @param aheadMillis by how much this node's clock is ahead of most others'
   * @param events told of logins, and of those that are refused
   */
  public Logins(
      Lane lane, Clock clock, Duration valid, LongSupplier aheadMillis, Consumer<Event> events) {
    this.validMillis = valid.toMillis();
    this.aheadMillis = aheadMillis;
    this.lane = lane;
    this.entry = new LaneEntry(lane);
    this.clock = clock;
    this.events = events;
  }

  /** Begins a login. */
  public StreamObserver<LogInRequest> logIn(StreamObserver<LogInResponse> out) {
    LoginCall call = new LoginCall(this, Caller.ofCall(), out);
    call.start();
    return call;
  }

  /** Gives a place to a login until its time is over. */
  Timer begin(LoginCall call) {
    places.take(call);
    return lane.schedule(WITHIN_NANOS, call::timeOut);
  }

  static Failure full() {
    return Failure.overloaded(
        "%d logins are under way at this node, its limit: try again, or at another node"
            .formatted(LoginPlaces.MAX),
        RETRY_AFTER_MILLIS);
  }

  void ended(LoginCall call) {
    places.leave(call);
  }

  /** Whether a login may be tried; else the call is refused. */
  boolean isDue(LoginCall call, String user) {
    long wait = limits.waitNanos(call.caller().origin().address(), user, clock.nanos());
    if (wait <= 0) {
      return true;
    }
    call.refuse(LoginResult.PUT_OFF, putOff(wait));
    return false;
  }

  /** What one is told that has to wait. */
  public static Failure putOff(long waitNanos) {
    int millis = (int) Math.min(TimeUnit.NANOSECONDS.toMillis(waitNanos) + 1, Integer.MAX_VALUE);
    return Failure.overloaded(
        "too many logins of this user, or from this network, have failed of late at this node:"
            + " try again in %d s, with the right password or token"
                .formatted((millis + 999) / 1000),
        millis);
  }

  ScramExchange exchange(AccessRules rules, LoginSecret secret) {
    byte[] nonce = new byte[NONCE_BYTES];
    secrets.nextBytes(nonce);
    if (!rules.equals(decoyOf)) {
      decoyOf = rules;
      decoy = Decoy.of(rules);
    }
    return new ScramExchange(rules, secret, decoy, HexFormat.of().formatHex(nonce));
  }

  /** A password was not the right one, as far as can be told. */
  void failed(LoginCall call, String user) {
    limits.failed(call.caller().origin().address(), user, clock.nanos());
  }

  void succeeded(LoginCall call, String user) {
    limits.succeeded(call.caller().origin().address(), user);
  }

  /** Whether a login that is given now would count elsewhere for much longer than it is to. */
  boolean isClockAhead() {
    return aheadMillis.getAsLong() > Login.CLOCKS_APART_MILLIS;
  }

  long validUntilMillis() {
    return clock.wallMillis() + validMillis;
  }

  long validMillis() {
    return validMillis;
  }

  void tell(Event event) {
    events.accept(event);
  }

  void enter(Runnable task) {
    entry.enter(task);
  }

  /** Unlike a refusal, it does not have the client give up. */
  static Failure notServing() {
    return Failure.refused(
        Reason.NOT_SERVING,
        "this node does not know the users of its cluster yet: log in at another one");
  }

  static Failure clockAhead() {
    return Failure.refused(
        Reason.NOT_SERVING,
        "the clock of this node is more than %d s ahead of most others': log in at another one, and set the clock of this one"
            .formatted(Login.CLOCKS_APART_MILLIS / 1_000));
  }

  /** The client may know the new password by now, so that it is not to give up either. */
  static Failure changedMeanwhile(String user) {
    return Failure.refused(
        Reason.UNAVAILABLE,
        "the password of user %s was changed while it logged in: log in again"
            .formatted(Quoted.of(user)));
  }

  static Failure unauthenticated(String why) {
    return Failure.refused(Reason.UNAUTHENTICATED, why);
  }
}
