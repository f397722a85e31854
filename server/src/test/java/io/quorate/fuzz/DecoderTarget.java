package io.quorate.fuzz;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A decoder that is given wild bytes. Each input must be decoded, or be refused by one of the
 * exceptions that callers expect; and what can be decoded must be the same again after it was
 * encoded.
 *
 * @param samples makes the bytes of something real, other ones with each call
 * @param decode the decoder
 * @param encode the way back; null if there is none, or if it need not agree
 * @param refusals exceptions that callers of the decoder expect, subclasses included
 */
public record DecoderTarget<T>(
    String name,
    Function<SplittableRandom, byte[]> samples,
    Decode<T> decode,
    @Nullable Function<T, byte[]> encode,
    List<Class<? extends Exception>> refusals)
    implements FuzzTarget {

  /** Each run is this many inputs: one alone takes less time than counting it. */
  private static final int INPUTS = 50;

  /** A sample that is decoded as it is shows that the target is not refused altogether. */
  private static final int AS_IT_IS = 10;

  /** A decoder, which may throw what it likes. */
  @FunctionalInterface
  public interface Decode<T> {
    T decode(byte[] bytes) throws Exception;
  }

  @Override
  public void run(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    WildBytes wild = new WildBytes(random);
    for (int i = 0; i < INPUTS; i++) {
      byte[] real = samples.apply(random);
      boolean asItIs = random.nextInt(AS_IT_IS) == 0;
      byte[] input =
          asItIs ? real : random.nextInt(AS_IT_IS) == 0 ? wild.madeUp() : wild.mutated(real);
      try {
        tryOne(input, asItIs);
      } catch (Throwable broken) {
        throw new AssertionError(
            "%s: input of %d bytes: %s".formatted(name, input.length, hex(input)), broken);
      }
    }
  }

  private void tryOne(byte[] input, boolean mustDecode) throws Exception {
    byte[] given = input.clone();
    T value;
    try {
      value = decode.decode(given);
    } catch (Exception refused) {
      if (mustDecode || refusals.stream().noneMatch(expected -> expected.isInstance(refused))) {
        throw refused;
      }
      return;
    }
    if (!Arrays.equals(given, input)) {
      throw new AssertionError("the decoder changed its input");
    }
    if (encode == null) {
      return;
    }
    T again = decode.decode(encode.apply(value));
    if (!value.equals(again)) {
      throw new AssertionError("encoded and decoded again, %s is %s".formatted(value, again));
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, 400));
  }
}
