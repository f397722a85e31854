package io.quorate.client;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ids of nodes as people see them: 16 hexadecimal digits. */
final class Hex {
  private Hex() {}

  static String of(long id) {
    return String.format("%016x", id);
  }

  /** Returns an id, or an empty text if there is none, which is 0 on the wire. */
  static String orEmpty(long id) {
    return id == 0 ? "" : of(id);
  }

  /**
   * Returns the id that a text stands for.
   *
   * @throws InvalidRequestException it is not the id of a node
   */
  static long parse(String text) {
    try {
      long id = Long.parseUnsignedLong(text, 16);
      if (id != 0) {
        return id;
      }
    } catch (NumberFormatException malformed) {
      // Is refused below.
    }
    throw new InvalidRequestException(
        Quoted.of(text) + " is no id of a node: give 1 to 16 hexadecimal digits, not all 0");
  }

  /** Returns the id that a text stands for; 0, which means all nodes, if there is no text. */
  static long parseOrAll(@Nullable String text) {
    return text == null ? 0 : parse(text);
  }

  static List<String> of(List<Long> ids) {
    List<String> names = new ArrayList<>(ids.size());
    for (long id : ids) {
      names.add(of(id));
    }
    return List.copyOf(names);
  }
}
