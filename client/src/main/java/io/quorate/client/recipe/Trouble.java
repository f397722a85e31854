package io.quorate.client.recipe;

import io.quorate.client.QuorateException;

/** What failures of requests mean for one that would go on. */
final class Trouble {
  private Trouble() {}

  /**
   * Tells of an interrupt that a blocking call of the client has met: it has failed otherwise, and
   * has set the flag of the thread again.
   */
  static void throwIfInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  /**
   * Returns if the same is to be tried again.
   *
   * @throws InterruptedException if the thread was interrupted, which is why the call has failed
   */
  static void throwUnlessItPasses(RuntimeException failure) throws InterruptedException {
    throwIfInterrupted();
    if (!(failure instanceof QuorateException known) || !known.mayPass()) {
      throw failure;
    }
  }
}
