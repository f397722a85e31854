package io.quorate.bytes;

/** Bytes of a format that a later release writes: they are sound, and that release reads them. */
public final class LaterFormatException extends MalformedBytesException {
  private static final long serialVersionUID = 1;

  public LaterFormatException(String message) {
    super(message);
  }
}
