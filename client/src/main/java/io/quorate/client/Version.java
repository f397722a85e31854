package io.quorate.client;

import io.quorate.client.internal.text.Hex;
import io.quorate.client.internal.text.Quoted;
import java.util.Comparator;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The version of one stored value. Versions of a key are totally ordered: by rank, then clock, then
 * node, then boot.
 */
public final class Version implements Comparable<Version> {
  private static final Comparator<Version> ORDER =
      Comparator.comparing(Version::rank, Long::compareUnsigned)
          .thenComparing(Version::hlc, Long::compareUnsigned)
          .thenComparing(Version::node, Long::compareUnsigned)
          .thenComparing(Version::boot, Integer::compareUnsigned);

  private static final Pattern TEXT =
      Pattern.compile("(?:(\\d{1,19}):)?(\\d{1,15})\\.(\\d{1,5})@([0-9a-f]{16})/(\\d{1,10})");

  private static final int COUNTER_BITS = 16;
  private static final int COUNTER_MAX = (1 << COUNTER_BITS) - 1;
  private static final long MILLIS_MAX = (1L << 48) - 1;

  private final long rank;
  private final long hlc;
  private final long node;
  private final int boot;

  private Version(long rank, long hlc, long node, int boot) {
    this.rank = rank;
    this.hlc = hlc;
    this.node = node;
    this.boot = boot;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static Version of(long rank, long hlc, long node, int boot) {
    return new Version(rank, hlc, node, boot);
  }

  /**
   * Reads a version as {@link #toString} writes it.
   *
   * @throws IllegalArgumentException if it is none; the message says how one looks
   */
  public static Version parse(String text) {
    Matcher parts = TEXT.matcher(text);
    if (parts.matches()) {
      try {
        String rank = parts.group(1);
        long millis = Long.parseLong(parts.group(2));
        int counter = Integer.parseInt(parts.group(3));
        if (millis <= MILLIS_MAX && counter <= COUNTER_MAX) {
          return of(
              rank == null ? 0 : Long.parseLong(rank),
              (millis << COUNTER_BITS) | counter,
              Long.parseUnsignedLong(parts.group(4), 16),
              Integer.parseInt(parts.group(5)));
        }
      } catch (NumberFormatException tooLarge) {
        // Is none either.
      }
    }
    throw new IllegalArgumentException(
        Quoted.of(text) + " is no version: one looks like 1767225600000.2@00000000000000a1/3");
  }

  /**
   * What goes before the time. Of a linearizable key: the number of the last change of its
   * partition. Of a key of which the last write wins: twice the token of the lock under which it
   * was last read or written, and one more if it was written; 0 if it never was. Of others: 0.
   */
  public long rank() {
    return rank;
  }

  /** Hybrid logical clock: upper 48 bits milliseconds since 1970, lower 16 bits a counter. */
  public long hlc() {
    return hlc;
  }

  /**
   * Id of the coordinator that stamped the write. In a tenant with retries ONCE, this and {@link
   * #boot} are a hash of the write.
   */
  public long node() {
    return node;
  }

  /** How often that coordinator had started when it stamped the write. */
  public int boot() {
    return boot;
  }

  /**
   * When the write was stamped, by the coordinator's clock, in milliseconds since 1970. In a tenant
   * with retries ONCE, by the client's estimate of it.
   */
  public long millis() {
    return hlc >>> 16;
  }

  @Override
  public int compareTo(Version that) {
    return ORDER.compare(this, that);
  }

  /** Milliseconds and counter of the clock, then the node; the rank first where there is one. */
  @Override
  public String toString() {
    String stamp = millis() + "." + (hlc & 0xFFFF) + "@" + Hex.of(node) + "/" + boot;
    return rank == 0 ? stamp : rank + ":" + stamp;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Version that
        && rank == that.rank
        && hlc == that.hlc
        && node == that.node
        && boot == that.boot;
  }

  @Override
  public int hashCode() {
    return Objects.hash(rank, hlc, node, boot);
  }
}
