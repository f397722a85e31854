package io.quorate.cli.bench.checked;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The keys and values of a run. A key is "user" and twelve digits; a value begins with its {@link
 * Origin} and goes on with incompressible bytes, so that what is read tells which write it is.
 */
public final class BenchData {
  /** Bytes of the origin in front of each value. */
  public static final int ORIGIN_BYTES = 24;

  private static final int POOL_MAX = 1024;

  /** Large values are fewer, so that a load fits into its heap. */
  private static final int POOL_BYTES_MAX = 32 << 20;

  private static final int POOL_MIN = 4;
  private static final int KEY_BYTES = 16;

  private final byte[][] pool;

  /**
   * Which write a value comes from.
   *
   * @param key number of the key it was written under
   * @param writer the run that wrote it, chosen at random when the run starts
   * @param sequence number of the write within that run
   */
  public record Origin(long key, long writer, long sequence) {}

  /**
   * @param valueBytes size of each value, at least {@link #ORIGIN_BYTES}
   */
  public BenchData(int valueBytes) {
    Random random = new Random(7);
    pool = new byte[Math.clamp(POOL_BYTES_MAX / valueBytes, POOL_MIN, POOL_MAX)][];
    for (int i = 0; i < pool.length; i++) {
      pool[i] = new byte[valueBytes];
      random.nextBytes(pool[i]);
    }
  }

  /** The 16 bytes that key {@code number} is stored under. */
  public static byte[] key(long number) {
    byte[] key = new byte[KEY_BYTES];
    key[0] = 'u';
    key[1] = 's';
    key[2] = 'e';
    key[3] = 'r';
    long rest = number;
    for (int i = KEY_BYTES - 1; i > 3; i--) {
      key[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return key;
  }

  /** The number of a key made by {@link #key}. */
  public static long number(byte[] key) {
    long number = 0;
    for (int i = 4; i < KEY_BYTES; i++) {
      number = number * 10 + (key[i] - '0');
    }
    return number;
  }

  /** A new value that carries {@code origin}. */
  public byte[] value(Origin origin, SplittableRandom random) {
    byte[] value = pool[random.nextInt(pool.length)].clone();
    ByteBuffer.wrap(value)
        .putLong(origin.key())
        .putLong(origin.writer())
        .putLong(origin.sequence());
    return value;
  }

  /** Size of each value of this run. */
  int valueBytes() {
    return pool[0].length;
  }

  /** Where a value comes from; null if it is too short to tell. */
  public static @Nullable Origin origin(byte[] value) {
    if (value.length < ORIGIN_BYTES) {
      return null;
    }
    ByteBuffer header = ByteBuffer.wrap(value);
    return new Origin(header.getLong(), header.getLong(), header.getLong());
  }
}
