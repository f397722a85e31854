package io.quorate.metadata.bootstrap;

import io.quorate.metadata.MetadataFact;

/** Told how the bootstrap of a node goes, on its lane. Ends with one of the first two. */
public interface BootstrapListener {
  /** This node belongs to a cluster: its metadata group can start. */
  void joined(Joined joined);

  /** It cannot belong to one, and must stop. */
  void refused(Refusal refusal);

  /** Something happened on the way. */
  default void happened(MetadataFact fact) {}

  /** Nothing is wrong yet; said every few seconds. */
  void waiting(String forWhat);
}
