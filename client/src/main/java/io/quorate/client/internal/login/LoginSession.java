package io.quorate.client.internal.login;

import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.quorate.client.Credentials;
import io.quorate.client.internal.text.Quoted;
import io.quorate.proto.v1.Failure;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The login of a client: one token for all nodes. The client logs in when it first needs a token,
 * and again before the token expires. One node alone does not decide that a password or a token is
 * wrong: it may not have heard yet of what the others know. For all threads.
 */
public final class LoginSession {
  private static final Metadata.Key<Failure> FAILURE =
      Metadata.Key.of(
          "quorate-failure-bin", ProtoUtils.metadataMarshaller(Failure.getDefaultInstance()));

  /** How often a client logs in at most, whatever nodes say of its tokens. */
  private static final long BETWEEN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private static final long VALID_NANOS_MIN = TimeUnit.SECONDS.toNanos(1);
  private static final long VALID_NANOS_MAX = TimeUnit.HOURS.toNanos(24);
  private static final long RENEW_NANOS_MIN = TimeUnit.SECONDS.toNanos(1);
  private static final int STEPS_WAITING_MAX = 8;

  /** How many nodes are asked in one login, if one after the other does not answer. */
  private static final int NODES_MAX = 3;

  /** What a node may take of a login, if there is another one to ask. */
  private static final long NODE_MILLIS = TimeUnit.SECONDS.toMillis(2);

  /** What a node may take of a login, if there is none. */
  private static final long LAST_NODE_MILLIS = TimeUnit.SECONDS.toMillis(10);

  /** Whatever a node and the source of passwords or tokens do, calls do not wait for longer. */
  private static final long WITHIN_MILLIS = TimeUnit.SECONDS.toMillis(11);

  private final LoginMethod method;
  private final AskedSource source;
  private final long withinMillis;
  private final LongSupplier nanos;
  private final Runnable onLoggedIn;

  /**
   * Hashes passwords, and asks for them or for tokens: on a thread that is there while it is
   * needed.
   */
  private final Executor apart =
      new ThreadPoolExecutor(
          0,
          1,
          5,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(STEPS_WAITING_MAX),
          step -> {
            Thread thread = new Thread(step, "quorate-client-login");
            thread.setDaemon(true);
            return thread;
          });

  private final Map<Channel, NodeLogins> nodes = new WeakHashMap<>();

  private @Nullable String token;
  private long gotNanos;
  private long validNanos;

  /** The nodes that have refused the token. */
  private final Set<Channel> refusedBy = new HashSet<>();

  private @Nullable CompletableFuture<String> underWay;

  /**
   * A login that is under way.
   *
   * @param waited completes when it ends
   * @param asked the nodes at which it was begun
   */
  private record Login(CompletableFuture<String> waited, long beganNanos, Set<Channel> asked) {}

  /**
   * @param nanos never going back
   * @param onLoggedIn told of each new token, on any thread
   */
  public LoginSession(Credentials credentials, LongSupplier nanos, Runnable onLoggedIn) {
    this(credentials, nanos, onLoggedIn, WITHIN_MILLIS);
  }

  /**
   * @param withinMillis that a login takes at most
   */
  LoginSession(
      Credentials credentials, LongSupplier nanos, Runnable onLoggedIn, long withinMillis) {
    // This module is built for Java 17, whose switch knows no types.
    if (credentials instanceof Credentials.Password password) {
      AskedSource asked =
          new AskedSource(
              "the supplier of the password of user " + Quoted.of(password.user()),
              password.password(),
              nanos);
      this.source = asked;
      this.method = (node, within) -> ScramLogin.at(node, password, asked, apart, within);
    } else {
      Credentials.BearerTokens tokens = (Credentials.BearerTokens) credentials;
      this.source = new AskedSource("the supplier of tokens", tokens.tokens(), nanos);
      this.method = new TokenLogin(tokens, source, apart);
    }
    this.nanos = nanos;
    this.onLoggedIn = onLoggedIn;
    this.withinMillis = withinMillis;
  }

