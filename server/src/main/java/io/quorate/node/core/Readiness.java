package io.quorate.node.core;

/**
 * Whether a node should be sent requests.
 *
 * @param waitingFor why not yet; empty if it is ready
 */
public record Readiness(boolean ready, String waitingFor) {
  public static final Readiness READY = new Readiness(true, "");

  public static Readiness not(String waitingFor) {
    return new Readiness(false, waitingFor);
  }
}
