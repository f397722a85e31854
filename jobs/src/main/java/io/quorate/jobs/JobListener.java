package io.quorate.jobs;

/**
 * Is told of the runs of one scheduler, on the thread that runs the job: for meters and logs. What
 * it throws is logged, and changes nothing.
 */
public interface JobListener {
  /** An attempt begins. */
  default void began(JobRun run) {}

  /** The handler returned, and that is stored. */
  default void done(JobRun run) {}

  /**
   * The handler threw, and that is stored.
   *
   * @param again whether the run is tried again
   */
  default void failed(JobRun run, Throwable why, boolean again) {}

  /**
   * The result of an attempt is not stored: another instance has taken the run over, or the job was
   * deleted, or no node answered for as long as the lock was held. What the handler has done is
   * done, and if the job is still there, the run is tried again.
   */
  default void refused(JobRun run, String why) {}

  /**
   * A run was ended without another attempt, as the job has none left: the instance of the last one
   * has lost its lock, or has ended; or the run waited for one, and the job was updated meanwhile.
   */
  default void gaveUp(PastRun run) {}
}
