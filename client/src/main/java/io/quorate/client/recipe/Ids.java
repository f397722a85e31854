package io.quorate.client.recipe;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Names of owners of locks: what the application chose, so that people can read it, and a part that
 * no other one has, since the cluster takes two owners of one name for one.
 */
final class Ids {
  private static final int BYTES_MAX = 200;
  private static final int RANDOM_BYTES = 8;
  private static final char BETWEEN = '/';
  private static final SecureRandom RANDOM = new SecureRandom();

  private Ids() {}

  /** Returns what was chosen if it can be part of an id, and of a line. */
  static String check(String what, String chosen) {
    if (chosen.isEmpty()
        || chosen.getBytes(StandardCharsets.UTF_8).length > BYTES_MAX
        || chosen.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          what + ": give 1 to " + BYTES_MAX + " bytes of UTF-8 without control characters");
    }
    return chosen;
  }

  /** Returns 16 hexadecimal digits. */
  static String random() {
    byte[] bytes = new byte[RANDOM_BYTES];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  static String unique(String chosen) {
    return chosen + BETWEEN + random();
  }

  /** What the application chose of an id; all of it if it has no part of ours. */
  static String chosen(String id) {
    int between = id.lastIndexOf(BETWEEN);
    return between < 0 ? id : id.substring(0, between);
  }
}
