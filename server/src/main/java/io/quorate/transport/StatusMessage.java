package io.quorate.transport;

import io.quorate.replication.api.Failure;

/**
 * The message of a gRPC status. On the wire each byte that is not printable ASCII becomes three
 * ({@code %E5}), as do {@code ~} and {@code %}, so that a text of {@link Failure#MESSAGE_BYTES_MAX}
 * could take three times as much.
 */
final class StatusMessage {
  private static final String ELLIPSIS = "...";

  private StatusMessage() {}

  /** Returns as much of a text as takes {@link Failure#MESSAGE_BYTES_MAX} bytes on the wire. */
  static String cut(String text) {
    // Three bytes for a character, each as three, are the most that is sent.
    if (text.length() <= Failure.MESSAGE_BYTES_MAX / 9) {
      return text;
    }
    int bytes = 0;
    int fits = 0;
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      bytes += bytesOf(point);
      if (bytes > Failure.MESSAGE_BYTES_MAX) {
        return text.substring(0, fits) + ELLIPSIS;
      }
      i += Character.charCount(point);
      if (bytes <= Failure.MESSAGE_BYTES_MAX - ELLIPSIS.length()) {
        fits = i;
      }
    }
    return text;
  }

  private static int bytesOf(int point) {
    if (point >= ' ' && point < '~' && point != '%') {
      return 1;
    }
    return 3 * (point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4);
  }
}
