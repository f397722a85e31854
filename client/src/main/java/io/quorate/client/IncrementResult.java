package io.quorate.client;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An increment that is on stable storage of a majority of the replicas. */
public final class IncrementResult {
  private final long sum;
  private final Version version;
  private final ResultInfo info;

  private IncrementResult(long sum, Version version, ResultInfo info) {
    this.sum = sum;
    this.version = version;
    this.info = info;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static IncrementResult of(long sum, Version version, ResultInfo info) {
    return new IncrementResult(sum, version, info);
  }

  /** What the increment made of the number. */
  public long sum() {
    return sum;
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
    return other instanceof IncrementResult that
        && sum == that.sum
        && version.equals(that.version)
        && info.equals(that.info);
  }

  @Override
  public int hashCode() {
    return Objects.hash(sum, version, info);
  }

  @Override
  public String toString() {
    return "IncrementResult[sum=" + sum + ", version=" + version + ", info=" + info + "]";
  }
}
