package io.quorate.transport.access;

import com.google.protobuf.Message;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.quorate.access.Action;
import io.quorate.replication.api.Failure;
import io.quorate.transport.ClientPlaces;
import io.quorate.transport.StatusTable;
import io.quorate.transport.access.MethodRule.EachOperation;
import io.quorate.transport.access.MethodRule.Granted;
import io.quorate.transport.access.MethodRule.OnCluster;
import io.quorate.transport.access.MethodRule.OnLocks;
import io.quorate.transport.access.MethodRule.OnTenant;
import io.quorate.transport.access.MethodRule.OnTenants;
import io.quorate.transport.access.MethodRule.Open;
import io.quorate.transport.access.MethodRule.Somewhere;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Ends calls that their caller may not make, by the {@link MethodRules}. Where what is called does
 * not depend on the request, none of it is read.
 */
public final class AllowedCalls implements ServerInterceptor {
  private final Callers callers;

  public AllowedCalls(Callers callers) {
    this.callers = callers;
  }

  @Override
  public <A, B> ServerCall.Listener<A> interceptCall(
      ServerCall<A, B> called, Metadata headers, ServerCallHandler<A, B> next) {
    String token = Callers.token(headers);
    Callers.Shown shown = token == null ? null : callers.of(called.getAttributes(), token);
    if (shown instanceof Callers.Unknown(Failure answer) && callers.areLookedAt()) {
      end(called, answer);
      return new ServerCall.Listener<>() {};
    }
    Caller loggedIn = shown instanceof Callers.Known(Caller known) ? known : null;
    Failure full = loggedIn == null ? null : ClientPlaces.known(called);
    if (full != null) {
      end(called, full);
      return new ServerCall.Listener<>() {};
    }
    ServerCall<A, B> call = loggedIn == null ? called : new LoggedInCall<>(called, loggedIn);
    Caller caller = loggedIn == null ? callers.of(called.getAttributes()) : loggedIn;
    MethodRule rule = MethodRules.of(call.getMethodDescriptor().getFullMethodName());
    if (rule instanceof EachOperation) {
      return next.startCall(call, headers); // its service asks who calls, and has no need of more
    }
    Failure refusal = refusal(caller, rule, call.getMethodDescriptor().getFullMethodName());
    if (refusal != null) {
      end(call, refusal);
      return new ServerCall.Listener<>() {};
    }
    ServerCall.Listener<A> listener = caller.within(call, headers, next);
    return rule instanceof OnTenant || rule instanceof OnTenants || rule instanceof OnLocks
        ? new Judged<>(listener, call, caller, rule)
        : listener;
  }

  private static void end(ServerCall<?, ?> call, Failure refusal) {
    call.close(StatusTable.status(refusal), StatusTable.trailers(refusal));
  }

  /** By what is known before the request is read. */
  private static @Nullable Failure refusal(
      Caller caller, @Nullable MethodRule rule, String method) {
    return switch (rule) {
      case null -> caller.refused("calls", method);
      case Open open -> null;
      case Granted some -> caller.refusalIfNothingIsGranted();
      case OnCluster(var action) -> caller.refusal(action);
      case Somewhere(var action) -> caller.refusalAnywhere(action);
      case OnTenant(var action, var tenant) -> caller.refusalAnywhere(action);
      case OnTenants(var onCluster, var onEach, var tenants) -> caller.refusal(onCluster);
      case OnLocks locks -> caller.refusalAnywhere(Action.LOCK);
      case EachOperation operations -> null;
    };
  }

  private static @Nullable Failure refusal(Caller caller, MethodRule rule, Object request) {
    if (!(request instanceof Message message)) {
      return caller.refused("calls", "a request that cannot be looked at");
    }
    return switch (rule) {
      case OnTenant(var action, var tenant) -> caller.refusal(action, tenant.apply(message));
      case OnTenants(var onCluster, var onEach, var tenants) ->
          tenants.apply(message).stream()
              .map(tenant -> caller.refusal(onEach, tenant))
              .filter(Objects::nonNull)
              .findFirst()
              .orElse(null);
      case OnLocks(var name) -> caller.refusalOfLock(name.apply(message));
      default -> null;
    };
  }

  /** A call that is let through, or not, when its request has come. */
  private static final class Judged<A> extends SimpleForwardingServerCallListener<A> {
    private final ServerCall<A, ?> call;
    private final Caller caller;
    private final MethodRule rule;
    private boolean refused;

    Judged(ServerCall.Listener<A> listener, ServerCall<A, ?> call, Caller caller, MethodRule rule) {
      super(listener);
      this.call = call;
      this.caller = caller;
      this.rule = rule;
    }

    @Override
    public void onMessage(A request) {
      Failure refusal = refused ? null : refusal(caller, rule, request);
      if (refusal != null) {
        refused = true;
        end(call, refusal);
      } else if (!refused) {
        super.onMessage(request);
      }
    }

    @Override
    public void onHalfClose() {
      if (!refused) {
        super.onHalfClose(); // it would find no request
      }
    }
  }
}
