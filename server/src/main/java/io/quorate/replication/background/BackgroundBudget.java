package io.quorate.replication.background;

import io.quorate.model.NodeId;

/**
 * How much work may be done now that no client waits for. It is counted in records that are read
 * here, or there, and stored on the other side; and in bytes, of which only the network between
 * regions has too few ({@link RegionBandwidth}).
 */
public interface BackgroundBudget {
  /** Whether more may be begun together with a node. */
  boolean isOpen(NodeId with);

  /** So much was begun; it is known when it was read how much it is, so it may be a debt. */
  void took(NodeId with, int records);

  /** So many bytes of records, versions or hashes went to a node, or came from it. */
  void carried(NodeId with, long bytes);

  /** No bound at all. */
  BackgroundBudget UNLIMITED =
      new BackgroundBudget() {
        @Override
        public boolean isOpen(NodeId with) {
          return true;
        }

        @Override
        public void took(NodeId with, int records) {}

        @Override
        public void carried(NodeId with, long bytes) {}
      };
}
