package io.quorate.storage;

import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * The identity of this node, kept in its data directory. Blocks: for start-up and formation only.
 */
public interface IdentityStore {
  /** What is durable, or null in a fresh data directory. */
  @Nullable Identity load();

  /**
   * Makes an identity durable before it returns.
   *
   * @throws StorageOpenException if the disk does not take it: it may or may not be there
   */
  void save(Identity identity);

  /**
   * The identity of a node.
   *
   * @param boot how often it has started; grows at every start and is durable before it serves
   * @param cluster the cluster it belongs to; null until that has formed
   */
  record Identity(NodeId node, int boot, @Nullable ClusterId cluster) {}
}
