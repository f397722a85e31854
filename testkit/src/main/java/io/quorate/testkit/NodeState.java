package io.quorate.testkit;

/** What a node of a cluster under test does. */
public enum NodeState {
  /** It runs. Whether it serves is another question: see {@link ClusterNode#awaitReady}. */
  RUNNING,
  /** It runs and does nothing until {@link ClusterNode#resume}. */
  PAUSED,
  /** It was stopped in order, by {@link ClusterNode#stop}. */
  STOPPED,
  /** It was killed, by {@link ClusterNode#kill}. */
  KILLED,
  /** It ended by itself: {@link ClusterNode#toString} says why. */
  ENDED
}
