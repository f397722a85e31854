package io.quorate.sim.check;

import io.quorate.placement.Level;
import io.quorate.replication.api.ScanPage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One client's reading of all keys with a prefix, page by page. */
public final class ScanAttempt {
  private final int number;
  private final String prefix;
  private final @Nullable Level level;
  private final Level promised;
  private final String region;

  ScanAttempt(int number, String prefix, @Nullable Level level, Level promised, String region) {
    this.number = number;
    this.prefix = prefix;
    this.level = level;
    this.promised = promised;
    this.region = region;
  }

  int number() {
    return number;
  }

  String prefix() {
    return prefix;
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
    return "#%d scan '%s' at %s".formatted(number, prefix, level);
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