  /** One that logs in in this way, for tests. */
  LoginSession(LoginMethod method, AskedSource source, LongSupplier nanos, Runnable onLoggedIn) {
    this.method = method;
    this.source = source;
    this.nanos = nanos;
    this.onLoggedIn = onLoggedIn;
    this.withinMillis = WITHIN_MILLIS;
  }

  /**
   * The token to show now. Fails with the status to end a call with: permission denied if the login
   * is refused, and not by one node that may be behind; else unavailable.
   *
   * @param node to log in at, if that takes a login
   */
  CompletableFuture<String> token(Channel node) {
    CompletableFuture<String> waited;
    synchronized (this) {
      long now = nanos.getAsLong();
      String known = token;
      if (known != null && now - gotNanos < validNanos) {
        return CompletableFuture.completedFuture(known);
      }
      if (underWay != null) {
        return underWay;
      }
      // The last login has given up waiting for it: one more would wait in line behind that.
      String silence = source.silence();
      if (silence != null) {
        return CompletableFuture.failedFuture(
            Status.UNAVAILABLE.withDescription(silence).asRuntimeException());
      }
      Status failure = at(node).failure(now);
      if (failure == null && validNanos != 0 && now - gotNanos < BETWEEN_NANOS) {
        failure = Status.UNAVAILABLE.withDescription("has logged in a moment ago: waits a while");
      }
      if (failure != null) {
        return CompletableFuture.failedFuture(judged(failure).asRuntimeException());
      }
      waited = new CompletableFuture<>();
      underWay = waited;
    }
    logIn(node, new Login(waited, nanos.getAsLong(), new HashSet<>()));
    return waited;
  }

  /**
   * Logs in, whether that is needed yet or not, unless that is under way or of no use: at the node
   * that was heard last.
   *
   * @param node to log in at if none was heard yet
   */
  public void renew(Channel node) {
    CompletableFuture<String> waited = new CompletableFuture<>();
    Channel first;
    synchronized (this) {
      Channel last = heardLast(Set.of());
      first = last == null ? node : last;
      if (underWay != null
          || source.silence() != null
          || at(first).failure(nanos.getAsLong()) != null) {
        return;
      }
      underWay = waited;
    }
    logIn(first, new Login(waited, nanos.getAsLong(), new HashSet<>()));
  }

