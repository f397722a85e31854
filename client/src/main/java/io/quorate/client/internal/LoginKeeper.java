package io.quorate.client.internal;

import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.quorate.client.Credentials;
import io.quorate.client.internal.login.LoggedInCalls;
import io.quorate.client.internal.login.LoginSession;
import io.quorate.client.internal.net.Channels;
import io.quorate.client.internal.net.Loop;
import io.quorate.client.internal.net.Unary;
import io.quorate.proto.v1.AccessGrpc;
import io.quorate.proto.v1.GetCallerRequest;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a client logged in: it logs in again before a login is over, and shows the new one on each
 * connection, for the streams that are open there. Owned by the loop.
 */
final class LoginKeeper {
  private static final long SHOW_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Loop loop;
  private final LoginSession session;
  private @Nullable Channels channels;
  private Loop.@Nullable Timer next;
  private int turn;

  LoginKeeper(Loop loop, Credentials credentials) {
    this.loop = loop;
    this.session = new LoginSession(credentials, loop::nanos, this::onLoggedIn);
  }

  /** What all calls pass. */
  ClientInterceptor calls() {
    return new LoggedInCalls(session);
  }

  /** These are the channels of the client. */
  void keep(Channels all) {
    channels = all;
  }

  private void onLoggedIn() {
    try {
      loop.execute(
          () -> {
            connected().forEach(this::show);
            renewIn(session.renewAfterNanos());
          });
    } catch (RejectedExecutionException closed) {
      // The client needs no login any more.
    }
  }

  private List<ManagedChannel> connected() {
    Channels all = channels;
    return all == null ? List.of() : all.connected();
  }

  /** Any call shows the login. */
  private void show(ManagedChannel node) {
    Unary.ask(
        loop,
        node,
        AccessGrpc.getGetCallerMethod(),
        GetCallerRequest.getDefaultInstance(),
        SHOW_NANOS,
        shown -> {},
        failed -> {});
  }

  private void renewIn(long nanos) {
    Loop.Timer earlier = next;
    if (earlier != null) {
      earlier.cancel();
    }
    next = nanos < 0 ? null : loop.schedule(this::renew, nanos);
  }

  /** If no node is connected, the next call logs in. */
  private void renew() {
    List<ManagedChannel> nodes = connected();
    if (!nodes.isEmpty()) {
      // A node may be gone that is said to be connected: another one is asked the next time.
      turn = (turn + 1) % nodes.size();
      session.renew(nodes.get(turn));
    }
    renewIn(session.renewAfterNanos());
  }
}
