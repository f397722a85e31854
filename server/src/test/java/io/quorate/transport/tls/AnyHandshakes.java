package io.quorate.transport.tls;

import io.quorate.runtime.Lane;
import io.quorate.runtime.real.SystemClock;

/** Turns of connections, in tests that are not about them: more than a test takes. */
public final class AnyHandshakes {
  private AnyHandshakes() {}

  public static HandshakeTurns on(Lane lane) {
    return new HandshakeTurns(
        100_000, 10_000, lane, new SystemClock(), address -> false, event -> {});
  }
}
