package io.quorate.raft;

import io.quorate.model.Invariant;
import org.jspecify.annotations.Nullable;

/**
 * Gives work out, one {@link Ready} after the other, and remembers what the caller was given: only
 * what has changed since is given again.
 */
final class ReadyCycle {
  private final int applyBytesMax;
  private final RaftRules rules;
  private final RaftLog log;
  private final Outbox outbox;
  private HardState givenHardState;
  private SoftState givenSoftState;

  /** The work being carried out; the next is given out when it is done. */
  private RaftLog.@Nullable Work inProgress;

  /**
   * @param stored what is durable
   * @param softState what the caller knows without being told: a node starts as a follower
   */
  ReadyCycle(
      HardState stored,
      SoftState softState,
      int applyBytesMax,
      RaftRules rules,
      RaftLog log,
      Outbox outbox) {
    this.applyBytesMax = applyBytesMax;
    this.rules = rules;
    this.log = log;
    this.outbox = outbox;
    givenHardState = stored;
    givenSoftState = softState;
  }

  boolean isInProgress() {
    return inProgress != null;
  }

  /** Whether there is anything to give out. */
  boolean isDue(HardState hardState, SoftState softState) {
    return !outbox.isEmpty()
        || log.hasWork()
        || !hardState.equals(givenHardState)
        || !softState.equals(givenSoftState);
  }

  /** Gives out all that has gathered. */
  Ready begin(HardState hardState, SoftState softState) {
    RaftLog.Work work = log.takeWork(applyBytesMax);
    inProgress = work;
    boolean newHardState = rules.mustSave(hardState, givenHardState);
    givenHardState = hardState;
    boolean newSoftState = !softState.equals(givenSoftState);
    givenSoftState = softState;
    return new Ready(
        new Ready.Persist(
            newHardState ? hardState : null, work.save(), work.keepEntries(), work.persist()),
        outbox.takeMessages(),
        work.restore(),
        work.apply(),
        outbox.takeReads(),
        newSoftState ? softState : null,
        outbox.takeFacts());
  }

  /**
   * Marks what was given out last as carried out.
   *
   * @return the term that is durable now
   */
  long end() {
    RaftLog.Work work = Invariant.present(inProgress, "advanced without a Ready");
    inProgress = null;
    log.done(work);
    return givenHardState.term();
  }
}
