package io.quorate.replication.health;

import io.quorate.replication.background.Slowdown;
import java.util.function.BooleanSupplier;

/**
 * What a node tells the others of its own condition.
 *
 * @param writable whether it takes writes
 * @param slowdown what its clients feel of other work
 */
public record OwnCondition(BooleanSupplier writable, Slowdown slowdown) {}
