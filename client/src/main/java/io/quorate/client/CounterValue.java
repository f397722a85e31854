package io.quorate.client;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a read found of a key in a tenant with model COUNTERS. */
public final class CounterValue {
  private final long value;
  private final boolean found;
  private final ResultInfo info;

  private CounterValue(long value, boolean found, ResultInfo info) {
    this.value = value;
    this.found = found;
    this.info = info;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static CounterValue of(long value, boolean found, ResultInfo info) {
    return new CounterValue(value, found, info);
  }

  /** Returns one of a key that has been counted, as for a test. */
  public static CounterValue of(long value) {
    return new CounterValue(value, true, ResultInfo.NONE);
  }

  /**
   * All increments less all decrements; 0 if there was none. Where that does not fit into a long,
   * the largest or the smallest that there is.
   */
  public long value() {
    return value;
  }

  /** Whether the key was ever counted. */
  public boolean found() {
    return found;
  }

  /** How it came about. */
  public ResultInfo info() {
    return info;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CounterValue that
        && value == that.value
        && found == that.found
        && info.equals(that.info);
  }

  @Override
  public int hashCode() {
    return Objects.hash(value, found, info);
  }

  @Override
  public String toString() {
    return (found ? String.valueOf(value) : "nothing") + " " + info;
  }
}
