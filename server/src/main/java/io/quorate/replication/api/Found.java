package io.quorate.replication.api;

import io.quorate.version.Record;
import org.jspecify.annotations.Nullable;

/** What a reader finds of a key that does not have one value. */
public sealed interface Found permits Siblings, Fields {
  /** The record that it is from; null if another node has read it. */
  @Nullable Record record();

  /** Bytes of all values. */
  int valueBytes();
}
