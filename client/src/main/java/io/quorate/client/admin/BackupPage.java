package io.quorate.client.admin;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A part of one partition of a tenant, as a backup keeps it. */
public final class BackupPage {
  private final List<BackupRecord> records;
  private final byte @Nullable [] next;
  private final boolean potentiallyStale;
  private final long hlc;

  private BackupPage(
      List<BackupRecord> records, byte @Nullable [] next, boolean potentiallyStale, long hlc) {
    this.records = List.copyOf(records);
    this.next = next;
    this.potentiallyStale = potentiallyStale;
    this.hlc = hlc;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static BackupPage of(
      List<BackupRecord> records, byte @Nullable [] next, boolean potentiallyStale, long hlc) {
    return new BackupPage(records, next, potentiallyStale, hlc);
  }

  /** Keys that have something, in the order of their bytes. May be empty though there are more. */
  public List<BackupRecord> records() {
    return records;
  }

  /** After which key the next page of the partition begins; null: this is the last one. */
  public byte @Nullable [] next() {
    return next;
  }

  /**
   * Whether a write that was acknowledged may be missing: the tenant's writes are acknowledged by
   * so few replicas, or a loss was accepted for the partition.
   */
  public boolean isPotentiallyStale() {
    return potentiallyStale;
  }

  /**
   * The hybrid time of the node that answered, before it read the page: milliseconds since 1970
   * times 65,536, and a counter. 0 if it is not known.
   */
  public long hlc() {
    return hlc;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof BackupPage that
        && records.equals(that.records)
        && Objects.deepEquals(next, that.next)
        && potentiallyStale == that.potentiallyStale
        && hlc == that.hlc;
  }

  @Override
  public int hashCode() {
    return Objects.hash(records, potentiallyStale);
  }

  @Override
  public String toString() {
    return "BackupPage{%d records%s}".formatted(records.size(), next == null ? ", the last" : "");
  }
}
