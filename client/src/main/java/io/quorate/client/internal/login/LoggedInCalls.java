package io.quorate.client.internal.login;

import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.quorate.client.internal.net.NoLogin;
import io.quorate.client.internal.net.NotSent;
import io.quorate.proto.v1.AccessGrpc;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Shows the token of a login with each call, and lets calls wait until there is one. A call that a
 * node ends since it does not take the token is told to be unavailable: the next one logs in again.
 * One that ends before it has a token is told to be {@link NotSent}. What fails for want of a login
 * is told to be {@link NoLogin}.
 */
public final class LoggedInCalls implements ClientInterceptor {
  /** Set where a call shows a token by itself. */
  static final CallOptions.Key<Boolean> SHOWS_ITS_OWN =
      CallOptions.Key.createWithDefault("quorate-shows-its-own-token", false);

  private static final String LOG_IN = AccessGrpc.getLogInMethod().getFullMethodName();

  private final LoginSession session;

  public LoggedInCalls(LoginSession session) {
    this.session = session;
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel node) {
    if (method.getFullMethodName().equals(LOG_IN) || options.getOption(SHOWS_ITS_OWN)) {
      return node.newCall(method, options);
    }
    Shown shown = new Shown(node);
    return new SimpleForwardingClientCall<>(
        node.newCall(method, options.withCallCredentials(shown))) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        super.start(
            new SimpleForwardingClientCallListener<>(listener) {
              @Override
              public void onMessage(A message) {
                session.heard(shown.logins);
                super.onMessage(message);
              }

              @Override
              public void onClose(Status status, Metadata trailers) {
                super.onClose(shown.judged(status), trailers);
              }
            },
            headers);
      }
    };
  }

  /** The token of one call. */
  private final class Shown extends CallCredentials {
    private final Channel node;
    private final NodeLogins logins;
    private volatile @Nullable String token;

    /** Whether none was had. */
    private volatile boolean failed;

    Shown(Channel node) {
      this.node = node;
      this.logins = session.at(node);
    }

    @Override
    public void applyRequestMetadata(
        RequestInfo request, Executor executor, MetadataApplier applier) {
      Status refusal = BearerToken.refusal(request);
      if (refusal != null) {
        failed = true;
        applier.fail(refusal);
        return;
      }
      var unused =
          session
              .token(node)
              .whenComplete(
                  (got, failure) -> {
                    if (got == null) {
                      failed = true;
                      applier.fail(Status.fromThrowable(failure));
                    } else {
                      token = got;
                      applier.apply(BearerToken.header(got));
                    }
                  });
    }

    Status judged(Status status) {
      String shown = token;
      if (shown == null) {
        return status.isOk() ? status : NotSent.mark(failed ? NoLogin.mark(status) : status);
      }
      if (status.getCode() != Status.Code.UNAUTHENTICATED) {
        if (status.isOk()) {
          session.taken(node);
        }
        return status;
      }
      session.refused(node, shown);
      return NoLogin.mark(Status.UNAVAILABLE.withDescription(status.getDescription()));
    }
  }
}
