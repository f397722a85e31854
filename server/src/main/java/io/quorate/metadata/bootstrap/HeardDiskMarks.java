package io.quorate.metadata.bootstrap;

import io.quorate.model.NodeId;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The highest mark of each other node's disk ({@link DiskMarks}) that was heard in this start. */
public final class HeardDiskMarks {
  private final Map<NodeId, Long> highest = new HashMap<>();

  /** Another node tells its mark. */
  public void heard(NodeId from, long mark) {
    if (mark != DiskMarks.NOT_TOLD) {
      highest.merge(from, mark, Math::max);
    }
  }

  /** Forgets nodes that are no members any more. */
  public void retain(Set<NodeId> members) {
    highest.keySet().retainAll(members);
  }

  /** Whether a higher mark of a node was heard than it now says that its disk has. */
  public boolean isSetBack(NodeId node, long told) {
    return told != DiskMarks.NOT_TOLD && told < of(node);
  }

  /** The highest mark of a node that was heard; {@link DiskMarks#NOT_TOLD} if none was. */
  long of(NodeId node) {
    return highest.getOrDefault(node, DiskMarks.NOT_TOLD);
  }
}
