package io.quorate.client;

import org.jspecify.annotations.Nullable;

/**
 * An update of a counter, a set or a map that is on stable storage of as many replicas as the level
 * asked for. It does not tell what the key has afterwards: others update it, too.
 */
public final class UpdateResult {
  private final ResultInfo info;

  private UpdateResult(ResultInfo info) {
    this.info = info;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static UpdateResult of(ResultInfo info) {
    return new UpdateResult(info);
  }

  /** How it came about. */
  public ResultInfo info() {
    return info;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof UpdateResult that && info.equals(that.info);
  }

  @Override
  public int hashCode() {
    return info.hashCode();
  }

  @Override
  public String toString() {
    return "UpdateResult[info=" + info + "]";
  }
}
