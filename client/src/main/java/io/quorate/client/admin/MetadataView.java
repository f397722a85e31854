package io.quorate.client.admin;

import java.util.List;

/**
 * The metadata group (Raft).
 *
 * @param leader id of the leader; empty when none is known
 * @param term current term
 * @param commitIndex highest log index known to be committed
 * @param appliedIndex highest log index the answering node has applied
 * @param voters ids of the voters
 * @param learners ids of the learners
 * @param stuck why the answering node cannot follow what the group decides; empty if it can
 */
public record MetadataView(
    String leader,
    long term,
    long commitIndex,
    long appliedIndex,
    List<String> voters,
    List<String> learners,
    String stuck) {
  public MetadataView {
    voters = List.copyOf(voters);
    learners = List.copyOf(learners);
  }
}
