package io.quorate.sim.program;

import io.quorate.locks.LockMessage;
import io.quorate.model.Key;
import io.quorate.placement.Level;
import io.quorate.raft.Entry;
import io.quorate.raft.RaftMessage;
import io.quorate.raft.RaftMessageCodec;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.sim.check.UniqueValue;
import io.quorate.storage.RecordStore;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Messages in a few words, for the timeline of a run. */
public final class Words {
  private Words() {}

  static String of(ReplicaMessage message) {
    return switch (message) {
      case ReplicaMessage.Write write ->
          "%s %s %s = %s"
              .formatted(
                  write.cause() == ReplicaMessage.Cause.REPAIR ? "repair" : "write",
                  id(write.id()),
                  of(write.key()),
                  of(write.record()));
      case ReplicaMessage.RelayWrite(var write, var to) -> of(write) + ", also to " + to;
      case ReplicaMessage.RelayedWrite(var write, var coordinator) ->
          of(write) + ", in the name of " + coordinator;
      case ReplicaMessage.WriteReply(long id, long hlc, var outcome) ->
          "reply %s: %s".formatted(id(id), of(outcome));
      case ReplicaMessage.WriteRecords write ->
          "repair %s %s"
              .formatted(
                  id(write.id()),
                  write.entries().stream().map(Words::of).collect(Collectors.joining(", ")));
      case ReplicaMessage.WriteRecordsReply(long id, long hlc, var outcome) ->
          "reply %s: %s".formatted(id(id), of(outcome));
      case ReplicaMessage.ReadRecords read ->
          "read %s %s"
              .formatted(
                  id(read.id()),
                  read.keys().stream().map(Words::of).collect(Collectors.joining(", ")));
      case ReplicaMessage.Read read ->
          "read %s %s%s, known %s"
              .formatted(
                  id(read.id()),
                  of(read.key()),
                  read.versionOnly() ? " (version)" : "",
                  read.known() == null ? "nothing" : read.known().version());
      case ReplicaMessage.ReadReply(long id, long hlc, var outcome) ->
          "reply %s: %s".formatted(id(id), of(outcome));
      case ReplicaMessage.ReadRange range ->
          "read range %s of partition %d".formatted(id(range.id()), range.partition());
      case ReplicaMessage.ReadImage image ->
          "read image %s of partition %d, cut %d"
              .formatted(id(image.id()), image.partition(), image.cut());
      case ReplicaMessage.ReadHistory history ->
          "read history %s of partition %d, tenant %d"
              .formatted(id(history.id()), history.partition(), history.tenant());
      case ReplicaMessage.RangeReply(long id, long hlc, var outcome) ->
          "reply %s: %s".formatted(id(id), of(outcome));
      case ReplicaMessage.Forward(long id, var operation, int timeoutMillis) ->
          "forward %s %s".formatted(id(id), of(operation));
      case ReplicaMessage.Forwarded(long id, var outcome) ->
          "forwarded %s: %s".formatted(id(id), of(outcome));
      case ReplicaMessage.UnknownRequest unknown ->
          "request %s of unknown kind %d".formatted(id(unknown.id()), unknown.kind());
      case ReplicaMessage.UnknownReply unknown ->
          "reply %s of unknown kind or outcome %d".formatted(id(unknown.id()), unknown.kind());
      case ReplicaMessage.NotUnderstood answer ->
          "not understood %s of kind %d".formatted(id(answer.id()), answer.kind());
      case ReplicaMessage.Heartbeat heartbeat ->
          heartbeat.writable() ? "heartbeat" : "heartbeat, takes no writes";
      default -> message.toString();
    };
  }

  /** Describes the id that a request and its answers share: the node's start and a number. */
  private static String id(long id) {
    return "~%d.%x".formatted(id >>> 48, id & 0xFFFF_FFFF_FFFFL);
  }

  private static String of(ReplicaMessage.WriteOutcome outcome) {
    return switch (outcome) {
      case ReplicaMessage.Stored stored -> "stored";
      case ReplicaMessage.StoredWhileFilling uncounted -> "stored while filling";
      case ReplicaMessage.HoldsNewer(var version) -> "holds newer " + version;
      case ReplicaMessage.BelowPromise(long promised) -> "promised " + Hlc.toString(promised);
      case ReplicaMessage.PromisedHigher(var ballot) -> "promised ballot " + ballot;
      case ReplicaMessage.StaleEpoch(long epoch) -> "stale, epoch is " + epoch;
      case ReplicaMessage.NotTaken refused -> "refused: " + refused.reason();
    };
  }

  private static String of(ReplicaMessage.WritesOutcome outcome) {
    return switch (outcome) {
      case ReplicaMessage.Merged(var outcomes) ->
          outcomes.stream().map(Words::of).collect(Collectors.joining(", "));
      case ReplicaMessage.StaleEpoch(long epoch) -> "stale, epoch is " + epoch;
      case ReplicaMessage.Refused(var reason) -> "refused: " + reason;
    };
  }

  private static String of(ReplicaMessage.ReadOutcome outcome) {
    return switch (outcome) {
      case ReplicaMessage.Same same -> "same";
      case ReplicaMessage.Held(var record) -> "holds " + of(record);
      case ReplicaMessage.HeldSummary(var summary) -> "holds version " + summary.version();
      case ReplicaMessage.Nothing nothing -> "holds nothing";
      case ReplicaMessage.StaleEpoch(long epoch) -> "stale, epoch is " + epoch;
      case ReplicaMessage.Refused(var reason) -> "refused: " + reason;
    };
  }

