package io.quorate.client.internal.text;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What the caller gave, as it is quoted in messages: in single quotes, on one line, and cut. Names
 * and keys may come from the caller's own callers, and be megabytes long.
 */
public final class Quoted {
  private static final int CHARS_SHOWN = 80;
  private static final int BYTES_SHOWN = 60;

  private Quoted() {}

  /** A key: as text where it is text, in hexadecimal digits else. */
  public static String of(byte[] key) {
    int shown = Math.min(key.length, BYTES_SHOWN);
    String more = shown == key.length ? "" : "... (" + key.length + " bytes)";
    String text = text(key, shown);
    return (text == null ? "0x" + HexFormat.of().formatHex(key, 0, shown) : "'" + text + "'")
        + more;
  }

  /** Null if it is not text; a character that is cut in its middle is left out. */
  private static @Nullable String text(byte[] key, int shown) {
    int end = shown;
    while (end < key.length && end > 0 && (key[end] & 0xC0) == 0x80) {
      end--;
    }
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key, 0, end)).toString();
      return text.codePoints().allMatch(Quoted::isShown) ? text : null;
    } catch (CharacterCodingException noText) {
      return null;
    }
  }

  /**
   * A name or an address. Control characters, line separators and lone surrogates are shown as
   * {@code \}{@code uXXXX}.
   */
  public static String of(String text) {
    int end = Math.min(text.length(), CHARS_SHOWN);
    if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    StringBuilder out = new StringBuilder(end + 16).append('\'');
    text.substring(0, end)
        .codePoints()
        .forEach(
            point -> {
              if (isShown(point)) {
                out.appendCodePoint(point);
              } else {
                out.append("\\u%04x".formatted(point));
              }
            });
    return end < text.length()
        ? out.append("...' (").append(text.length()).append(" characters)").toString()
        : out.append('\'').toString();
  }

  private static boolean isShown(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