  private void logIn(Channel node, Login login) {
    long nodeMillis;
    synchronized (this) {
      login.asked().add(node);
      nodeMillis = another(login) == null ? LAST_NODE_MILLIS : NODE_MILLIS;
    }
    long passed = TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - login.beganNanos());
    var unused =
        method
            .at(node, nodeMillis)
            .orTimeout(Math.max(withinMillis - passed, 1), TimeUnit.MILLISECONDS)
            .whenComplete((got, failure) -> ended(node, login, got, failure));
  }

  /** How logins at a node went. */
  synchronized NodeLogins at(Channel node) {
    return nodes.computeIfAbsent(node, none -> new NodeLogins());
  }

  /** A node said something. */
  void heard(NodeLogins node) {
    node.heard(nanos.getAsLong());
  }

  /** Where to go on with a login that a node did not answer; null: nowhere. */
  private @Nullable Channel another(Login login) {
    return login.asked().size() < NODES_MAX ? heardLast(login.asked()) : null;
  }

  /** Returns the node that was heard last, of those at which a login may be tried; null: none. */
  private @Nullable Channel heardLast(Set<Channel> without) {
    long now = nanos.getAsLong();
    long lastNanos = NodeLogins.NEVER;
    Channel last = null;
    for (Map.Entry<Channel, NodeLogins> each : nodes.entrySet()) {
      long heardNanos = each.getValue().heardNanos();
      if (heardNanos > lastNanos
          && each.getValue().failure(now) == null
          && !without.contains(each.getKey())) {
        lastNanos = heardNanos;
        last = each.getKey();
      }
    }
    return last;
  }

  private void ended(
      Channel node, Login login, @Nullable GotToken got, @Nullable Throwable failure) {
    CompletableFuture<String> waited = login.waited();
    Status status = Status.OK;
    String silence = failure instanceof TimeoutException ? source.silence() : null;
    Channel next = null;
    synchronized (this) {
      if (got != null) {
        nodes.values().forEach(NodeLogins::succeeded);
        token = got.text();
        refusedBy.clear();
        gotNanos = nanos.getAsLong();
        long valid = TimeUnit.MILLISECONDS.toNanos(got.validMillis());
        validNanos = Math.min(Math.max(valid, VALID_NANOS_MIN), VALID_NANOS_MAX);
      } else if (silence != null) {
        status = Status.UNAVAILABLE.withDescription(silence).withCause(failure); // not the node's
      } else if (failure != null) {
        boolean refused = failure instanceof LoginRefusedException;
        status =
            (refused ? Status.PERMISSION_DENIED : Status.UNAVAILABLE)
                .withDescription(
                    refused ? failure.getMessage() : "could not log in there: " + said(failure))
                .withCause(failure);
        at(node).failed(status, refused, askedNanos(failure), nanos.getAsLong());
        status = judged(status);
        next = isOfNode(failure) ? another(login) : null;
      }
      underWay = next == null ? null : waited;
    }
    if (next != null) {
      logIn(next, login);
    } else if (got == null) {
      boolean unused = waited.completeExceptionally(status.asRuntimeException());
    } else {
      onLoggedIn.run();
      boolean unused = waited.complete(got.text());
    }
  }

  /** Whether gRPC says that the node did not carry a login out, so that another one may. */
  private static boolean isOfNode(Throwable failure) {
    return failure instanceof StatusRuntimeException || failure instanceof StatusException;
  }

  private String said(Throwable failure) {
    if (failure instanceof TimeoutException) {
      return "the login has not ended within " + withinMillis + " ms";
    }
    Status status = Status.fromThrowable(failure);
    return status.getDescription() == null ? failure.toString() : status.getDescription();
  }

  private static long askedNanos(Throwable failure) {
    Metadata trailers =
        failure instanceof StatusRuntimeException status ? status.getTrailers() : null;
    Failure told = trailers == null ? null : trailers.get(FAILURE);
    return told == null ? 0 : TimeUnit.MILLISECONDS.toNanos(Math.max(told.getRetryAfterMs(), 0));
  }

  /** A refusal counts once two nodes refuse, or one has done so again. */
  private Status judged(Status failure) {
    boolean refused = failure.getCode() == Status.Code.PERMISSION_DENIED;
    int refusals = nodes.values().stream().mapToInt(NodeLogins::refusals).sum();
    return refused && refusals < 2
        ? Status.UNAVAILABLE
            .withDescription(failure.getDescription() + "; asks another node, or again")
            .withCause(failure.getCause())
        : failure;
  }

  /** A node does not take this token. */
  synchronized void refused(Channel node, String shown) {
    if (!shown.equals(token) || !refusedBy.add(node)) {
      return;
    }
    boolean again = at(node).speaksAgainst(nanos.getAsLong());
    if (again || refusedBy.size() > 1) {
      token = null;
    }
  }

  /** A node has taken this token. */
  synchronized void taken(Channel node) {
    at(node).taken();
  }

  /**
   * When to log in again, in nanoseconds from now on; the token is good for a while longer. -1 if
   * there is none, so that the next call logs in.
   */
  public synchronized long renewAfterNanos() {
    return token == null
        ? -1
        : Math.max(gotNanos + validNanos / 3 * 2 - nanos.getAsLong(), RENEW_NANOS_MIN);
  }
}
