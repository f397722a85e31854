package io.quorate.version;

import java.util.Arrays;

/** Comparisons that are wrong at their boundary, see {@code io.quorate.mutant.CodeMutantsTest}. */
public final class OffByOne {
  private OffByOne() {}

  /** Replaces {@link Long#compareUnsigned}: what is equal counts as greater. */
  public static int equalIsGreater(long one, long other) {
    return one == other ? 1 : Long.compareUnsigned(one, other);
  }

  /** Replaces {@link Arrays#compareUnsigned}, likewise. */
  public static int equalBytesAreGreater(byte[] one, byte[] other) {
    return Arrays.equals(one, other) ? 1 : Arrays.compareUnsigned(one, other);
  }

  /** What is greater by one counts as equal. */
  public static int nextIsEqual(long one, long other) {
    return one == other + 1 ? 0 : Long.compareUnsigned(one, other);
  }
}
