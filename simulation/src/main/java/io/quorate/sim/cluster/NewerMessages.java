package io.quorate.sim.cluster;

import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.Asked;
import io.quorate.replication.message.ReplicaMessage.CompareTree;
import io.quorate.replication.message.ReplicaMessage.Forward;
import io.quorate.replication.message.ReplicaMessage.Forwarded;
import io.quorate.replication.message.ReplicaMessage.Heartbeat;
import io.quorate.replication.message.ReplicaMessage.NotUnderstood;
import io.quorate.replication.message.ReplicaMessage.Prepare;
import io.quorate.replication.message.ReplicaMessage.PrepareReply;
import io.quorate.replication.message.ReplicaMessage.Probe;
import io.quorate.replication.message.ReplicaMessage.ProbeReply;
import io.quorate.replication.message.ReplicaMessage.RangeReply;
import io.quorate.replication.message.ReplicaMessage.Read;
import io.quorate.replication.message.ReplicaMessage.ReadHistory;
import io.quorate.replication.message.ReplicaMessage.ReadImage;
import io.quorate.replication.message.ReplicaMessage.ReadRange;
import io.quorate.replication.message.ReplicaMessage.ReadRecords;
import io.quorate.replication.message.ReplicaMessage.ReadReply;
import io.quorate.replication.message.ReplicaMessage.ReadVersions;
import io.quorate.replication.message.ReplicaMessage.RelayWrite;
import io.quorate.replication.message.ReplicaMessage.RelayedWrite;
import io.quorate.replication.message.ReplicaMessage.TreeReply;
import io.quorate.replication.message.ReplicaMessage.UnknownReply;
import io.quorate.replication.message.ReplicaMessage.UnknownRequest;
import io.quorate.replication.message.ReplicaMessage.VersionsReply;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteRecords;
import io.quorate.replication.message.ReplicaMessage.WriteRecordsReply;
import io.quorate.replication.message.ReplicaMessage.WriteReply;
import io.quorate.transport.codec.peer.NewerRecords;
import org.jspecify.annotations.Nullable;

/**
 * Messages of this version as a newer version may send them, so that this one does not know them.
 */
public final class NewerMessages {
  /** Added to the number of a kind, which gives a kind that is to come and asks for the same. */
  private static final int TO_COME = 1_000;

  private NewerMessages() {}

  /**
   * Returns what this version reads of the message in its newer form; null if all versions send it
   * alike. Of messages with records, two of three have records of a newer version.
   */
  public static @Nullable ReplicaMessage of(ReplicaMessage said) {
    ReplicaMessage read =
        switch ((int) Long.remainderUnsigned(id(said), 3)) {
          case 0 -> NewerRecords.OF_A_NEWER_FORMAT.read(said);
          case 1 -> NewerRecords.WITH_A_NEWER_FLAG.read(said);
          default -> null;
        };
    return read == null ? otherwise(said) : read;
  }

  private static long id(ReplicaMessage said) {
    return switch (said) {
      case Write write -> write.id();
      case RelayWrite relay -> relay.id();
      case RelayedWrite relayed -> relayed.id();
      case WriteRecords write -> write.id();
      case ReadReply reply -> reply.id();
      case RangeReply reply -> reply.id();
      default -> -1;
    };
  }

  /** With a part of which a newer version may have other values, or of a kind that is to come. */
  private static @Nullable ReplicaMessage otherwise(ReplicaMessage said) {
    return switch (said) {
      case Write write -> new UnknownRequest(write.id(), 1, Asked.WRITE);
      case Read read -> new UnknownRequest(read.id(), 3, Asked.READ);
      case Forward forward -> new UnknownRequest(forward.id(), 7, Asked.FORWARD);
      case ReadRange read -> toCome(read.id(), 5);
      case ReadImage read -> toCome(read.id(), 29);
      case ReadHistory read -> toCome(read.id(), 31);
      case CompareTree compare -> toCome(compare.id(), 11);
      case ReadVersions read -> toCome(read.id(), 13);
      case WriteRecords write -> toCome(write.id(), 15);
      case ReadRecords read -> toCome(read.id(), 17);
      case Probe probe -> toCome(probe.id(), 19);
      case Prepare prepare -> toCome(prepare.id(), 24);
      case PrepareReply reply -> new UnknownReply(reply.id(), 25, Asked.PREPARE);
      case RelayWrite relay -> toCome(relay.id(), 21);
      case RelayedWrite relayed -> toCome(relayed.id(), 23);
      case ProbeReply reply -> new UnknownReply(reply.id(), 20, Asked.PROBE);
      case WriteReply reply -> new UnknownReply(reply.id(), 2, Asked.WRITE);
      case ReadReply reply -> new UnknownReply(reply.id(), 4, Asked.READ);
      case RangeReply reply -> new UnknownReply(reply.id(), 6, Asked.READ_RANGE);
      case Forwarded forwarded -> new UnknownReply(forwarded.id(), 8, Asked.FORWARD);
      case TreeReply reply -> new UnknownReply(reply.id(), 12, Asked.COMPARE_TREE);
      case VersionsReply reply -> new UnknownReply(reply.id(), 14, Asked.READ_VERSIONS);
      case WriteRecordsReply reply -> new UnknownReply(reply.id(), 16, Asked.WRITE_RECORDS);
      case Heartbeat heartbeat -> null;
      case NotUnderstood answer -> null;
      case UnknownRequest unknown -> null;
      case UnknownReply unknown -> null;
    };
  }

  private static UnknownRequest toCome(long id, int kind) {
    return new UnknownRequest(id, TO_COME + kind, Asked.OTHER);
  }

  /** What is answered to a message of a kind to come, as its sender understands it. */
  public static ReplicaMessage heard(ReplicaMessage answered) {
    return answered instanceof NotUnderstood(long id, int kind, Asked asked) && kind > TO_COME
        ? new NotUnderstood(id, kind - TO_COME, asked)
        : answered;
  }
}
