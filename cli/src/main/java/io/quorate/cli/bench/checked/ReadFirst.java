package io.quorate.cli.bench.checked;

import io.quorate.cli.bench.checked.VersionRule.Verdict;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Writes a key once it was read: what is judged by how it changes must be known before it is
 * changed, or a change that is lost before the first read is never missed.
 */
record ReadFirst(Operations operations, int key, SplittableRandom random, Operations.Done done)
    implements Operations.Done {
  @Override
  public void answered(Verdict verdict, Object what) {
    if (verdict == Verdict.KEPT) {
      operations.write(key, random, done);
    } else {
      done.answered(verdict, what);
    }
  }

  @Override
  public void missing(Verdict verdict, Object what) {
    answered(verdict, what);
  }

  @Override
  public void failed(@Nullable Throwable failure) {
    done.failed(failure);
  }
}
