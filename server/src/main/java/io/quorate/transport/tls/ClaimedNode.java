package io.quorate.transport.tls;

import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which node someone says to be.
 *
 * @param cluster that it says to be of; null if of none yet
 * @param addresses host:port, of which all are to be its own: where it says that it is, and where
 *     the cluster knows it to be
 */
public record ClaimedNode(NodeId node, @Nullable ClusterId cluster, Set<String> addresses) {
  public ClaimedNode {
    addresses = Set.copyOf(addresses);
  }
}
