package io.quorate.event;

/**
 * Something that happened in a node, as a small value. It is told once, where it happens, on the
 * lane; listeners neither block nor answer.
 */
public interface Event {
  /**
   * Adds this event to its meters. May be called on any thread, and on the path of every request:
   * an implementation only calls {@code tally}.
   *
   * <p>An event that does nothing here says why, by {@link Unmetered}.
   */
  default void count(Tally tally) {}

  /** Writes the line of this event for people; without one of its own, it is traced. */
  default void tell(EventLog log) {
    log.trace(this);
  }
}
