package io.quorate.transport.codec.peer;

import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.model.Release;

/**
 * What opens a stream between two nodes.
 *
 * @param address host:port of the speaker's gRPC server in this start
 * @param incarnation how often the speaker has started
 * @param protocols versions of the internode protocol that the speaker understands
 * @param release that the speaker runs
 */
public record Hello(
    NodeId node,
    ClusterId cluster,
    String address,
    int incarnation,
    Protocols protocols,
    Release release) {}
