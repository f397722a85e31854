package io.quorate.placement;

/** What the answers so far say about an operation. */
public enum Verdict {
  /** Enough replicas answered. */
  REACHED,
  /** Enough still may. */
  PENDING,
  /** Too many failed: no further answer helps. */
  UNREACHABLE
}
