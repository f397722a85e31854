package io.quorate.cli.bench.checked;

import io.quorate.client.QuorateException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What a failed write may have done. */
final class Outcome {
  private Outcome() {}

  /** Whether it may have taken effect; also if nothing says that it has not. */
  static boolean mayHaveApplied(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return !(cause instanceof QuorateException ours) || ours.mayHaveApplied();
  }
}
