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
 * @param diskMark the mark of the speaker's disk; 0 if it tells none
 */
public record Hello(
    NodeId node,
    ClusterId cluster,
    String address,
    int incarnation,
    Protocols protocols,
    Release release,
    long diskMark) {
  /** Of a node that tells no mark of its disk. */
  public Hello(
      NodeId node,
      ClusterId cluster,
      String address,
      int incarnation,
      Protocols protocols,
      Release release) {
    this(node, cluster, address, incarnation, protocols, release, 0);
  }

  /** The same with the mark that the disk has by now. */
  public Hello withDiskMark(long mark) {
    return new Hello(node, cluster, address, incarnation, protocols, release, mark);
  }
}
