package io.quorate.transport.codec;

import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;

/**
 * What opens a stream between two nodes.
 *
 * @param incarnation how often the speaker has started
 * @param protocol version of the internode protocol that it speaks
 */
public record Hello(NodeId node, ClusterId cluster, int incarnation, int protocol) {
  /** The version that this code speaks. */
  public static final int PROTOCOL = 1;
}
