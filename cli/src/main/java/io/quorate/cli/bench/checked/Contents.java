package io.quorate.cli.bench.checked;

import io.quorate.cli.bench.checked.BenchData.Origin;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The keys of a run, by number, and the values that it writes: each tells which write it is. */
public final class Contents {
  private final byte[][] keys;
  private final BenchData data;
  private final long writer;
  private final AtomicLong sequence = new AtomicLong();

  /**
   * @param keys how many keys there are
   * @param valueBytes size of each value, at least {@link BenchData#ORIGIN_BYTES}
   * @param writer this run, in the origin of what it writes
   */
  public Contents(int keys, int valueBytes, long writer) {
    this.keys = new byte[keys][];
    for (int i = 0; i < keys; i++) {
      this.keys[i] = BenchData.key(i);
    }
    this.data = new BenchData(valueBytes);
    this.writer = writer;
  }

  public int size() {
    return keys.length;
  }

  /** The bytes of a key; not a copy. */
  public byte[] key(int number) {
    return keys[number];
  }

  public long writer() {
    return writer;
  }

  /** A number that no write of this run has yet. */
  long nextWrite() {
    return sequence.incrementAndGet();
  }

  /** The value of a write of this run. */
  public byte[] value(int key, long write, SplittableRandom random) {
    return data.value(new Origin(key, writer, write), random);
  }

  /**
   * Where a value comes from, which may be another run with values of another size; null if it
   * cannot be one of a run.
   */
  public @Nullable Origin origin(byte[] value) {
    Origin origin = BenchData.origin(value);
    boolean isCut =
        origin != null && origin.writer() == writer && value.length != data.valueBytes();
    return isCut ? null : origin;
  }
}
