package io.quorate.cli.output;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** How the bytes of keys and values are written on a command line. */
public enum TextForm {
  UTF8,
  HEX,
  BASE64;

  /** How base64 is written, for a message about what is none. */
  public static final String HOW_BASE64 =
      "give A-Z, a-z, 0-9, '+' and '/', four for each three bytes, with '=' at the end for what is"
          + " missing";

  /**
   * The bytes that a text stands for.
   *
   * @throws IllegalArgumentException if the text is not of this form
   */
  public byte[] parse(String text) {
    try {
      return switch (this) {
        case UTF8 -> text.getBytes(StandardCharsets.UTF_8);
        case HEX -> HexFormat.of().parseHex(text);
        case BASE64 -> Base64.getDecoder().decode(text);
      };
    } catch (IllegalArgumentException malformed) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is not "
              + (this == HEX ? "hexadecimal: " + notHex(text) : "base64: " + HOW_BASE64),
          malformed);
    }
  }

  private static String notHex(String text) {
    return text.chars().allMatch(HexFormat::isHexDigit)
        ? "each byte has two digits, and there are " + text.length()
        : "give 0-9 and a-f, two for each byte";
  }

  /**
   * The bytes as text of this form. In UTF8, bytes that are no text, or hold control characters
   * that could drive a terminal, are written as {@code 0x} and hexadecimal digits instead.
   */
  public String print(byte[] bytes) {
    return switch (this) {
      case UTF8 -> isPrintable(bytes) ? text(bytes) : "0x" + HexFormat.of().formatHex(bytes);
      case HEX -> HexFormat.of().formatHex(bytes);
      case BASE64 -> Base64.getEncoder().encodeToString(bytes);
    };
  }

  /** Whether the bytes are UTF-8 without control characters other than tab and line ends. */
  public static boolean isPrintable(byte[] bytes) {
    String text = textOrNull(bytes);
    return text != null
        && text.codePoints()
            .allMatch(c -> c == '\t' || c == '\n' || c == '\r' || !Character.isISOControl(c));
  }

  /**
   * The bytes as one line of text: as {@link #UTF8} prints them, with tabs, line ends and
   * backslashes written as {@code \t}, {@code \n}, {@code \r} and {@code \\}.
   */
  public static String onOneLine(byte[] bytes) {
    return UTF8.print(bytes)
        .replace("\\", "\\\\")
        .replace("\t", "\\t")
        .replace("\n", "\\n")
        .replace("\r", "\\r");
  }

  /** The bytes decoded as UTF-8; null if they are not exactly that. */
  public static @Nullable String textOrNull(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException binary) {
      return null;
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
