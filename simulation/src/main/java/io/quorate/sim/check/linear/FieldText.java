package io.quorate.sim.check.linear;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Maps of fields as histories have them: {@code {a=1,b=2}}, in the order of the names. */
public final class FieldText {
  private FieldText() {}

  public static String write(Map<String, String> fields) {
    return new TreeMap<>(fields)
        .entrySet().stream()
            .map(each -> each.getKey() + "=" + each.getValue())
            .collect(Collectors.joining(",", "{", "}"));
  }

  /** The fields of a value, of which there are none if there is no value; null if it is no map. */
  public static @Nullable SortedMap<String, String> read(Optional<String> value) {
    String text = value.orElse("{}");
    if (!text.startsWith("{")) {
      return null;
    }
    SortedMap<String, String> fields = new TreeMap<>();
    for (int at = 1; at < text.length() - 1; ) {
      int end = text.indexOf(',', at);
      end = end < 0 ? text.length() - 1 : end;
      int equals = text.indexOf('=', at);
      fields.put(text.substring(at, equals), text.substring(equals + 1, end));
      at = end + 1;
    }
    return fields;
  }
}
