package io.quorate.client.recipe;

/** What a candidate does while it leads: see {@link Election#runWhileLeader}. */
@FunctionalInterface
public interface LeaderTask {
  /**
   * Runs on a thread of its own, once for each leadership, and leads until it returns. It must
   * return soon once it is interrupted, or {@link Leadership#isLeader} is false: another one leads
   * when the time of the lock is over, whether or not this has returned.
   *
   * @throws Exception the leadership ends as if it had returned, and {@link
   *     ElectionOptions#onFailure} is told
   */
  void lead(Leadership leadership) throws Exception;
}
