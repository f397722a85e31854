package io.quorate.node.config;

/** Whether a node tells by gRPC reflection which services it has. */
public enum ReflectionChoice {
  /** It does not. */
  OFF,
  /** All who reach it may ask. */
  ON
}
