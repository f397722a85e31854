package io.quorate.replication.api;

import io.quorate.version.Version;

/** What a linearizable key must have for a write to take effect. */
public sealed interface Condition {
  /** Bytes of a value that it has. */
  default int valueBytes() {
    return 0;
  }

  /** The key has no value. */
  record Absent() implements Condition {}

  /**
   * The key has this value.
   *
   * @param value not to be changed
   */
  record Value(byte[] value) implements Condition {
    @Override
    public int valueBytes() {
      return value.length;
    }
  }

  /** The key has the value of this version. */
  record Of(Version version) implements Condition {}
}
