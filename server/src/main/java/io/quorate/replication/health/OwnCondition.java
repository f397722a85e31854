package io.quorate.replication.health;

import io.quorate.replication.background.Slowdown;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * What a node tells the others of its own condition.
 *
 * @param writable whether it takes writes
 * @param slowdown what its clients feel of other work
 * @param diskMark the mark of its disk; 0 for none
 */
public record OwnCondition(BooleanSupplier writable, Slowdown slowdown, LongSupplier diskMark) {
  /** Of a node that tells no mark of its disk. */
  public OwnCondition(BooleanSupplier writable, Slowdown slowdown) {
    this(writable, slowdown, () -> 0);
  }
}
