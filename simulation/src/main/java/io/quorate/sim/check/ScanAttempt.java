package io.quorate.sim.check;

import io.quorate.model.KeyRange;
import io.quorate.placement.Level;
import io.quorate.replication.api.ScanPage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One client's reading of a range of keys, page by page. */
public final class ScanAttempt {
  private final int number;
  private final KeyRange keys;
  private final @Nullable Level level;
  private final Level promised;
  private final String region;

  ScanAttempt(int number, KeyRange keys, @Nullable Level level, Level promised, String region) {
    this.number = number;
    this.keys = keys;
    this.level = level;
    this.promised = promised;
    this.region = region;
  }

  int number() {
    return number;
  }

  /** Whether it is to find a key, if that is there. */
  boolean includes(String key) {
    return keys.contains(key.getBytes(StandardCharsets.UTF_8));
  }

  @Nullable Level level() {
    return level;
  }

  /** The level that it asks for, as its promises are counted. */
  Level promised() {
    return promised;
  }

  /** Where the node stands that was asked. */
  String region() {
    return region;
  }

  @Override
  public String toString() {
    String bounds = keys.isPrefixOnly() ? "" : " (" + keys + ")";
    return "#%d scan '%s'%s at %s".formatted(number, Text.of(keys.prefix()), bounds, level);
  }

  /**
   * What it found, over all pages.
   *
   * @param saidStale whether it says that it may have missed something
   */
  public record Found(List<ScanPage.Entry> entries, boolean saidStale) {
    public Found {
      entries = List.copyOf(entries);
    }
  }
}
