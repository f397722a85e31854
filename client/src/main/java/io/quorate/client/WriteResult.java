package io.quorate.client;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A put or delete that is on stable storage of as many replicas as the level asked for. */
public final class WriteResult {
  private final Version version;
  private final ResultInfo info;

  private WriteResult(Version version, ResultInfo info) {
    this.version = version;
    this.info = info;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static WriteResult of(Version version, ResultInfo info) {
    return new WriteResult(version, info);
  }

  /** The version written. */
  public Version version() {
    return version;
  }

  /** How it came about. */
  public ResultInfo info() {
    return info;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof WriteResult that
        && version.equals(that.version)
        && info.equals(that.info);
  }

  @Override
  public int hashCode() {
    return Objects.hash(version, info);
  }

  @Override
  public String toString() {
    return "WriteResult[version=" + version + ", info=" + info + "]";
  }
}
