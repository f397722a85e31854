package io.quorate.client;

/**
 * A {@link Codec} could not read what is stored. The read itself was carried out, and {@link
 * #result} is what it found; reading again finds the same bytes. Nothing was changed.
 */
public final class DecodingException extends RuntimeException {
  private final transient GetResult result;

  /** Of a value that was read, and what the codec threw. */
  public DecodingException(GetResult result, Throwable cause) {
    super("the value was read, but the codec cannot decode it: " + cause.getMessage(), cause);
    this.result = result;
  }

  /** What was read, with the bytes as they are stored. */
  public GetResult result() {
    return result;
  }
}
