package io.quorate.raft;

import io.quorate.model.NodeId;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a node sees its group, at one moment; for status pages.
 *
 * @param membershipIndex index of the membership in force; pending while above {@code commitIndex}
 * @param transferTarget the node that leadership is being handed over to
 * @param followers what a leader knows of the others; empty elsewhere
 */
public record RaftStatus(
    NodeId self,
    Role role,
    long term,
    @Nullable NodeId votedFor,
    @Nullable NodeId leader,
    long commitIndex,
    long appliedIndex,
    EntryId last,
    EntryId snapshot,
    Membership membership,
    long membershipIndex,
    @Nullable NodeId transferTarget,
    SortedMap<NodeId, FollowerStatus> followers) {

  public RaftStatus {
    followers = Collections.unmodifiableSortedMap(new TreeMap<>(followers));
  }

  /**
   * @param matchIndex up to where the follower's log is known to equal the leader's
   * @param nextIndex the next entry to send
   * @param heard whether it answered since the last check for a quorum
   * @param snapshotBytesSent how far a snapshot transfer is; 0 if there is none
   */
  public record FollowerStatus(
      FollowerMode mode,
      long matchIndex,
      long nextIndex,
      boolean heard,
      int appendsInFlight,
      long snapshotBytesSent) {}

  /** How a leader sends to a follower. */
  public enum FollowerMode {
    /** Where the logs part is not known: one append at a time. */
    PROBE,
    /** In step: appends are sent without waiting for answers, up to a limit. */
    REPLICATE,
    /** What it needs is compacted away: a snapshot is on its way. */
    SNAPSHOT
  }
}
