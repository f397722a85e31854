package io.quorate.node;

/**
 * Whether a node should be sent requests.
 *
 * @param waitingFor why not yet; empty if it is ready
 */
public record Readiness(boolean ready, String waitingFor) {
  static final Readiness READY = new Readiness(true, "");

  static Readiness not(String waitingFor) {
    return new Readiness(false, waitingFor);
  }
}
