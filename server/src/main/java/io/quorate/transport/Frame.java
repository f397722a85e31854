package io.quorate.transport;

/**
 * A gRPC message as it travels: the first {@code length} of {@code bytes}. The bytes of an outgoing
 * one are copied into the connection's buffer before {@code sendMessage} returns, so the array may
 * be used again after that.
 */
public record Frame(byte[] bytes, int length) {
  static final Frame EMPTY = of(new byte[0]);

  public static Frame of(byte[] bytes) {
    return new Frame(bytes, bytes.length);
  }
}
