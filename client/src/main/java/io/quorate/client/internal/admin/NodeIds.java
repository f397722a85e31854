package io.quorate.client.internal.admin;

import io.quorate.client.InvalidRequestException;
import io.quorate.client.internal.text.Quoted;
import org.jspecify.annotations.Nullable;

/** Reads ids of nodes as people write them: 1 to 16 hexadecimal digits. */
final class NodeIds {
  private NodeIds() {}

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
}
