package io.quorate.jobs;

import io.quorate.client.Lock;
import java.time.Duration;
import java.time.Instant;

/** One attempt at a run, as its handler sees it. Safe for many threads at once. */
public final class JobRun {
  private final Job job;
  private final RunState run;
  private final Lock lock;

  JobRun(Job job, RunState run, Lock lock) {
    this.job = job;
    this.run = run;
    this.lock = lock;
  }

  /** The job, as it was when the attempt began. */
  public Job job() {
    return job;
  }

  /** What the job was created with for its handler. */
  public String payload() {
    return job.payload();
  }

  /**
   * The name of the job and {@link #scheduled}: all attempts at this run have it, and no other run
   * of the job has. A write under a key that is made of it, on condition that the key is absent,
   * takes effect once.
   */
  public String id() {
    return run.id();
  }

  /** When it was due, or {@link Jobs#runNow} was called. */
  public Instant scheduled() {
    return run.scheduled();
  }

  /** Whether {@link Jobs#runNow} was called for it. */
  public boolean asked() {
    return run.asked();
  }

  /** The number of this attempt, from 1. */
  public int attempt() {
    return run.attempt();
  }

  /**
   * The token of the lock under which the job runs, for {@link
   * io.quorate.client.WriteOptions#fencedBy} and {@link io.quorate.client.ReadOptions#fencedBy}:
   * what an earlier attempt still does is refused once a later one has read or written the key.
   */
  public long token() {
    return lock.token();
  }

  /** Whether the lock is held. Look before each step that only one process may do. */
  public boolean isHeld() {
    return lock.isHeld();
  }

  /** How long the lock is still held if no renewal is answered; zero if it is not held. */
  public Duration remaining() {
    return lock.remaining();
  }

  @Override
  public String toString() {
    return "JobRun[" + id() + ", attempt " + attempt() + ", token " + token() + "]";
  }
}
