package io.quorate.client;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a read found, as a value of the application. */
public final class Decoded<V> {
  private final @Nullable V value;
  private final GetResult result;

  private Decoded(@Nullable V value, GetResult result) {
    this.value = value;
    this.result = result;
  }

  /**
   * Returns a result, decoded.
   *
   * @throws DecodingException the codec cannot read the value
   */
  public static <V> Decoded<V> of(GetResult result, Codec<V> codec) {
    byte[] bytes = result.value();
    if (bytes == null) {
      return new Decoded<>(null, result);
    }
    try {
      return new Decoded<>(codec.decode(bytes), result);
    } catch (RuntimeException undecodable) {
      throw new DecodingException(result, undecodable);
    }
  }

  /** The value; empty if the key has none. */
  public Optional<V> value() {
    return Optional.ofNullable(value);
  }

  /** What was read: version, how it came about, and the bytes. */
  public GetResult result() {
    return result;
  }

  @Override
  public String toString() {
    return result.toString();
  }
}
