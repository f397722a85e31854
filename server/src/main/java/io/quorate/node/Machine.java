package io.quorate.node;

import io.quorate.runtime.Clock;
import io.quorate.runtime.real.SystemClock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a node takes from the machine that it runs on, beside its disk and its threads. A node of a
 * test gets a clock that the test moves, and ways to other nodes that the test cuts.
 *
 * @param clock what the node tells the time by
 * @param ways from the address under which another node is known to the one to connect to; asked at
 *     each attempt
 * @param logs by which an operator of the node sets what the process logs; null if that is for the
 *     program alone that the node runs in
 */
public record Machine(Clock clock, UnaryOperator<String> ways, @Nullable LogLevels logs) {
  /** The clock of this machine, and no detours. */
  public static final Machine REAL = new Machine(new SystemClock(), UnaryOperator.identity());

  /** A machine whose logs are for the program alone that the node runs in. */
  public Machine(Clock clock, UnaryOperator<String> ways) {
    this(clock, ways, null);
  }

  /** The same machine, with logs that an operator of the node may change. */
  public Machine with(@Nullable LogLevels operated) {
    return new Machine(clock, ways, operated);
  }
}
