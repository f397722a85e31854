package io.quorate.client;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One page of a scan. */
public final class ScanPage {
  private final List<ScanEntry> entries;
  private final byte[] cursor;
  private final boolean last;
  private final boolean potentiallyStale;

  private ScanPage(List<ScanEntry> entries, byte[] cursor, boolean last, boolean potentiallyStale) {
    this.entries = List.copyOf(entries);
    this.cursor = cursor;
    this.last = last;
    this.potentiallyStale = potentiallyStale;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static ScanPage of(
      List<ScanEntry> entries, byte[] cursor, boolean last, boolean potentiallyStale) {
    return new ScanPage(entries, cursor, last, potentiallyStale);
  }

  /**
   * Its entries, in partition order and by key within a partition, or with {@link
   * ScanOptions#reverse(boolean)} in the opposite order; possibly none.
   */
  public List<ScanEntry> entries() {
    return entries;
  }

  /**
   * Where to go on after this page, also in another scan or another process (see {@link
   * ScanOptions#cursor}); empty: there is nothing more.
   */
  public byte[] cursor() {
    return cursor;
  }

  /**
   * Whether the scan ends with this page: there is nothing more, or {@link ScanOptions#limit} is
   * reached.
   */
  public boolean last() {
    return last;
  }

  /** Whether the levels in use let the scan miss acknowledged writes. */
  public boolean potentiallyStale() {
    return potentiallyStale;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ScanPage that
        && entries.equals(that.entries)
        && Arrays.equals(cursor, that.cursor)
        && last == that.last
        && potentiallyStale == that.potentiallyStale;
  }

  @Override
  public int hashCode() {
    return Objects.hash(entries, Arrays.hashCode(cursor), last, potentiallyStale);
  }

  @Override
  public String toString() {
    return "ScanPage[entries="
        + entries
        + ", cursor="
        + Arrays.toString(cursor)
        + ", last="
        + last
        + ", potentiallyStale="
        + potentiallyStale
        + "]";
  }
}
