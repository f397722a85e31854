package io.quorate.replication.coordinator.register;

import io.quorate.replication.api.Condition;
import io.quorate.replication.api.FieldsUpdate;
import io.quorate.version.FieldMap;
import io.quorate.version.Register;
import io.quorate.version.Version;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a write makes of the value of a register, which may ask for a value there. */
sealed interface RegisterEdit {
  /** What comes of it. */
  sealed interface Ending {}

  /**
   * What it makes of the value.
   *
   * @param value null: the key is deleted
   * @param sum of an addition; else 0
   */
  record Edited(byte @Nullable [] value, long sum) implements Ending {}

  /**
   * The register does not have what is asked for.
   *
   * @param why by a number of the edit, which all attempts are told; 0: there is one reason only
   */
  record NotMet(long why) implements Ending {
    static final NotMet ONE_REASON = new NotMet(0);
  }

  /** Returns what becomes of the value. */
  Ending of(Register before);

  /** Whether a register has what a condition asks for. */
  private static boolean isMet(@Nullable Condition condition, Register before) {
    return switch (condition) {
      case null -> true;
      case Condition.Absent absent -> before.value() == null;
      case Condition.Value(byte[] expected) -> Arrays.equals(expected, before.value());
      case Condition.Of(Version expected) ->
          before.value() != null && expected.equals(before.version());
    };
  }

  /**
   * Gives the register a value.
   *
   * @param condition what the register must have; null: anything
   * @param value null: the key is deleted
   */
  record Set(@Nullable Condition condition, byte @Nullable [] value) implements RegisterEdit {
    @Override
    public Ending of(Register before) {
      return isMet(condition, before) ? new Edited(value, 0) : NotMet.ONE_REASON;
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
    public Ending of(Register before) {
      try {
        long sum = Math.addExact(numberIn(before.value()), by);
        return sum < min || sum > max
            ? NotMet.ONE_REASON
            : new Edited(Long.toString(sum).getBytes(StandardCharsets.US_ASCII), sum);
      } catch (NumberFormatException | ArithmeticException beyondNumbers) {
        return NotMet.ONE_REASON;
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

  /**
   * Sets and removes fields of the map that is the value; no value is a map without fields. What is
   * left is a map, also without fields.
   *
   * @param condition what the register must have as a whole; null: anything
   * @param bytesMax of the map that it leaves, unless that is smaller than the one before
   */
  record UpdateFields(@Nullable Condition condition, FieldsUpdate fields, long bytesMax)
      implements RegisterEdit {
    /** Why it is not met: the key as a whole has not what is asked for. */
    static final long KEY = -1;

    /** The value is no map. */
    static final long NO_MAP = -2;

    /** There would be too many fields. */
    static final long TOO_MANY = -3;

    /** The map would be too large. */
    static final long TOO_LARGE = -4;

    @Override
    public Ending of(Register before) {
      if (!isMet(condition, before)) {
        return new NotMet(KEY);
      }
      FieldMap map = before.value() == null ? FieldMap.EMPTY : FieldMap.of(before.value());
      if (map == null) {
        return new NotMet(NO_MAP);
      }
      for (int i = 0; i < fields.conditions().size(); i++) {
        if (!holds(fields.conditions().get(i), map)) {
          return new NotMet(i + 1L);
        }
      }
      SortedMap<String, byte @Nullable []> values = new TreeMap<>();
      fields.edits().forEach(edit -> values.put(edit.field(), edit.value()));
      FieldMap next = map.with(values);
      if (next.fields().size() > FieldMap.FIELDS_MAX) {
        return new NotMet(TOO_MANY);
      }
      long bytes = next.bytes();
      return bytes > bytesMax && bytes > map.bytes()
          ? new NotMet(TOO_LARGE)
          : new Edited(next.toBytes(), 0);
    }

    /** The condition that was not met, by the number that {@link NotMet} has. */
    FieldsUpdate.@Nullable Expected unmet(long why) {
      return why > 0 && why <= fields.conditions().size()
          ? fields.conditions().get((int) why - 1)
          : null;
    }

    private static boolean holds(FieldsUpdate.Expected expected, FieldMap map) {
      byte[] value = map.get(expected.field());
      return switch (expected) {
        case FieldsUpdate.Absent absent -> value == null;
        case FieldsUpdate.Present present -> value != null;
        case FieldsUpdate.Value asked -> Arrays.equals(asked.value(), value);
      };
    }
  }
}
