package io.quorate.raft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import io.quorate.model.NodeId;
import java.util.Collection;

/** Events, messages and states in words, for scenario files. Entries are written term/index. */
final class ScenarioWords {
  private ScenarioWords() {}

  static String of(NodeId node) {
    return Long.toString(node.value());
  }

  private static String of(Collection<NodeId> nodes) {
    return nodes.stream().map(ScenarioWords::of).collect(joining(" ", "{", "}"));
  }

  static String of(Membership membership) {
    String learners =
        membership.learners().isEmpty() ? "" : ", learners " + of(membership.learners());
    return "voters " + of(membership.voters()) + learners;
  }

  static String of(Entry entry) {
    return switch (entry.type()) {
      case NORMAL -> entry.id() + " " + new String(entry.payload(), UTF_8);
      case NO_OP -> entry.id() + " no-op";
      case MEMBERSHIP -> entry.id() + " " + of(Membership.decode(entry.payload()));
    };
  }

  static String of(RaftEvent event) {
    return switch (event) {
      case RaftEvent.Campaigned it ->
          it.preVote()
              ? "asks whether it could win term " + it.term()
              : "is candidate of term " + it.term();
      case RaftEvent.VoteGranted it ->
          (it.preVote() ? "would vote for " : "votes for ")
              + of(it.candidate())
              + " in term "
              + it.term();
      case RaftEvent.VoteRefused it ->
          (it.preVote() ? "would refuse " : "refuses ")
              + of(it.candidate())
              + " in term "
              + it.term()
              + ": "
              + switch (it.why()) {
                case OLD_TERM -> "that term is over";
                case LEADER_HEARD -> "it hears a leader";
                case VOTED_FOR_ANOTHER -> "it voted for another";
                case OLD_GENERATION -> "its log is of before the recovery";
                case LOG_BEHIND -> "its log ends at " + it.theirs() + ", ours at " + it.ours();
              };
      case RaftEvent.BecameLeader it -> "leads term " + it.term();
      case RaftEvent.SteppedDown it ->
          "steps down from term "
              + it.term()
              + ": "
              + switch (it.why()) {
                case NEWER_TERM -> "a newer term began";
                case NO_QUORUM -> "no majority heard";
                case REMOVED -> "it is no voter any more";
              };
      case RaftEvent.LogGapFound it -> "lacks " + it.prev() + ", may have " + it.hint();
      case RaftEvent.LogTruncated it ->
          "drops its log from " + it.from() + " on, which ended at " + it.wasLast();
      case RaftEvent.MembershipInForce it ->
          "has from index " + it.index() + " on " + of(it.membership());
      case RaftEvent.SnapshotSendStarted it ->
          "sends " + of(it.to()) + " a snapshot at " + it.last() + ", " + it.bytes() + " bytes";
      case RaftEvent.LogAbandoned it ->
          "has committed up to "
              + it.committed()
              + ", and the group went on after "
              + it.recovery().after();
      case RaftEvent.EntryRefused refused ->
          "refuses entry %s of %s: %s".formatted(refused.id(), refused.from(), refused.why());
      case RaftEvent.SnapshotRefused refused ->
          "refuses snapshot %s of %s: %s".formatted(refused.last(), refused.from(), refused.why());
      case RaftEvent.MessageRefused it -> "does not believe " + of(it.from()) + ": " + it.detail();
      case RaftEvent.SnapshotRestored it -> "restores a snapshot at " + it.last();
      case RaftEvent.TransferStarted it -> "hands over to " + of(it.target());
      case RaftEvent.TransferAborted it -> "gives up handing over to " + of(it.target());
    };
  }

  static String of(RaftMessage message) {
    String what =
        switch (message) {
          case RaftMessage.PreVote it -> "PreVote last=" + it.last();
          case RaftMessage.PreVoteReply it ->
              "PreVoteReply asked=" + it.asked() + " granted=" + it.granted();
          case RaftMessage.RequestVote it ->
              "RequestVote last=" + it.last() + (it.transfer() ? " transfer" : "");
          case RaftMessage.VoteReply it -> "VoteReply granted=" + it.granted();
          case RaftMessage.Append it ->
              "Append prev=%s commit=%d %s"
                  .formatted(
                      it.prev(),
                      it.commit(),
                      it.entries().stream().map(ScenarioWords::of).toList());
          case RaftMessage.AppendAccepted it -> "AppendAccepted match=" + it.match();
          case RaftMessage.AppendRefused it ->
              "AppendRefused prev=" + it.prevIndex() + " hint=" + it.hint();
          case RaftMessage.Heartbeat it ->
              "Heartbeat commit=" + it.commit() + " round=" + it.round();
          case RaftMessage.HeartbeatReply it -> "HeartbeatReply round=" + it.round();
          case RaftMessage.SnapshotChunk it ->
              "SnapshotChunk last=%s bytes=%d..%d of %d"
                  .formatted(
                      it.last(), it.offset(), it.offset() + it.bytes().length, it.totalBytes());
          case RaftMessage.SnapshotReply it ->
              "SnapshotReply last=" + it.last() + " received=" + it.received();
          case RaftMessage.TimeoutNow it -> "TimeoutNow";
          case RaftMessage.NewerTerm it -> "NewerTerm";
          case RaftMessage.Recovered it ->
              "Recovered after "
                  + it.recoveries().stream().map(each -> each.after().toString()).toList();
          case RaftMessage.ReadRequest it -> "ReadRequest " + it.context();
          case RaftMessage.ReadReply it -> "ReadReply " + it.context() + " index=" + it.index();
        };
    return "%s>%s term=%d %s".formatted(of(message.from()), of(message.to()), message.term(), what);
  }
}
