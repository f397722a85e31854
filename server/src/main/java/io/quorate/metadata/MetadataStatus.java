package io.quorate.metadata;

import io.quorate.model.NodeId;
import io.quorate.raft.Role;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The metadata group as one node sees it.
 *
 * @param leader null if none is known
 * @param commitIndex highest log index known here to be committed
 * @param settledIndex highest log index that is folded in, durable and published here
 * @param stuck why the node cannot follow what the group decides; empty if it can
 * @param announcementRefused why the cluster does not take what the node announces of itself; empty
 *     if it does
 */
public record MetadataStatus(
    Role role,
    @Nullable NodeId leader,
    long term,
    long commitIndex,
    long settledIndex,
    List<NodeId> voters,
    List<NodeId> learners,
    String stuck,
    String announcementRefused) {

  /** Of a node that can follow, and is taken for what it announces. */
  public MetadataStatus(
      Role role,
      @Nullable NodeId leader,
      long term,
      long commitIndex,
      long settledIndex,
      List<NodeId> voters,
      List<NodeId> learners) {
    this(role, leader, term, commitIndex, settledIndex, voters, learners, "", "");
  }

  public MetadataStatus {
    voters = List.copyOf(voters);
    learners = List.copyOf(learners);
  }
}
