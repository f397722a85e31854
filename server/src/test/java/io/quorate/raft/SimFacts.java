package io.quorate.raft;

import io.quorate.raft.RaftFact.WhySteppedDown;

/** Counts windows by what the machines say happened. */
record SimFacts(SimWindows windows) {

  void count(SimNode node, Ready done) {
    long truncatedFrom = Long.MAX_VALUE;
    for (RaftFact fact : done.facts()) {
      if (fact instanceof RaftFact.LogTruncated truncated) {
        truncatedFrom = truncated.from();
      }
      if (fact instanceof RaftFact.MembershipInForce now
          && now.index() < truncatedFrom
          && truncatedFrom != Long.MAX_VALUE) {
        windows.enter(SimWindow.MEMBERSHIP_ROLLED_BACK);
      }
      count(node, fact);
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

  private void count(SimNode node, RaftFact fact) {
    switch (fact) {
      case RaftFact.Campaigned campaign -> {
        if (!campaign.preVote()) {
          windows.enter(SimWindow.CAMPAIGNED);
        }
        if (!node.raft().membership().isVoter(node.id())) {
          windows.enter(SimWindow.CANDIDATE_OUTSIDE_MEMBERSHIP);
        }
      }
      case RaftFact.VoteGranted granted -> {}
      case RaftFact.VoteRefused refused -> {
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
      case RaftFact.BecameLeader won -> windows.enter(SimWindow.ELECTION_WON);
      case RaftFact.SteppedDown down ->
          windows.enter(
              down.why() == WhySteppedDown.NEWER_TERM
                  ? SimWindow.STALE_LEADER_DEPOSED
                  : down.why() == WhySteppedDown.NO_QUORUM
                      ? SimWindow.LEADER_WITHOUT_QUORUM_STEPPED_DOWN
                      : SimWindow.LEADER_REMOVED_ITSELF);
      case RaftFact.LogGapFound gap -> windows.enter(SimWindow.CONFLICT_BACK_UP);
      case RaftFact.LogTruncated truncated -> windows.enter(SimWindow.LOG_TRUNCATED);
      case RaftFact.MembershipInForce inForce -> windows.enter(SimWindow.MEMBERSHIP_CHANGED);
      case RaftFact.SnapshotSendStarted started -> windows.enter(SimWindow.SNAPSHOT_SENT);
      case RaftFact.LogAbandoned abandoned -> {}
      case RaftFact.EntryRefused refused -> {}
      case RaftFact.SnapshotRefused refused -> {}
      case RaftFact.MessageRefused refused ->
          throw RaftInvariants.violation("an honest message was refused: %s", refused);
      case RaftFact.SnapshotRestored restored -> windows.enter(SimWindow.SNAPSHOT_RESTORED);
      case RaftFact.TransferStarted started -> windows.enter(SimWindow.TRANSFER_STARTED);
      case RaftFact.TransferAborted aborted -> windows.enter(SimWindow.TRANSFER_ABORTED);
    }
  }
}
