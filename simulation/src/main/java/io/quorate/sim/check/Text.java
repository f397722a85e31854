package io.quorate.sim.check;

import java.nio.charset.StandardCharsets;

/** Keys as the checkers name them. */
final class Text {
  private Text() {}

  static String of(byte[] key) {
    return new String(key, StandardCharsets.UTF_8);
  }
}
