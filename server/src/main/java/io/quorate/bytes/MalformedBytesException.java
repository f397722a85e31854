package io.quorate.bytes;

/**
 * Bytes that are not what they are meant to be, in no format known here: damaged, or written by
 * another release of Quorate.
 */
public class MalformedBytesException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public MalformedBytesException(String message) {
    super(message);
  }

  MalformedBytesException(String message, Throwable cause) {
    super(message, cause);
  }
}
