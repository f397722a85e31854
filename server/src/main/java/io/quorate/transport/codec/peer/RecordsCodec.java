package io.quorate.transport.codec.peer;

import static io.quorate.transport.codec.peer.PeerFields.HLC;
import static io.quorate.transport.codec.peer.PeerFields.ID;
import static io.quorate.transport.codec.peer.PeerFields.READ_RECORDS_BYTES_MAX;
import static io.quorate.transport.codec.peer.PeerFields.READ_RECORDS_KEYS;
import static io.quorate.transport.codec.peer.PeerFields.READ_RECORDS_TIMEOUT_MS;
import static io.quorate.transport.codec.peer.PeerFields.WRITE_RECORDS_ENTRIES;
import static io.quorate.transport.codec.peer.PeerFields.WRITE_RECORDS_REPLY_OUTCOMES;
import static io.quorate.transport.codec.peer.PeerFields.WRITE_RECORDS_REPLY_REFUSED;
import static io.quorate.transport.codec.peer.PeerFields.WRITE_RECORDS_REPLY_STALE_EPOCH;
import static io.quorate.transport.codec.peer.PeerFields.WRITE_RECORDS_TIMEOUT_MS;

import com.google.protobuf.CodedInputStream;
import io.quorate.model.Key;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.Merged;
import io.quorate.replication.message.ReplicaMessage.NotTaken;
import io.quorate.replication.message.ReplicaMessage.ReadRecords;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.message.ReplicaMessage.WriteRecords;
import io.quorate.replication.message.ReplicaMessage.WriteRecordsReply;
import io.quorate.replication.message.ReplicaMessage.WritesOutcome;
import io.quorate.storage.RecordStore;
import io.quorate.transport.codec.Elements;
import io.quorate.transport.codec.NotUnderstoodException;
import io.quorate.transport.codec.VersionCodec;
import io.quorate.transport.codec.Wire;
import io.quorate.transport.codec.WireWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The messages by which many records of one tenant are read and brought at once. */
final class RecordsCodec {
  private static final int DELIMITED = 2;
  private static final int FIXED64 = 1;

  /** Bytes of an outcome without its reason, at most; of an entry or a key beside its bytes. */
  private static final int OUTCOME_BYTES = VersionCodec.BYTES_MAX + 16;

  private static final int ELEMENT_BYTES = 12;

  private RecordsCodec() {}

  /** About how long a message gets. */
  static int bytesMax(WriteRecords write) {
    return bytes(write.entries());
  }

  /** About how long a message gets. */
  static int bytesMax(ReadRecords read) {
    int bytes = 0;
    for (Key key : read.keys()) {
      bytes += key.bytes().length + ELEMENT_BYTES;
    }
    return bytes;
  }

  /** About how long an answer gets. */
  static int bytesMax(WriteRecordsReply reply) {
    return reply.outcome() instanceof Merged(List<WriteOutcome> outcomes)
        ? outcomes.size() * OUTCOME_BYTES
        : 0;
  }

  /** About how long entries get. */
  static int bytes(List<RecordStore.Entry> entries) {
    int bytes = 0;
    for (RecordStore.Entry entry : entries) {
      bytes += entry.key().bytes().length + entry.record().bytes().length + ELEMENT_BYTES;
    }
    return bytes;
  }

  static void write(WireWriter out, WriteRecords write) {
    PeerMessageWriter.address(out, write, write.tenant());
    for (RecordStore.Entry entry : write.entries()) {
      PeerMessageWriter.entry(out, WRITE_RECORDS_ENTRIES, entry);
    }
    out.uint32(WRITE_RECORDS_TIMEOUT_MS, write.timeoutMillis());
  }

