package io.quorate.client;

import org.jspecify.annotations.Nullable;

/** A fault inside a node. Nothing was applied: it was a read, or a question about the cluster. */
public final class ServerFaultException extends QuorateException {
  public ServerFaultException(String message, FailureInfo info, @Nullable Throwable cause) {
    super(message, info, cause);
  }

  @Override
  public boolean mayPass() {
    return true;
  }
}
