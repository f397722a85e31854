package io.quorate.cli.transfer;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How a file is compressed. */
enum Compression {
  GZIP("gzip -dc", "\\x1f\\x8b"),
  ZSTD("zstd -dc", "\\x28\\xb5\\x2f\\xfd"),
  BZIP2("bzip2 -dc", "BZh[1-9]1AY&SY"),
  XZ("xz -dc", "\\xfd7zXZ\\x00"),
  ZIP("unzip -p", "PK\\x03\\x04");

  private final String command;

  /** The bytes that such a file begins with, each as the character of its number. */
  private final Pattern beginning;

  Compression(String command, String beginning) {
    this.command = command;
    this.beginning = Pattern.compile(beginning);
  }

  /** What the first bytes of a file tell; null if they are of none of these. */
  static @Nullable Compression of(byte[] head) {
    String text = new String(head, StandardCharsets.ISO_8859_1);
    for (Compression each : values()) {
      if (each.beginning.matcher(text).lookingAt()) {
        return each;
      }
    }
    return null;
  }

  /** The command that writes what such a file holds to its standard output. */
  String command() {
    return command;
  }
}
