package io.quorate.model;

/**
 * Text from outside as it is quoted in messages and logs: in single quotes, on one line, and cut. A
 * message that repeats what was sent in full can be made longer than its reader accepts, and text
 * with line ends can forge log lines.
 */
public final class Quoted {
  /** The most characters of the text that are shown; what is cut is said by its length. */
  public static final int CHARS_MAX = 80;

  private Quoted() {}

  /**
   * Returns {@code text} in single quotes. Control characters, line separators and lone surrogates
   * are shown as {@code \}{@code uXXXX}; of a text of more than {@link #CHARS_MAX} characters, the
   * first of them and its length.
   */
  public static String of(CharSequence text) {
    StringBuilder out = new StringBuilder(Math.min(text.length(), CHARS_MAX) + 16).append('\'');
    int end = Math.min(text.length(), CHARS_MAX);
    if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    for (int i = 0; i < end; ) {
      int point = Character.codePointAt(text, i);
      if (isShown(point)) {
        out.appendCodePoint(point);
      } else {
        out.append("\\u%04x".formatted(point));
      }
      i += Character.charCount(point);
    }
    if (end < text.length()) {
      out.append("...' (").append(text.length()).append(" characters)");
    } else {
      out.append('\'');
    }
    return out.toString();
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