  static ReplicaMessage writeRecords(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    RequestHead head = new RequestHead();
    List<PeerMessageReader.RawEntry> entries = new ArrayList<>();
    int timeoutMillis = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case WRITE_RECORDS_ENTRIES << 3 | DELIMITED -> PeerMessageReader.addEntry(entries, in);
        case WRITE_RECORDS_TIMEOUT_MS << 3 -> timeoutMillis = in.readUInt32();
        default -> head.readOrSkip(tag, in);
      }
    }
    Wire.leave(in, outer);
    return new WriteRecords(
        head.id(),
        head.partition(),
        head.epoch(),
        head.tenant(),
        PeerMessageReader.entries(head.tenant(), entries),
        timeoutMillis);
  }

  static void write(WireWriter out, WriteRecordsReply reply) {
    out.fixed64(ID, reply.id());
    out.fixed64(HLC, reply.hlc());
    switch (reply.outcome()) {
      case Merged(List<WriteOutcome> outcomes) -> {
        for (WriteOutcome outcome : outcomes) {
          int reason = outcome instanceof NotTaken refused ? 3 * refused.reason().length() : 0;
          long mark = out.begin(WRITE_RECORDS_REPLY_OUTCOMES, OUTCOME_BYTES + reason);
          PeerMessageWriter.outcome(out, outcome);
          out.end(mark);
        }
      }
      case StaleEpoch stale ->
          PeerMessageWriter.staleEpoch(out, WRITE_RECORDS_REPLY_STALE_EPOCH, stale);
      case Refused refused -> PeerMessageWriter.refused(out, WRITE_RECORDS_REPLY_REFUSED, refused);
    }
  }

  static ReplicaMessage writeRecordsReply(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    long id = 0;
    long hlc = 0;
    List<WriteOutcome> outcomes = new ArrayList<>();
    WritesOutcome refusal = null;
    boolean unknown = false;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case ID << 3 | FIXED64 -> id = in.readFixed64();
        case HLC << 3 | FIXED64 -> hlc = in.readFixed64();
        case WRITE_RECORDS_REPLY_OUTCOMES << 3 | DELIMITED -> {
          Elements.checkRoom(outcomes, "outcomes");
          outcomes.add(PeerMessageReader.writeReply(in).outcome());
        }
        case WRITE_RECORDS_REPLY_STALE_EPOCH << 3 | DELIMITED ->
            refusal = PeerMessageReader.staleEpoch(in);
        case WRITE_RECORDS_REPLY_REFUSED << 3 | DELIMITED ->
            refusal = new Refused(in.readStringRequireUtf8());
        default -> {
          unknown = true;
          Wire.skip(in, tag);
        }
      }
    }
    Wire.leave(in, outer);
    if (unknown && outcomes.isEmpty() && refusal == null) {
      throw new NotUnderstoodException("a WriteRecordsReply of an unknown outcome");
    }
    return new WriteRecordsReply(id, hlc, refusal == null ? new Merged(outcomes) : refusal);
  }

  static void write(WireWriter out, ReadRecords read) {
    int tenant = read.keys().isEmpty() ? 0 : read.keys().getFirst().tenant();
    PeerMessageWriter.address(out, read, tenant);
    for (Key key : read.keys()) {
      out.presentBytes(READ_RECORDS_KEYS, key.bytes());
    }
    out.uint32(READ_RECORDS_BYTES_MAX, read.bytesMax());
    out.uint32(READ_RECORDS_TIMEOUT_MS, read.timeoutMillis());
  }

  static ReplicaMessage readRecords(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    RequestHead head = new RequestHead();
    List<byte[]> keys = new ArrayList<>();
    int bytesMax = 0;
    int timeoutMillis = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case READ_RECORDS_KEYS << 3 | DELIMITED -> {
          Elements.checkRoom(keys, "keys");
          keys.add(in.readByteArray());
        }
        case READ_RECORDS_BYTES_MAX << 3 -> bytesMax = Elements.pageBytes(in.readUInt32());
        case READ_RECORDS_TIMEOUT_MS << 3 -> timeoutMillis = in.readUInt32();
        default -> head.readOrSkip(tag, in);
      }
    }
    Wire.leave(in, outer);
    List<Key> ofTenant = new ArrayList<>(keys.size());
    for (byte[] key : keys) {
      ofTenant.add(new Key(head.tenant(), key));
    }
    return new ReadRecords(
        head.id(), head.partition(), head.epoch(), ofTenant, bytesMax, timeoutMillis);
  }
}
