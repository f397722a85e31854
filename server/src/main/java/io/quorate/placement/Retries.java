package io.quorate.placement;

/** Whether a write that a client tries again may take effect more than once. */
public enum Retries {
  /** Each attempt is a write of its own, stamped by its coordinator. */
  REPEAT,
  /**
   * A write takes effect at most once, however often it is tried. Its client stamps it, and all
   * attempts store the same record (docs/design/once.md).
   */
  ONCE
}
