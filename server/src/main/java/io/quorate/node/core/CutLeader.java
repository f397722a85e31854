package io.quorate.node.core;

import io.quorate.cluster.Command;
import io.quorate.metadata.MetadataGroup;
import io.quorate.model.NodeId;

/**
 * The metadata group, to which a node says how far it is with a cut, and whose leader drives it.
 */
record CutLeader(NodeId self, MetadataGroup group) implements CutPart.Group {
  @Override
  public boolean leads() {
    return self.equals(group.status().leader());
  }

  @Override
  public void report(byte[] content) {
    group.report(content);
  }

  @Override
  public void propose(Command command, long deadlineNanos) {
    group.propose(command, deadlineNanos, outcome -> {});
  }
}
