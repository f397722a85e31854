package io.quorate.client.recipe;

import io.quorate.client.DeadlineExceededException;
import io.quorate.client.NotServingException;
import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.OverloadedException;
import io.quorate.client.QuorateException;
import io.quorate.client.ServerFaultException;
import io.quorate.client.UnavailableException;

/** What failures of requests mean for one that would go on. */
final class Trouble {
  private Trouble() {}

  /** Whether the same may succeed later. */
  static boolean passes(RuntimeException failure) {
    return failure instanceof UnavailableException
        || failure instanceof DeadlineExceededException
        || failure instanceof OutcomeUnknownException
        || failure instanceof OverloadedException
        || failure instanceof NotServingException
        || failure instanceof ServerFaultException;
  }

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
    if (!(failure instanceof QuorateException) || !passes(failure)) {
      throw failure;
    }
  }
}
