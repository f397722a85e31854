package io.quorate.raft;

import io.quorate.model.NodeId;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who takes part: voters elect and commit, learners only receive. The latest one in the log is in
 * force, committed or not (4.1).
 */
public record Membership(SortedSet<NodeId> voters, SortedSet<NodeId> learners) {
  /** Of a node that has heard of no group yet; it waits for a leader. */
  public static final Membership NONE =
      new Membership(Collections.emptySortedSet(), Collections.emptySortedSet());

  private static final int FORMAT = 1;
  private static final int NODE_ID_BYTES = 8;

  public Membership {
    voters = Collections.unmodifiableSortedSet(new TreeSet<>(voters));
    learners = Collections.unmodifiableSortedSet(new TreeSet<>(learners));
    if (!Collections.disjoint(voters, learners)) {
      throw new IllegalArgumentException(
          "a node is voter or learner, not both: voters " + voters + ", learners " + learners);
    }
  }

  public static Membership of(Collection<NodeId> voters, Collection<NodeId> learners) {
    return new Membership(new TreeSet<>(voters), new TreeSet<>(learners));
  }

  public boolean isVoter(NodeId node) {
    return voters.contains(node);
  }

  public boolean isLearner(NodeId node) {
    return learners.contains(node);
  }

  public boolean contains(NodeId node) {
    return isVoter(node) || isLearner(node);
  }

  /** All, in order. */
  public SortedSet<NodeId> members() {
    SortedSet<NodeId> all = new TreeSet<>(voters);
    all.addAll(learners);
    return all;
  }

  /** How many voters make a majority. */
  public int majority() {
    return voters.size() / 2 + 1;
  }

  /** Why a change cannot be made to this membership; null if it can. */
  public @Nullable String refusalOf(MembershipChange change) {
    NodeId node = change.node();
    boolean lastVoter = voters.size() == 1 && isVoter(node);
    return switch (change) {
      case MembershipChange.AddLearner add ->
          contains(node) ? "node " + node + " is a member already" : null;
      case MembershipChange.Promote promote ->
          isLearner(node) ? null : "node " + node + " is not a learner: add it as one first";
      case MembershipChange.Demote demote ->
          !isVoter(node)
              ? "node " + node + " is not a voter"
              : lastVoter ? "node " + node + " is the last voter: promote another first" : null;
      case MembershipChange.Remove remove ->
          !contains(node)
              ? "node " + node + " is not a member"
              : lastVoter ? "node " + node + " is the last voter: promote another first" : null;
    };
  }

  /**
   * This membership with one change made. Each change moves at most one voter, so every majority
   * before meets every majority after (4.1).
   *
   * @throws IllegalArgumentException if {@link #refusalOf} has something against it
   */
  public Membership after(MembershipChange change) {
    String refusal = refusalOf(change);
    if (refusal != null) {
      throw new IllegalArgumentException(refusal);
    }
    SortedSet<NodeId> nextVoters = new TreeSet<>(voters);
    SortedSet<NodeId> nextLearners = new TreeSet<>(learners);
    nextVoters.remove(change.node());
    nextLearners.remove(change.node());
    switch (change) {
      case MembershipChange.AddLearner add -> nextLearners.add(add.node());
      case MembershipChange.Promote promote -> nextVoters.add(promote.node());
      case MembershipChange.Demote demote -> nextLearners.add(demote.node());
      case MembershipChange.Remove remove -> {}
    }
    return new Membership(nextVoters, nextLearners);
  }

  /** The bytes of it in a log entry or a snapshot: format, voters, learners. */
  public byte[] encode() {
    Encoder out = new Encoder(4 + NODE_ID_BYTES * (voters.size() + learners.size()));
    out.u8(FORMAT);
    encode(out, voters);
    encode(out, learners);
    return out.toBytes();
  }

  private static void encode(Encoder out, SortedSet<NodeId> nodes) {
    out.varint(nodes.size());
    nodes.forEach(out::node);
  }

  /**
   * @throws MalformedRaftBytesException if it is not what {@link #encode()} writes
   */
  public static Membership decode(byte[] bytes) {
    Decoder in = new Decoder(bytes);
    int format = in.u8();
    if (format != FORMAT) {
      throw new MalformedRaftBytesException(
          "membership of format " + format + ", this node knows " + FORMAT + ": upgrade it");
    }
    SortedSet<NodeId> voters = decode(in);
    SortedSet<NodeId> learners = decode(in);
    in.finish();
    if (!Collections.disjoint(voters, learners)) {
      throw new MalformedRaftBytesException("a node is both voter and learner");
    }
    return new Membership(voters, learners);
  }

  private static SortedSet<NodeId> decode(Decoder in) {
    SortedSet<NodeId> nodes = new TreeSet<>();
    int count = in.count(NODE_ID_BYTES);
    for (int i = 0; i < count; i++) {
      NodeId node = in.node();
      if (!nodes.isEmpty() && node.compareTo(nodes.last()) <= 0) {
        throw new MalformedRaftBytesException("members are not in ascending order");
      }
      nodes.add(node);
    }
    return nodes;
  }
}
