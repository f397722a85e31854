package io.quorate.version;

/**
 * What replicas say of a record instead of sending it: enough to tell whether both hold the same
 * and, if not, whose is newer. Ordered as {@link Record#merge} orders.
 *
 * <p>A version alone would be enough if no two records ever had the same one. They do when a data
 * directory was copied and both copies run, or when a virtual machine was set back: then its boot
 * counter is used twice. Of such records the one with the greater hash wins, on all replicas alike;
 * which one that is means nothing.
 *
 * @param hash {@link Record#contentHash}
 */
public record Summary(Version version, long hash) implements Comparable<Summary> {
  @Override
  public int compareTo(Summary that) {
    int byVersion = version.compareTo(that.version);
    return byVersion != 0 ? byVersion : Long.compareUnsigned(hash, that.hash);
  }

  public boolean isAfter(Summary that) {
    return compareTo(that) > 0;
  }

  @Override
  public String toString() {
    return version + "#" + Long.toHexString(hash);
  }
}
