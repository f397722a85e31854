package io.quorate.transport.codec.peer;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.quorate.proto.internal.PeerFrame;
import io.quorate.proto.internal.PeerMessage;
import io.quorate.proto.internal.RangeEntry;
import io.quorate.replication.message.ReplicaMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Messages with records as only a newer version writes them. */
public enum NewerRecords {
  /** The layout of the record may be any. */
  OF_A_NEWER_FORMAT,
  /** The layout is known, with a part that is not. */
  WITH_A_NEWER_FLAG;

  /** One that no record has yet. */
  private static final byte NEWER_FORMAT = 6;

  private static final int FORMAT_AT = 0;
  private static final int FLAGS_AT = 1;

  /** Returns a message with such records in place of its own; null if it has no records. */
  @Nullable PeerMessage in(ReplicaMessage message) {
    PeerMessage.Builder newer = parsed(PeerCodec.encode(message)).toBuilder();
    switch (newer.getMessageCase()) {
      case WRITE_RECORD -> {
        var write = newer.getWriteRecordBuilder();
        write.setRecord(newer(write.getRecord()));
      }
      case RELAY_WRITE -> {
        var write = newer.getRelayWriteBuilder().getWriteBuilder();
        write.setRecord(newer(write.getRecord()));
      }
      case RELAYED_WRITE -> {
        var write = newer.getRelayedWriteBuilder().getWriteBuilder();
        write.setRecord(newer(write.getRecord()));
      }
      case READ_REPLY -> {
        var reply = newer.getReadReplyBuilder();
        if (!reply.hasRecord()) {
          return null;
        }
        reply.setRecord(newer(reply.getRecord()));
      }
      case RANGE_REPLY -> {
        var reply = newer.getRangeReplyBuilder();
        if (!changeLast(reply.getEntriesBuilderList())) {
          return null;
        }
      }
      case WRITE_RECORDS -> {
        var write = newer.getWriteRecordsBuilder();
        if (!changeLast(write.getEntriesBuilderList())) {
          return null;
        }
      }
      default -> {
        return null;
      }
    }
    return newer.build();
  }

  /** Returns what this version reads of a message with such records; null if it has no records. */
  public @Nullable ReplicaMessage read(ReplicaMessage message) {
    PeerMessage newer = in(message);
    return newer == null
        ? null
        : PeerCodec.decode(PeerFrame.newBuilder().addMessages(newer).build().toByteArray());
  }

  /** One such record among others is enough. */
  private boolean changeLast(List<RangeEntry.Builder> entries) {
    if (!entries.isEmpty()) {
      entries.getLast().setRecord(newer(entries.getLast().getRecord()));
    }
    return !entries.isEmpty();
  }

  private ByteString newer(ByteString record) {
    byte[] bytes = record.toByteArray();
    switch (this) {
      case OF_A_NEWER_FORMAT -> bytes[FORMAT_AT] = NEWER_FORMAT;
      case WITH_A_NEWER_FLAG -> bytes[FLAGS_AT] |= 64;
    }
    return ByteString.copyFrom(bytes);
  }

  private static PeerMessage parsed(byte[] frame) {
    try {
      return PeerFrame.parseFrom(frame).getMessages(0);
    } catch (InvalidProtocolBufferException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
