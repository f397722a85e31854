package io.quorate.node.config;

/** The words for {@link io.quorate.storage.Durability}. */
enum DurabilityChoice {
  SYNC,
  PERIODIC
}
