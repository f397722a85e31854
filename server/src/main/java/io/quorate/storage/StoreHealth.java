package io.quorate.storage;

/**
 * What the disk can do for its node right now. Reads are served in every state.
 *
 * @param reason what happened and what to do about it; empty while it is writable
 */
public record StoreHealth(State state, String reason) {
  public static final StoreHealth WRITABLE = new StoreHealth(State.WRITABLE, "");

  /** What becomes of writes. */
  public enum State {
    WRITABLE,
    /** Refused for want of space; accepted again by itself once there is some. */
    FULL,
    /**
     * Refused until the node is restarted: a write or sync failed, and what is on disk is unsure.
     */
    FAILED
  }

  public boolean isWritable() {
    return state == State.WRITABLE;
  }
}
