package io.quorate.replication.coordinator.write;

import io.quorate.replication.api.Failure;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.FenceFailures;
import io.quorate.replication.coordinator.operation.HeldTokens;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.version.FenceRank;
import io.quorate.version.Version;
import java.util.function.Consumer;

/**
 * The token of the lock under which a write is made: whether it is known to be held, and what later
 * token has refused the write (docs/design/fencing.md#refuse).
 *
 * <p>What the locks have said of a token is said of one epoch: under another, a purge may have
 * taken away what a key knew of later tokens (docs/design/fencing.md#epoch).
 */
final class WriteToken {
  private final Context context;
  private final long token;

  /** The highest token that replicas know of which refused the write for that; 0 if none did. */
  private long fence;

  /** The epoch under which the locks have said that the token is held; 0: none. */
  private long heldUnder;

  /** Whether the locks are asked for the token, and no answer of replicas is awaited. */
  private boolean asking;

  WriteToken(Context context, long token) {
    this.context = context;
    this.token = token;
  }

  /**
   * How a write under an epoch is sent: replicas refuse one whose fence they may have forgotten.
   */
  Cause cause(long epoch) {
    boolean mayBeStale = token != 0 && heldUnder != epoch && context.rules().asksForTokens();
    return mayBeStale ? Cause.FENCED : Cause.FRESH;
  }

  /**
   * Asks whether the lock is held: then no later holder was here before, and what one does from now
   * on is not purged under this epoch. Until it is answered no answer of replicas is awaited.
   *
   * @param deadlineNanos of the write
   */
  void ask(long deadlineNanos, Consumer<HeldTokens.Answer> callback) {
    asking = true;
    context.askForToken(token, deadlineNanos, callback);
  }

  boolean isAsking() {
    return asking;
  }

  /** The locks have answered. */
  void answered() {
    asking = false;
  }

  /** The locks have said, under an epoch, that the token is held. */
  void heldUnder(long epoch) {
    heldUnder = epoch;
  }

  /** A replica holds what a later holder of the lock has written or read. */
  void refusedFor(Version later) {
    fence = Math.max(fence, FenceRank.token(later.rank()));
  }

  /** Whether a replica has refused the write for its token. */
  boolean isRefused() {
    return fence != 0;
  }

  /** Why the write fails that was refused for its token. */
  Failure stale(Plan plan, boolean mayHaveApplied) {
    context.events().accept(CoordinatorEvent.Window.TOKEN_FENCED_OFF);
    return mayHaveApplied
        ? FenceFailures.fencedWrite(plan, token, fence)
        : FenceFailures.fenced(plan, token, fence);
  }
}
