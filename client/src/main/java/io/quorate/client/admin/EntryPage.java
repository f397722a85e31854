package io.quorate.client.admin;

import io.quorate.client.ScanEntry;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A part of one partition of a tenant, as a scan shows it. */
public final class EntryPage {
  private final List<ScanEntry> entries;
  private final byte @Nullable [] next;

  private EntryPage(List<ScanEntry> entries, byte @Nullable [] next) {
    this.entries = List.copyOf(entries);
    this.next = next;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static EntryPage of(List<ScanEntry> entries, byte @Nullable [] next) {
    return new EntryPage(entries, next);
  }

  /** Keys that have a value, in the order of their bytes. May be empty though there are more. */
  public List<ScanEntry> entries() {
    return entries;
  }

  /** After which key the next page of the partition begins; null: this is the last one. */
  public byte @Nullable [] next() {
    return next;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EntryPage that
        && entries.equals(that.entries)
        && Objects.deepEquals(next, that.next);
  }

  @Override
  public int hashCode() {
    return entries.hashCode();
  }

  @Override
  public String toString() {
    return "EntryPage{%d entries%s}".formatted(entries.size(), next == null ? ", the last" : "");
  }
}
