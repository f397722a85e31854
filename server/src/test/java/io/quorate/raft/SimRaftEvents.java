package io.quorate.raft;

import io.quorate.raft.RaftEvent.WhySteppedDown;

/** Counts windows by what the machines say happened. */
record SimRaftEvents(SimWindows windows) {

  void count(SimNode node, Ready done) {
    long truncatedFrom = Long.MAX_VALUE;
    for (RaftEvent event : done.events()) {
      if (event instanceof RaftEvent.LogTruncated truncated) {
        truncatedFrom = truncated.from();
      }
      if (event instanceof RaftEvent.MembershipInForce now
          && now.index() < truncatedFrom
          && truncatedFrom != Long.MAX_VALUE) {
        windows.enter(SimWindow.MEMBERSHIP_ROLLED_BACK);
      }
      count(node, event);
    }
    if (done.restore() == null) {
      done.committed().forEach(entry -> countInherited(node, entry));
    }
  }

  private void countInherited(SimNode node, Entry entry) {
    if (node.raft().role() == Role.LEADER && entry.term() < node.raft().term()) {
      windows.enter(SimWindow.COMMITTED_INHERITED);
    }
  }

  private void count(SimNode node, RaftEvent event) {
    switch (event) {
      case RaftEvent.Campaigned campaign -> {
        if (!campaign.preVote()) {
          windows.enter(SimWindow.CAMPAIGNED);
        }
        if (!node.raft().membership().isVoter(node.id())) {
          windows.enter(SimWindow.CANDIDATE_OUTSIDE_MEMBERSHIP);
        }
      }
      case RaftEvent.VoteGranted granted -> {}
      case RaftEvent.VoteRefused refused -> {
        if (refused.preVote()) {
          windows.enter(SimWindow.PRE_VOTE_REFUSED);
        } else {
          switch (refused.why()) {
            case LEADER_HEARD -> windows.enter(SimWindow.VOTE_REFUSED_LEADER_HEARD);
            case LOG_BEHIND -> windows.enter(SimWindow.VOTE_REFUSED_LOG_BEHIND);
            case VOTED_FOR_ANOTHER -> windows.enter(SimWindow.VOTE_REFUSED_VOTED);
            case OLD_TERM, OLD_GENERATION -> {}
          }
        }
      }
      case RaftEvent.BecameLeader won -> windows.enter(SimWindow.ELECTION_WON);
      case RaftEvent.SteppedDown down ->
          windows.enter(
              down.why() == WhySteppedDown.NEWER_TERM
                  ? SimWindow.STALE_LEADER_DEPOSED
                  : down.why() == WhySteppedDown.NO_QUORUM
                      ? SimWindow.LEADER_WITHOUT_QUORUM_STEPPED_DOWN
                      : SimWindow.LEADER_REMOVED_ITSELF);
      case RaftEvent.LogGapFound gap -> windows.enter(SimWindow.CONFLICT_BACK_UP);
      case RaftEvent.LogTruncated truncated -> windows.enter(SimWindow.LOG_TRUNCATED);
      case RaftEvent.MembershipInForce inForce -> windows.enter(SimWindow.MEMBERSHIP_CHANGED);
      case RaftEvent.SnapshotSendStarted started -> windows.enter(SimWindow.SNAPSHOT_SENT);
      case RaftEvent.LogAbandoned abandoned -> {}
      case RaftEvent.EntryRefused refused -> {}
      case RaftEvent.SnapshotRefused refused -> {}
      case RaftEvent.MessageRefused refused ->
          throw RaftInvariants.violation("an honest message was refused: %s", refused);
      case RaftEvent.SnapshotRestored restored -> windows.enter(SimWindow.SNAPSHOT_RESTORED);
      case RaftEvent.TransferStarted started -> windows.enter(SimWindow.TRANSFER_STARTED);
      case RaftEvent.TransferAborted aborted -> windows.enter(SimWindow.TRANSFER_ABORTED);
    }
  }
}
