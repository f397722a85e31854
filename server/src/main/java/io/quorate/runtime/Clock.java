package io.quorate.runtime;

/** The only way to tell time. */
public interface Clock {
  /** Milliseconds since 1970 as this node believes; may jump, and differs from node to node. */
  long wallMillis();

  /** A monotonic count of nanoseconds with an arbitrary origin, for deadlines and durations. */
  long nanos();
}
