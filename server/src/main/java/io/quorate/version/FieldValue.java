package io.quorate.version;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a reader finds in a field.
 *
 * @param count of a counter; at the largest or smallest that fits, if it is beyond
 * @param elements of sets and registers, in the order of their bytes
 * @param enabled of a flag
 */
public record FieldValue(Field field, long count, List<Element> elements, boolean enabled) {
  /**
   * A value.
   *
   * @param value not to be changed
   * @param additions of it; of registers none
   */
  public record Element(byte[] value, List<Addition> additions) {
    public Element {
      additions = List.copyOf(additions);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Element that
          && Arrays.equals(value, that.value)
          && additions.equals(that.additions);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
      return value.length + " bytes by " + additions;
    }
  }

  /** What the value of a flag is while it is on. */
  private static final byte[] ON = {'1'};

  /** And while it is off. */
  private static final byte[] OFF = {'0'};

  public FieldValue {
    elements = List.copyOf(elements);
  }

  static FieldValue of(Field field, FieldState state) {
    return switch (state) {
      case FieldState.Sums sums ->
          new FieldValue(field, sums.all().up() - sums.all().down(), List.of(), false);
      case FieldState.Values values ->
          switch (field.kind()) {
            case FLAG_ENABLE_WINS, FLAG_DISABLE_WINS ->
                new FieldValue(field, 0, List.of(), isOn(field, values));
            default -> new FieldValue(field, 0, elements(values), false);
          };
      case FieldState.Assigned assigned ->
          new FieldValue(
              field,
              0,
              assigned.value() == null
                  ? List.of()
                  : List.of(new Element(assigned.value(), List.of())),
              false);
    };
  }

  private static List<Element> elements(FieldState.Values values) {
    List<Element> elements = new ArrayList<>(values.additions().size());
    values
        .additions()
        .forEach((value, added) -> elements.add(new Element(value, List.copyOf(added))));
    return elements;
  }

  private static boolean isOn(Field flag, FieldState.Values values) {
    boolean isOff =
        flag.kind() == Field.Kind.FLAG_DISABLE_WINS && values.additions().containsKey(OFF);
    return values.additions().containsKey(ON) && !isOff;
  }
}
