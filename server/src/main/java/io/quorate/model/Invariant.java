package io.quorate.model;

import com.google.errorprone.annotations.FormatMethod;
import org.jspecify.annotations.Nullable;

/**
 * Something that must hold whatever the world does. A broken one stops the node: a crash is cheaper
 * than a wrong answer.
 */
public final class Invariant {
  private Invariant() {}

  /**
   * @throws BrokenInvariant if {@code fact} is false
   */
  @FormatMethod
  public static void hold(boolean fact, String format, Object... args) {
    if (!fact) {
      throw new BrokenInvariant(String.format(format, args));
    }
  }

  /**
   * A value that must be there.
   *
   * @throws BrokenInvariant if it is not
   */
  @FormatMethod
  public static <T> T present(@Nullable T value, String format, Object... args) {
    if (value == null) {
      throw new BrokenInvariant(String.format(format, args));
    }
    return value;
  }

  /** Never caught by protocol code; the lane that sees it stops the process. */
  public static final class BrokenInvariant extends IllegalStateException {
    private static final long serialVersionUID = 1;

    public BrokenInvariant(String message) {
      super(message);
    }
  }
}
