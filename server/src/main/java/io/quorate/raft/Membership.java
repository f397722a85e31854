package io.quorate.raft;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.bytes.MalformedBytesException;
import io.quorate.model.ByteFormat;
import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that take part: voters elect and commit, learners only receive. The latest one in the
 * log is in force, committed or not (4.1).
 *
 * @param recoveries how often the group went on without the majority of its voters, oldest first
 */
public record Membership(
    SortedSet<NodeId> voters, SortedSet<NodeId> learners, List<Recovery> recoveries) {
  /** Of a node that has heard of no group yet; it waits for a leader. */
  public static final Membership NONE =
      new Membership(Collections.emptySortedSet(), Collections.emptySortedSet());

  /** Of a group that was never recovered: what versions before recovery know, too. */
  private static final int FORMAT = ByteFormat.MEMBERSHIP.only();

  private static final int FORMAT_WITH_RECOVERIES = ByteFormat.RECOVERED_MEMBERSHIP.only();
  private static final int NODE_ID_BYTES = 8;
  private static final int RECOVERY_BYTES_MIN = 3;

  /** Of a group that was never recovered. */
  public Membership(SortedSet<NodeId> voters, SortedSet<NodeId> learners) {
    this(voters, learners, List.of());
  }

  public Membership {
    voters = Collections.unmodifiableSortedSet(new TreeSet<>(voters));
    learners = Collections.unmodifiableSortedSet(new TreeSet<>(learners));
    recoveries = List.copyOf(recoveries);
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
    return new Membership(nextVoters, nextLearners, recoveries);
  }

  /** The survivor of a recovery alone, with all others to learn from it. */
  public Membership recovered(NodeId survivor, Recovery recovery) {
    SortedSet<NodeId> others = members();
    others.remove(survivor);
    List<Recovery> all = new ArrayList<>(recoveries);
    all.add(recovery);
    return new Membership(new TreeSet<>(List.of(survivor)), others, all);
  }

  /**
   * The recovery that went on from a log which lacks what is committed up to {@code committed};
   * null if there is none: then the group's log has all of that.
   *
   * <p>Only the first one after that entry's generation can have lost it. The survivor's log has
   * the entry if its own last one is not older, in the order of elections: of the same term, both
   * come from one leader's log, which grows at its end; of a later one, that term's leader had all
   * that was committed before (3.6.3), and the survivor has the leader's log up to there.
   */
  public @Nullable Recovery lossOf(EntryId committed) {
    long generation = Recovery.generationOf(committed.term());
    for (Recovery each : recoveries) {
      if (each.generation() > generation) {
        return committed.compareTo(each.after()) > 0 ? each : null;
      }
    }
    return null;
  }

  /** The generation of its recovery that was last; 0 if there was none. */
  public long generation() {
    return recoveries.isEmpty() ? 0 : recoveries.getLast().generation();
  }

  /** Whether this membership comes after {@code before} by one change, or is the same. */
  boolean isOneChangeFrom(Membership before) {
    SortedSet<NodeId> moved = new TreeSet<>();
    for (NodeId node : members()) {
      if (before.isVoter(node) != isVoter(node) || before.isLearner(node) != isLearner(node)) {
        moved.add(node);
      }
    }
    for (NodeId node : before.members()) {
      if (!contains(node)) {
        moved.add(node);
      }
    }
    return moved.size() <= 1 && !voters.isEmpty() && recoveries.equals(before.recoveries);
  }

  /** The bytes of it in a log entry or a snapshot: format, voters, learners, recoveries. */
  public byte[] encode() {
    ByteWriter out = new ByteWriter(4 + NODE_ID_BYTES * (voters.size() + learners.size()));
    out.writeByte(recoveries.isEmpty() ? FORMAT : FORMAT_WITH_RECOVERIES);
    encode(out, voters);
    encode(out, learners);
    if (!recoveries.isEmpty()) {
      encode(out, recoveries);
    }
    return out.toBytes();
  }

  static void encode(ByteWriter out, List<Recovery> recoveries) {
    out.writeVarint(recoveries.size());
    for (Recovery each : recoveries) {
      out.writeVarint(each.generation());
      each.after().writeTo(out);
    }
  }

  private static void encode(ByteWriter out, SortedSet<NodeId> nodes) {
    out.writeVarint(nodes.size());
    nodes.forEach(node -> out.writeFixed64(node.value()));
  }

  /**
   * @throws MalformedBytesException if it is not what {@link #encode()} writes
   */
  public static Membership decode(byte[] bytes) {
    ByteReader in = new ByteReader("a membership", bytes);
    int format = in.readByte();
    if (format != FORMAT && format != FORMAT_WITH_RECOVERIES) {
      throw in.malformed(
          "format %d, and this node knows up to %d: upgrade it"
              .formatted(format, FORMAT_WITH_RECOVERIES));
    }
    SortedSet<NodeId> voters = decode(in);
    SortedSet<NodeId> learners = decode(in);
    List<Recovery> recoveries = format == FORMAT_WITH_RECOVERIES ? decodeRecoveries(in) : List.of();
    in.expectEnd();
    if (!Collections.disjoint(voters, learners)) {
      throw in.malformed("a node is both voter and learner");
    }
    return new Membership(voters, learners, recoveries);
  }

  static List<Recovery> decodeRecoveries(ByteReader in) {
    List<Recovery> recoveries = new ArrayList<>();
    int count = in.readCount(RECOVERY_BYTES_MIN);
    for (int i = 0; i < count; i++) {
      long generation = in.readNumber();
      EntryId after = EntryId.read(in);
      try {
        recoveries.add(new Recovery(generation, after));
      } catch (IllegalArgumentException impossible) {
        throw in.malformed(impossible);
      }
    }
    if (recoveries.isEmpty()) {
      throw in.malformed("a group recovered never, in the format of one that was");
    }
    return recoveries;
  }

  private static SortedSet<NodeId> decode(ByteReader in) {
    SortedSet<NodeId> nodes = new TreeSet<>();
    int count = in.readCount(NODE_ID_BYTES);
    for (int i = 0; i < count; i++) {
      NodeId node = new NodeId(in.readFixed64());
      if (!nodes.isEmpty() && node.compareTo(nodes.last()) <= 0) {
        throw in.malformed("members are not in ascending order");
      }
      nodes.add(node);
    }
    return nodes;
  }
}
