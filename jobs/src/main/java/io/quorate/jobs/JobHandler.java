package io.quorate.jobs;

/** What the runs of a kind of jobs do. Called by the threads of a {@link JobScheduler}. */
@FunctionalInterface
public interface JobHandler {
  /**
   * Does what the job is for. A run that is tried again, since its process ended or a result could
   * not be stored, calls this again with the same {@link JobRun#id}, perhaps in another process: so
   * what it does must be the same if it is done twice, or be written under {@link JobRun#token}.
   *
   * <p>The thread is interrupted when the lock is lost, for then another process may run the job,
   * and when the scheduler is closed and the handler takes too long.
   *
   * @throws Exception the attempt has failed; the message is stored, and the run tried again if the
   *     job has attempts left
   */
  void run(JobRun run) throws Exception;
}
