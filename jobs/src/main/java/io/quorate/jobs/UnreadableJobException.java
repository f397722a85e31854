package io.quorate.jobs;

import org.jspecify.annotations.Nullable;

/**
 * What is stored under the key of a job cannot be read by this release: a newer one wrote it, or
 * another program. It is left as it is, and not run.
 */
public final class UnreadableJobException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UnreadableJobException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
