package io.quorate.cluster.codec;

/**
 * Bytes that are no state or command of a format known here: damaged, or written by a newer version
 * of Quorate.
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