  private static String of(ReplicaMessage.RangeOutcome outcome) {
    return switch (outcome) {
      case ReplicaMessage.Records(var entries, var reached) ->
          entries.stream().map(Words::of).collect(Collectors.joining(", ", "[", "]"))
              + (reached == null ? "" : " and more");
      case ReplicaMessage.NoImage(var reason) -> "no image: " + reason;
      case ReplicaMessage.KeptVersions kept ->
          kept.versions().size() + " replaced versions, kept since " + Hlc.toString(kept.since());
      case ReplicaMessage.StaleEpoch(long epoch) -> "stale, epoch is " + epoch;
      case ReplicaMessage.Refused(var reason) -> "refused: " + reason;
    };
  }

  private static String of(RecordStore.Entry entry) {
    return of(entry.key()) + " = " + of(entry.record());
  }

  /** A client's operation: "put k1 at QUORUM". */
  public static String of(Operation operation) {
    Level level = operation.level();
    return "%s %s at %s%s"
        .formatted(
            operation.getClass().getSimpleName().toLowerCase(Locale.ROOT),
            text(operation.key()),
            level == null ? "the tenant's level" : level,
            seen(operation));
  }

  /** What the session of a client has seen, as the request tells. */
  private static String seen(Operation operation) {
    if (operation instanceof Operation.Get get && get.minimum() != null) {
      return " not below %s and %s"
          .formatted(get.minimum().version(), Hlc.toString(get.minimum().hlc()));
    }
    return operation.aboveHlc() == 0 ? "" : " above " + Hlc.toString(operation.aboveHlc());
  }

  public static String of(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Written(var version, var info, var context, long sum) ->
          "written as %s%s by %s"
              .formatted(version, sum == 0 ? "" : ", sum " + sum, info.replicas());
      case Outcome.Updated(var info) -> "merged by " + info.replicas();
      case Outcome.Read read when read.siblings() != null ->
          "%d siblings, last %s, by %s"
              .formatted(read.siblings().live().size(), read.version(), read.info().replicas());
      case Outcome.Read read when read.found() != null ->
          "%s by %s".formatted(read.fields(), read.info().replicas());
      case Outcome.Read(var live, var version, var info, int repaired, long purged, var none) ->
          (live == null ? "nothing" + (version == null ? "" : " since " + version) : of(live))
              + " by "
              + info.replicas();
      case Outcome.Failed(var failure) ->
          "%s%s: %s"
              .formatted(
                  failure.reason(),
                  failure.mayHaveApplied() ? " (may have applied)" : "",
                  failure.message());
      default -> outcome.toString();
    };
  }

  /** A record by the number of the call that put it, if that can be told, and its version. */
  static String of(@Nullable Record record) {
    if (record == null) {
      return "nothing";
    }
    return (record.isTombstone() ? "deleted" : "#" + UniqueValue.attemptOf(record.copyValue()))
        + " "
        + record.version();
  }

  /** Describes a message of the metadata group; of messages that are not Raft's, only the kind. */
  static String ofMetadata(byte[] bytes) {
    if (LockMessage.is(bytes)) {
      return LockMessage.decode(bytes) instanceof LockMessage.Raft(RaftMessage message)
          ? "locks: raft " + of(message)
          : LockMessage.decode(bytes).toString();
    }
    byte raft = 1; // of MetadataMessage
    if (bytes[0] != raft) {
      return "raft proposal";
    }
    return "raft " + of(RaftMessageCodec.decode(Arrays.copyOfRange(bytes, 1, bytes.length)));
  }

  private static String of(RaftMessage message) {
    String what =
        switch (message) {
          case RaftMessage.Append append ->
              "append after %s [%s], commit %d"
                  .formatted(
                      append.prev(),
                      append.entries().stream()
                          .map(Entry::id)
                          .map(Object::toString)
                          .collect(Collectors.joining(" ")),
                      append.commit());
          case RaftMessage.AppendAccepted accepted -> "accepted up to " + accepted.match();
          case RaftMessage.AppendRefused refused ->
              "refused after %d, try %s".formatted(refused.prevIndex(), refused.hint());
          case RaftMessage.PreVote ask -> "pre-vote? log ends at " + ask.last();
          case RaftMessage.PreVoteReply reply -> reply.granted() ? "pre-vote: yes" : "pre-vote: no";
          case RaftMessage.RequestVote ask -> "vote? log ends at " + ask.last();
          case RaftMessage.VoteReply reply -> reply.granted() ? "vote: yes" : "vote: no";
          case RaftMessage.Heartbeat heartbeat -> "heartbeat, commit " + heartbeat.commit();
          case RaftMessage.HeartbeatReply reply -> "heartbeat heard";
          case RaftMessage.SnapshotChunk chunk ->
              "snapshot %s from byte %d".formatted(chunk.last(), chunk.offset());
          default -> message.getClass().getSimpleName();
        };
    return "term " + message.term() + " " + what;
  }

  private static String of(Key key) {
    return text(key.bytes());
  }

  private static String text(byte[] key) {
    return new String(key, StandardCharsets.UTF_8);
  }
}
