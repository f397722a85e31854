package io.quorate.client;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Turns keys or values of an application into bytes and back. Used by many threads at once, the
 * client's event loop among them: it must not block.
 */
public interface Codec<T> {
  /** Returns the bytes of {@code value}. What it throws is thrown by the call: nothing was sent. */
  byte[] encode(T value);

  /**
   * Returns the value that {@code bytes} stand for.
   *
   * @throws RuntimeException they stand for none; the caller gets a {@link DecodingException}
   */
  T decode(byte[] bytes);

  /** Text as UTF-8. Bytes that are not UTF-8 are refused, not replaced. */
  static Codec<String> utf8() {
    return new Codec<>() {
      @Override
      public byte[] encode(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
      }

      @Override
      public String decode(byte[] bytes) {
        try {
          return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException malformed) {
          throw new IllegalArgumentException(bytes.length + " bytes are not UTF-8", malformed);
        }
      }
    };
  }

  /** Bytes as they are, not copied. */
  static Codec<byte[]> bytes() {
    return new Codec<>() {
      @Override
      public byte[] encode(byte[] value) {
        return value;
      }

      @Override
      public byte[] decode(byte[] bytes) {
        return bytes;
      }
    };
  }
}
