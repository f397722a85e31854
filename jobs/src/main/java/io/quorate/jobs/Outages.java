package io.quorate.jobs;

import io.quorate.client.DeadlineExceededException;
import io.quorate.client.NotServingException;
import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.OverloadedException;
import io.quorate.client.QuorateException;
import io.quorate.client.ServerFaultException;
import io.quorate.client.UnavailableException;

/** Failures of a cluster that is there again a moment later. */
final class Outages {
  private Outages() {}

  static boolean mayPass(QuorateException failure) {
    return failure instanceof UnavailableException
        || failure instanceof DeadlineExceededException
        || failure instanceof OutcomeUnknownException
        || failure instanceof OverloadedException
        || failure instanceof NotServingException
        || failure instanceof ServerFaultException;
  }
}
