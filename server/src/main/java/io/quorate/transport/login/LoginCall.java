package io.quorate.transport.login;

import com.google.protobuf.ByteString;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quorate.access.AccessRules;
import io.quorate.access.LoginSecret;
import io.quorate.model.Quoted;
import io.quorate.proto.v1.LogInRequest;
import io.quorate.proto.v1.LogInResponse;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.runtime.Lane.Timer;
import io.quorate.transport.ClusterCalls;
import io.quorate.transport.Network;
import io.quorate.transport.access.Caller;
import io.quorate.transport.event.LoginResult;
import io.quorate.transport.event.TransportEvent;
import io.quorate.transport.login.ScramExchange.MalformedException;
import io.quorate.transport.login.ScramExchange.Proven;
import org.jspecify.annotations.Nullable;

/** One login: two questions and two answers. */
final class LoginCall implements StreamObserver<LogInRequest> {
  private static final int MESSAGE_BYTES_MAX = 1_024;

  private final Logins logins;
  private final Caller caller;
  private final StreamObserver<LogInResponse> out;

  private @Nullable Timer timeout;
  private @Nullable ScramExchange exchange;
  private boolean done;

  LoginCall(Logins logins, Caller caller, StreamObserver<LogInResponse> out) {
    this.logins = logins;
    this.caller = caller;
    this.out = out;
    if (out instanceof ServerCallStreamObserver<?> call) {
      call.setOnCancelHandler(() -> logins.enter(this::end));
    }
  }

  /** Takes a place among those that are under way. */
  void start() {
    logins.enter(() -> timeout = logins.begin(this));
  }

  /** Leaves its place to another one. */
  void giveWay() {
    refuse(LoginResult.FULL, Logins.full());
  }

  Caller caller() {
    return caller;
  }

  Network network() {
    return Network.of(caller.origin().address());
  }

  @Override
  public void onNext(LogInRequest request) {
    logins.enter(() -> step(request));
  }

  @Override
  public void onError(Throwable left) {
    logins.enter(this::end);
  }

  @Override
  public void onCompleted() {
    logins.enter(
        () -> {
          if (!done) {
            refuse(LoginResult.MALFORMED, invalid("the call has ended before its login"));
          }
        });
  }

  private void step(LogInRequest request) {
    if (done) {
      return;
    }
    try {
      String message = text(request);
      ScramExchange known = exchange;
      if (known == null) {
        first(request.getMechanism(), message);
      } else {
        last(known, message);
      }
    } catch (MalformedException malformed) {
      refuse(LoginResult.MALFORMED, invalid(malformed.getMessage() + ": nothing was done"));
    }
  }

  private static String text(LogInRequest request) throws MalformedException {
    if (request.getMessage().size() > MESSAGE_BYTES_MAX || !request.getMessage().isValidUtf8()) {
      throw new MalformedException(
          "a message of a login has %d bytes, or is no text: at most %d are read"
              .formatted(request.getMessage().size(), MESSAGE_BYTES_MAX));
    }
    return request.getMessage().toStringUtf8();
  }

  private void first(String mechanism, String message) throws MalformedException {
    if (!caller.origin().isEncrypted()) {
      refuse(LoginResult.PLAINTEXT, Logins.unauthenticated("a login needs TLS: connect with it"));
      return;
    }
    if (!mechanism.equals(ScramExchange.MECHANISM)) {
      throw new MalformedException(
          "a login by %s, where this node offers %s"
              .formatted(Quoted.of(mechanism), ScramExchange.MECHANISM));
    }
    if (caller.rules().stateVersion() == 0) {
      refuse(LoginResult.NOT_SERVING, Logins.notServing());
      return;
    }
    if (logins.isClockAhead()) {
      refuse(LoginResult.NOT_SERVING, Logins.clockAhead());
      return;
    }
    AccessRules rules = caller.rules().rules();
    LoginSecret secret = rules.secret();
    if (secret == null) {
      refuse(
          LoginResult.REFUSED,
          Logins.unauthenticated(
              "no user of the cluster has a password, as far as this node knows: set one by"
                  + " 'quorate user password', or show a certificate"));
      return;
    }
    ScramExchange begins = logins.exchange(rules, secret);
    String answer = begins.first(message);
    if (logins.isDue(this, begins.user())) {
      exchange = begins;
      out.onNext(LogInResponse.newBuilder().setMessage(ByteString.copyFromUtf8(answer)).build());
    }
  }

  private void last(ScramExchange known, String message) throws MalformedException {
    // Others may have failed meanwhile, on calls of this client, too.
    if (!logins.isDue(this, known.user())) {
      return;
    }
    Proven proven = known.last(message);
    if (proven == null) {
      logins.failed(this, known.user());
      refuse(
          LoginResult.REFUSED,
          Logins.unauthenticated(
              "user %s is unknown, has no password, or has another one"
                  .formatted(Quoted.of(known.user()))));
      return;
    }
    AccessRules now = caller.rules().rules();
    if (!now.passwordsOf(known.user()).verifiers().contains(proven.password())) {
      refuse(LoginResult.LATE, Logins.changedMeanwhile(known.user()));
      return;
    }
    logins.succeeded(this, known.user());
    String token = now.loginToken(known.user(), proven.password(), logins.validUntilMillis());
    out.onNext(
        LogInResponse.newBuilder()
            .setMessage(ByteString.copyFromUtf8(proven.message()))
            .setToken(token)
            .setValidMs(logins.validMillis())
            .build());
    out.onCompleted();
    end();
    logins.tell(new TransportEvent.LoggedIn(known.user(), caller.origin().from()));
  }

  private static Failure invalid(String why) {
    return Failure.refused(Reason.INVALID, why);
  }

  void timeOut() {
    if (!done) {
      refuse(
          LoginResult.LATE, Logins.unauthenticated("the login has taken too long: log in again"));
    }
  }

  /** Ends the call without a login. */
  void refuse(LoginResult result, Failure failure) {
    ClusterCalls.fail(out, failure);
    end();
    String user = exchange == null ? null : exchange.user();
    logins.tell(
        new TransportEvent.LoginRefused(
            result,
            user,
            failure.message(),
            caller.origin().from(),
            caller.origin().certificate()));
  }

  private void end() {
    done = true;
    Timer running = timeout;
    if (running != null) {
      timeout = null;
      running.cancel();
      logins.ended(this);
    }
  }
}
