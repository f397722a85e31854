package io.quorate.replication.coordinator;

import io.quorate.replication.api.Condition;
import io.quorate.version.Register;
import io.quorate.version.Version;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a write makes of the value of a register, which may ask for a value there. */
sealed interface RegisterEdit {
  /**
   * What it makes of it.
   *
   * @param value null: the key is deleted
   * @param sum of an addition; else 0
   */
  record Edited(byte @Nullable [] value, long sum) {}

  /** Returns what becomes of the value; null if the register does not have what is asked for. */
  @Nullable Edited of(Register before);

  /**
   * Gives the register a value.
   *
   * @param condition what the register must have; null: anything
   * @param value null: the key is deleted
   */
  record Set(@Nullable Condition condition, byte @Nullable [] value) implements RegisterEdit {
    @Override
    public @Nullable Edited of(Register before) {
      return isMet(before) ? new Edited(value, 0) : null;
    }

    private boolean isMet(Register before) {
      return switch (condition) {
        case null -> true;
        case Condition.Absent absent -> before.value() == null;
        case Condition.Value(byte[] expected) -> Arrays.equals(expected, before.value());
        case Condition.Of(Version expected) ->
            before.value() != null && expected.equals(before.version());
      };
    }
  }

  /**
   * Adds to a number, which is the value in decimal digits; no value is 0.
   *
   * @param min least sum with which it takes effect
   * @param max greatest sum with which it takes effect
   */
  record Add(long by, long min, long max) implements RegisterEdit {
    private static final int DIGITS_MAX = 20;

    @Override
    public @Nullable Edited of(Register before) {
      try {
        long sum = Math.addExact(numberIn(before.value()), by);
        return sum < min || sum > max
            ? null
            : new Edited(Long.toString(sum).getBytes(StandardCharsets.US_ASCII), sum);
      } catch (NumberFormatException | ArithmeticException beyondNumbers) {
        return null;
      }
    }

    private static long numberIn(byte @Nullable [] value) {
      if (value == null) {
        return 0;
      }
      if (value.length > DIGITS_MAX) {
        throw new NumberFormatException("too many digits");
      }
      String digits = new String(value, StandardCharsets.US_ASCII);
      long number = Long.parseLong(digits);
      if (!Long.toString(number).equals(digits)) {
        throw new NumberFormatException("written in another way than sums are");
      }
      return number;
    }
  }
}
