package io.quorate.node;

/** What may be wrong about how a replica comes to hold what it must, for tests that notice it. */
public enum LaxFilling {
  /** It counts before it is full, and is filled all the same. */
  COUNTS_MEANWHILE,
  /** What is damaged is dropped though nobody has taken note that it is to be filled. */
  DROPPED_UNASKED
}
