package io.quorate.client;

import java.util.HexFormat;

/** Keys in messages: as text where they are text, in hexadecimal digits else; never too long. */
final class Quoted {
  private static final int BYTES_SHOWN = 60;

  private Quoted() {}

  static String of(byte[] key) {
    int shown = Math.min(key.length, BYTES_SHOWN);
    StringBuilder text = new StringBuilder("'");
    for (int i = 0; i < shown; i++) {
      if (key[i] < ' ' || key[i] == 0x7F) {
        return "0x" + HexFormat.of().formatHex(key, 0, shown) + more(key, shown);
      }
      text.append((char) key[i]);
    }
    return text.append('\'') + more(key, shown);
  }

  private static String more(byte[] key, int shown) {
    return shown == key.length ? "" : "... (" + key.length + " bytes)";
  }
}
