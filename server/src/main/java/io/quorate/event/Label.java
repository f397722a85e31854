package io.quorate.event;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What tells the series of one meter apart.
 *
 * @param values all that it takes, if they are known: a counter by one such label shows each from
 *     the start, so that its first event is seen to be one more than none. Empty if they are only
 *     known once they are met
 */
public record Label(String name, List<String> values) {
  public Label {
    values = List.copyOf(values);
  }

  /** The text of a value, as {@link Tally} takes them. */
  public static String text(Object value) {
    return value instanceof Enum<?> constant
        ? constant.name().toLowerCase(Locale.ROOT)
        : value.toString();
  }

  static List<String> texts(Object... values) {
    return Arrays.stream(values).map(Label::text).toList();
  }

  static List<Label> with(List<Label> labels, Label next) {
    List<Label> all = new ArrayList<>(labels);
    all.add(next);
    return List.copyOf(all);
  }
}
