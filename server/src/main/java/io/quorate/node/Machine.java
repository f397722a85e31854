package io.quorate.node;

import io.quorate.runtime.Clock;
import io.quorate.runtime.real.SystemClock;
import java.util.function.UnaryOperator;

/**
 * What a node takes from the machine that it runs on, beside its disk and its threads. A node of a
 * test gets a clock that the test moves, and ways to other nodes that the test cuts.
 *
 * @param clock what the node tells the time by
 * @param ways from the address under which another node is known to the one to connect to; asked at
 *     each attempt
 */
public record Machine(Clock clock, UnaryOperator<String> ways) {
  /** The clock of this machine, and no detours. */
  public static final Machine REAL = new Machine(new SystemClock(), UnaryOperator.identity());
}
