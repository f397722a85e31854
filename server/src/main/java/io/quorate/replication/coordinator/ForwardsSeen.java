package io.quorate.replication.coordinator;

import io.quorate.model.NodeId;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which forwarded operations have come here lately. Records may arrive twice, for they merge; an
 * operation may not: the second put would be stamped above a later write that had replaced the
 * first.
 */
final class ForwardsSeen {
  private static final int REMEMBERED_MAX = 65_536;

  private final Map<Sent, Boolean> seen =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Sent, Boolean> eldest) {
          return size() > REMEMBERED_MAX;
        }
      };

  /** Ids of one node are not used again while it runs, and differ between its starts. */
  private record Sent(NodeId from, long id) {}

  boolean isNew(NodeId from, long id) {
    return seen.put(new Sent(from, id), true) == null;
  }
}
