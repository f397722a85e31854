package io.quorate.fuzz;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Makes bytes that a decoder does not expect: mostly real ones with a few mutations, for what is
 * wrong from its first byte on tries the first check only.
 */
public final class WildBytes {
  /** Made-up input is no longer than this. */
  private static final int MADE_UP_MAX = 200;

  private static final int MUTATIONS_MAX = 4;

  /** Numbers at which counts, lengths and sums go wrong. */
  private static final long[] EDGES = {
    0,
    1,
    0x7f,
    0x80,
    0xff,
    0x7fff,
    0x8000,
    0xffff,
    Integer.MAX_VALUE - 8,
    Integer.MAX_VALUE,
    1L << 31,
    (1L << 32) - 1,
    1L << 32,
    1L << 62,
    Long.MAX_VALUE - 1,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -1
  };

  private final SplittableRandom random;

  public WildBytes(SplittableRandom random) {
    this.random = random;
  }

  /** Returns one of the {@link #EDGES}, a number near {@code real}, or any other. */
  public long number(long real) {
    return switch (random.nextInt(5)) {
      case 0 -> real + random.nextInt(-2, 3);
      case 1 -> real + random.nextInt(-1_000, 1_000);
      case 2 -> random.nextLong() >>> random.nextInt(64);
      default -> EDGES[random.nextInt(EDGES.length)] + random.nextInt(-1, 2);
    };
  }

  /** Returns bytes that have nothing to do with any encoding. */
  public byte[] madeUp() {
    byte[] bytes = new byte[random.nextInt(MADE_UP_MAX)];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Returns {@code real} with one to {@link #MUTATIONS_MAX} mutations; {@code real} stays. */
  public byte[] mutated(byte[] real) {
    byte[] bytes = real.clone();
    for (int left = 1 + random.nextInt(MUTATIONS_MAX); left > 0; left--) {
      bytes = bytes.length == 0 ? madeUp() : mutatedOnce(bytes);
    }
    return bytes;
  }

  private byte[] mutatedOnce(byte[] bytes) {
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(8)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt(256);
      case 2 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 3 -> {
        byte[] more = madeUp();
        return spliced(bytes, at, at, more);
      }
      case 4 -> {
        int to = at + random.nextInt(bytes.length - at + 1);
        return spliced(bytes, at, to, new byte[0]);
      }
      case 5 -> {
        // A part twice, or that of another place: lists with an element too many, order turned.
        int from = random.nextInt(bytes.length);
        int to = from + random.nextInt(bytes.length - from + 1);
        return spliced(bytes, at, at, Arrays.copyOfRange(bytes, from, to));
      }
      case 6 -> {
        return spliced(bytes, at, at + 1, varint(number(bytes[at])));
      }
      default -> {
        int length = Math.min(bytes.length - at, random.nextBoolean() ? 4 : 8);
        long number = number(0);
        for (int i = 0; i < length; i++) {
          bytes[at + i] = (byte) (number >>> (8 * (length - 1 - i)));
        }
      }
    }
    return bytes;
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] instead) {
    byte[] all = new byte[bytes.length - (to - from) + instead.length];
    System.arraycopy(bytes, 0, all, 0, from);
    System.arraycopy(instead, 0, all, from, instead.length);
    System.arraycopy(bytes, to, all, from + instead.length, bytes.length - to);
    return all;
  }

  /** The encoding of numbers that Protobuf and most formats here have. */
  private static byte[] varint(long number) {
    byte[] bytes = new byte[10];
    int size = 0;
    long left = number;
    while ((left & ~0x7fL) != 0) {
      bytes[size++] = (byte) (left | 0x80);
      left >>>= 7;
    }
    bytes[size++] = (byte) left;
    return Arrays.copyOf(bytes, size);
  }
}
