package io.quorate.transport.codec;

import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;

/**
 * What opens a stream between two nodes.
 *
 * @param address host:port of the speaker's gRPC server in this start
 * @param incarnation how often the speaker has started
 * @param protocol version of the internode protocol that it speaks
 */
public record Hello(NodeId node, ClusterId cluster, String address, int incarnation, int protocol) {
  /** The version that this code speaks. */
  public static final int PROTOCOL = 1;
}
