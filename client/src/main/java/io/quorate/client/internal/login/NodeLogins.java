package io.quorate.client.internal.login;

import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How logins at one node went of late. Guarded by its session, but for {@link #heard}. */
final class NodeLogins {
  /** Of the node in {@link #heardNanos}: it has said nothing yet. */
  static final long NEVER = -1;

  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long RETRY_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);
  private static final long REFUSED_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long REFUSED_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);
  private static final int DOUBLINGS_MAX = 10;

  /** For how long a node that refuses one token after the other does not end the login of all. */
  private static final long BEHIND_NANOS = TimeUnit.SECONDS.toNanos(30);

  private @Nullable Status failure;
  private int failures;
  private int refusals;
  private long notBeforeNanos;

  private int tokensRefused;
  private boolean hasDropped;
  private long droppedNanos;
  private volatile long heardNanos = NEVER;

  /** Why no login is tried there now; null: one may be. */
  @Nullable Status failure(long now) {
    return failure != null && now - notBeforeNanos < 0 ? failure : null;
  }

  /** How often logins were refused there in a row. */
  int refusals() {
    return refusals;
  }

  /**
   * A login was not made.
   *
   * @param refused whether another try with the same password will not help
   * @param askedNanos how long the node asks to wait; 0: it does not say
   */
  void failed(Status why, boolean refused, long askedNanos, long now) {
    long first = refused ? REFUSED_NANOS : RETRY_NANOS;
    long most = refused ? REFUSED_NANOS_MAX : RETRY_NANOS_MAX;
    long wait = Math.min(first << Math.min(failures, DOUBLINGS_MAX), most);
    failure = why;
    failures++;
    refusals = refused ? refusals + 1 : refusals;
    notBeforeNanos = now + Math.max(wait, askedNanos);
  }

  void succeeded() {
    failure = null;
    failures = 0;
    refusals = 0;
  }

  /**
   * The node has refused a token that no other node has refused; returns whether to log in again.
   * If it refuses what was got meanwhile, too, it is behind the others, and that would not help.
   */
  boolean speaksAgainst(long now) {
    tokensRefused++;
    if (tokensRefused > 1 && hasDropped && now - droppedNanos < BEHIND_NANOS) {
      return false;
    }
    hasDropped = true;
    droppedNanos = now;
    return true;
  }

  /** The node has taken a token. */
  void taken() {
    tokensRefused = 0;
  }

  /** The node said something, which it does not to a client that is not logged in. */
  void heard(long now) {
    heardNanos = now;
  }

  /** When the node said something last; {@link #NEVER}: not yet. */
  long heardNanos() {
    return heardNanos;
  }
}
