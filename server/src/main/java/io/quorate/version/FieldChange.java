package io.quorate.version;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One change of a field, made such that merging it twice is the same as merging it once. */
public sealed interface FieldChange {
  /** What is changed. */
  Field field();

  /**
   * All that a writer has ever counted in a field of {@link Field.Kept#TOTALS}.
   *
   * @param number rises whenever the writer counts in this field
   * @param up the sum of its increments
   * @param down the sum of its decrements
   */
  record Count(Field field, long number, long up, long down) implements FieldChange {}

  /**
   * Adds a value to a field of {@link Field.Kept#VALUES}, in place of what its writer has seen.
   *
   * @param number of the change, among those of its writer to the key; from 1
   * @param value not to be changed
   * @param seen additions of any value, which end
   */
  record Add(Field field, long number, byte[] value, List<Addition> seen) implements FieldChange {
    public Add {
      seen = List.copyOf(seen);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Add that
          && field.equals(that.field)
          && number == that.number
          && Arrays.equals(value, that.value)
          && seen.equals(that.seen);
    }

    @Override
    public int hashCode() {
      return Long.hashCode(number);
    }

    @Override
    public String toString() {
      return "add %d to %s, %d bytes for %s".formatted(number, field, value.length, seen);
    }
  }

  /**
   * Removes a value from such a field.
   *
   * @param seen additions of the value, which end; empty: all that are found at QUORUM
   */
  record Remove(Field field, long number, byte[] value, List<Addition> seen)
      implements FieldChange {
    public Remove {
      seen = List.copyOf(seen);
    }

    /** Returns this with what was found. */
    public Remove having(List<Addition> found) {
      return new Remove(field, number, value, found);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Remove that
          && field.equals(that.field)
          && number == that.number
          && Arrays.equals(value, that.value)
          && seen.equals(that.seen);
    }

    @Override
    public int hashCode() {
      return Long.hashCode(number);
    }

    @Override
    public String toString() {
      return "remove %d from %s, %d bytes of %s".formatted(number, field, value.length, seen);
    }
  }

  /**
   * Gives a field of {@link Field.Kept#ASSIGNMENT} a value.
   *
   * @param hlc the assignment with the highest stays
   * @param value null for none; not to be changed
   */
  record Assign(Field field, long hlc, long number, byte @Nullable [] value)
      implements FieldChange {
    @Override
    public boolean equals(Object other) {
      return other instanceof Assign that
          && field.equals(that.field)
          && hlc == that.hlc
          && number == that.number
          && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
      return Long.hashCode(number);
    }

    @Override
    public String toString() {
      return "assign %d to %s, %d bytes at %s"
          .formatted(number, field, value == null ? 0 : value.length, Hlc.toString(hlc));
    }
  }
}
