package io.quorate.client;

import io.quorate.client.internal.text.Hex;
import java.util.Comparator;

/**
 * The version of one stored value. Versions of a key are totally ordered: by token, then clock,
 * then node, then boot.
 *
 * @param token fencing token of the lock the write was made under; 0 without one
 * @param hlc hybrid logical clock: upper 48 bits milliseconds since 1970, lower 16 bits a counter
 * @param node id of the coordinator that stamped the write
 * @param boot how often that coordinator had started when it stamped the write
 */
public record Version(long token, long hlc, long node, int boot) implements Comparable<Version> {
  private static final Comparator<Version> ORDER =
      Comparator.comparing(Version::token, Long::compareUnsigned)
          .thenComparing(Version::hlc, Long::compareUnsigned)
          .thenComparing(Version::node, Long::compareUnsigned)
          .thenComparing(Version::boot, Integer::compareUnsigned);

  /** When the write was stamped, by the coordinator's clock, in milliseconds since 1970. */
  public long millis() {
    return hlc >>> 16;
  }

  @Override
  public int compareTo(Version that) {
    return ORDER.compare(this, that);
  }

  /** Milliseconds and counter of the clock, then the node; the token first where there is one. */
  @Override
  public String toString() {
    String stamp = millis() + "." + (hlc & 0xFFFF) + "@" + Hex.of(node) + "/" + boot;
    return token == 0 ? stamp : token + ":" + stamp;
  }
}
