package io.quorate.metadata;

import io.quorate.event.Event;
import io.quorate.event.EventLog;
import io.quorate.event.Unmetered;
import io.quorate.model.NodeId;

/**
 * A node that is to leave the cluster has given its partitions away, and its removal waits, since
 * its vote is still needed. Told by the leader, once for as long as the reason is the same.
 *
 * @param detail what is waited for, in half a sentence
 */
@Unmetered("a removal that waits is shown where changes of the topology are")
public record VoteKept(NodeId node, Why why, String detail) implements Event {
  @Override
  public void tell(EventLog log) {
    String line =
        "node {} has given its partitions away and still votes in the metadata group, so its"
            + " removal waits: {}";
    if (why == Why.NEEDED) {
      log.warn(line, node, detail);
    } else {
      log.info(line, node, detail);
    }
  }

  /** Why a node still votes. */
  public enum Why {
    /** Raft takes no vote away where those that answer would be no majority of those left. */
    NEEDED,
    /** Nodes that are to vote in its place have not begun to. */
    OTHERS_ARE_TO_VOTE,
    /** Nodes join, and vote in its place once they have their partitions. */
    OTHERS_JOIN,
    /** It leads the group, and no other has taken that over yet. */
    LEADS
  }
}
