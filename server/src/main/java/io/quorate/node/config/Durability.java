package io.quorate.node.config;

/** When a write counts as stored. */
public enum Durability {
  /** Once it is on stable storage. */
  SYNC,
  /**
   * Once the operating system has it; stable storage follows within the sync interval. A crash of
   * the machine, not of the process alone, may lose what was acknowledged since.
   */
  PERIODIC
}
