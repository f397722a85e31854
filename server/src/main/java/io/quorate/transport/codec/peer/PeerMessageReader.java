package io.quorate.transport.codec.peer;

import static io.quorate.transport.codec.peer.PeerFields.*;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.quorate.model.Key;
import io.quorate.model.KeyRange;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.BelowPromise;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Echo;
import io.quorate.replication.message.ReplicaMessage.FenceForgotten;
import io.quorate.replication.message.ReplicaMessage.Forward;
import io.quorate.replication.message.ReplicaMessage.Forwarded;
import io.quorate.replication.message.ReplicaMessage.Heartbeat;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.HeldSummary;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.NoImage;
import io.quorate.replication.message.ReplicaMessage.NotNow;
import io.quorate.replication.message.ReplicaMessage.Nothing;
import io.quorate.replication.message.ReplicaMessage.PromisedHigher;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.RangeReply;
import io.quorate.replication.message.ReplicaMessage.Read;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.ReadRange;
import io.quorate.replication.message.ReplicaMessage.ReadReply;
import io.quorate.replication.message.ReplicaMessage.Records;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.Same;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.StoredWhileFilling;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.message.ReplicaMessage.WriteReply;
import io.quorate.storage.RecordStore;
import io.quorate.transport.codec.Elements;
import io.quorate.transport.codec.NotUnderstoodException;
import io.quorate.transport.codec.OperationCodec;
import io.quorate.transport.codec.OutcomeCodec;
import io.quorate.transport.codec.VersionCodec;
import io.quorate.transport.codec.Wire;
import io.quorate.version.Record;
import io.quorate.version.Summary;
import io.quorate.version.Version;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code quorate.internal.PeerMessage}. */
final class PeerMessageReader {
  private static final int DELIMITED = 2;
  private static final int FIXED64 = 1;
  private static final int TAG_TYPE_MASK = 7;
  private static final byte[] NO_BYTES = {};

  private PeerMessageReader() {}

  /**
   * Reads a nested PeerMessage whose tag was just read, and returns a {@link ReplicaMessage} or the
   * bytes of a message of Raft. A message that only a newer version knows becomes an unknown
   * request or an unknown reply. Other fields beside a message are skipped.
   *
   * @param frame what {@code in} reads
   * @throws InvalidProtocolBufferException also if there is no message in it
   */
  static Object read(CodedInputStream in, byte[] frame) throws IOException {
    int outer = Wire.enter(in);
    int end = in.getTotalBytesRead() + in.getBytesUntilLimit();
    Object message = null;
    ReplicaMessage unknown = null;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if ((tag & TAG_TYPE_MASK) != DELIMITED) {
        Wire.skip(in, tag); // messages of all kinds are length-delimited
        continue;
      }
      int start = in.getTotalBytesRead();
      Object known;
      try {
        known = known(tag, in);
      } catch (NotUnderstoodException e) {
        in.popLimit(outer); // which also leaves what was entered within the message
        in.skipRawBytes(end - in.getTotalBytesRead());
        return UnknownMessageCodec.of(tag, frame, start, end);
      }
      if (known == null) {
        unknown = UnknownMessageCodec.of(tag, frame, start, end);
        in.skipRawBytes(in.readRawVarint32());
      } else if (message != null) {
        throw new InvalidProtocolBufferException("a message that is two");
      } else {
        message = known;
      }
    }
    Wire.leave(in, outer);
    if (message != null) {
      return message;
    }
    if (unknown == null) {
      throw new InvalidProtocolBufferException("a PeerMessage without a message");
    }
    return unknown;
  }

  /** Reads a message of a known kind. Returns null, and reads nothing, for an unknown kind. */
  private static @Nullable Object known(int tag, CodedInputStream in) throws IOException {
    return switch (tag) {
      case WRITE_RECORD << 3 | DELIMITED -> writeRecord(in);
      case WRITE_REPLY << 3 | DELIMITED -> writeReply(in);
      case READ_RECORD << 3 | DELIMITED -> readRecord(in);
      case READ_REPLY << 3 | DELIMITED -> readReply(in);
      case READ_RANGE << 3 | DELIMITED -> readRange(in);
      case READ_BOUNDED_RANGE << 3 | DELIMITED -> readRange(in);
      case READ_IMAGE << 3 | DELIMITED -> ImageCodec.readImage(in);
      case READ_HISTORY << 3 | DELIMITED -> HistoryCodec.readHistory(in);
      case RANGE_REPLY << 3 | DELIMITED -> rangeReply(in);
      case FORWARD << 3 | DELIMITED -> forward(in);
      case FORWARDED << 3 | DELIMITED -> forwarded(in);
      case HEARTBEAT << 3 | DELIMITED -> heartbeat(in);
      case COMPARE_TREE << 3 | DELIMITED -> ComparisonCodec.compareTree(in);
      case TREE_REPLY << 3 | DELIMITED -> ComparisonCodec.treeReply(in);
      case READ_VERSIONS << 3 | DELIMITED -> ComparisonCodec.readVersions(in);
      case VERSIONS_REPLY << 3 | DELIMITED -> ComparisonCodec.versionsReply(in);
      case WRITE_RECORDS << 3 | DELIMITED -> RecordsCodec.writeRecords(in);
      case WRITE_RECORDS_REPLY << 3 | DELIMITED -> RecordsCodec.writeRecordsReply(in);
      case READ_RECORDS << 3 | DELIMITED -> RecordsCodec.readRecords(in);
      case PROBE_VERSION << 3 | DELIMITED -> ProbeCodec.probe(in);
      case PROBE_REPLY << 3 | DELIMITED -> ProbeCodec.probeReply(in);
      case PREPARE_BALLOT << 3 | DELIMITED -> PrepareCodec.prepare(in);
      case PREPARE_REPLY << 3 | DELIMITED -> PrepareCodec.prepareReply(in);
      case RELAY_WRITE << 3 | DELIMITED -> RelayCodec.relayWrite(in);
      case RELAYED_WRITE << 3 | DELIMITED -> RelayCodec.relayedWrite(in);
      case NOT_UNDERSTOOD << 3 | DELIMITED -> UnknownMessageCodec.notUnderstood(in);
      case PeerCodec.RAFT << 3 | DELIMITED -> in.readByteArray();
      default -> null;
    };
  }

  static Write writeRecord(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    RequestHead head = new RequestHead();
    byte[] key = NO_BYTES;
    Record record = null;
    Cause cause = null;
    int timeoutMillis = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case KEY << 3 | DELIMITED -> key = in.readByteArray();
        case WRITE_RECORD_RECORD << 3 | DELIMITED -> record = Wire.record(in);
        case WRITE_RECORD_CAUSE << 3 -> cause = cause(in.readInt32());
        case TIMEOUT_MS << 3 -> timeoutMillis = in.readUInt32();
        default -> head.readOrSkip(tag, in);
      }
    }
    Wire.leave(in, outer);
    return new Write(
        head.id(),
        head.partition(),
        head.epoch(),
        new Key(head.tenant(), key),
        Wire.understood(record, "a WriteRecord without record"),
        Wire.understood(cause, "a WriteRecord without cause"),
        timeoutMillis);
  }

  private static Cause cause(int number) throws NotUnderstoodException {
    return switch (number) {
      case CAUSE_FRESH -> Cause.FRESH;
      case CAUSE_REPAIR -> Cause.REPAIR;
      case CAUSE_HINT -> Cause.HINT;
      case CAUSE_FENCED -> Cause.FENCED;
      case CAUSE_WRITTEN_BACK -> Cause.WRITTEN_BACK;
      default -> throw new NotUnderstoodException("a WriteRecord of cause " + number);
    };
  }

  static WriteReply writeReply(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    long id = 0;
    long hlc = 0;
    WriteOutcome outcome = null;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case ID << 3 | FIXED64 -> id = in.readFixed64();
        case HLC << 3 | FIXED64 -> hlc = in.readFixed64();
        case WRITE_REPLY_STORED << 3 | DELIMITED -> outcome = empty(in, Stored.INSTANCE);
        case WRITE_REPLY_STORED_WHILE_FILLING << 3 | DELIMITED ->
            outcome = empty(in, StoredWhileFilling.INSTANCE);
        case WRITE_REPLY_HOLDS_NEWER << 3 | DELIMITED ->
            outcome = new HoldsNewer(VersionCodec.read(in));
        case WRITE_REPLY_BELOW_PROMISE << 3 | FIXED64 ->
            outcome = new BelowPromise(in.readFixed64());
        case WRITE_REPLY_PROMISED_HIGHER << 3 | DELIMITED ->
            outcome = new PromisedHigher(VersionCodec.read(in));
        case WRITE_REPLY_FENCE_FORGOTTEN << 3 | DELIMITED ->
            outcome = empty(in, FenceForgotten.INSTANCE);
        case WRITE_REPLY_STALE_EPOCH << 3 | DELIMITED -> outcome = staleEpoch(in);
        case WRITE_REPLY_NOT_NOW << 3 | DELIMITED ->
            outcome = new NotNow(in.readStringRequireUtf8());
        case WRITE_REPLY_REFUSED << 3 | DELIMITED ->
            outcome = new Refused(in.readStringRequireUtf8());
        default -> Wire.skip(in, tag);
      }
    }
    Wire.leave(in, outer);
    return new WriteReply(id, hlc, Wire.understood(outcome, "a WriteReply without outcome"));
  }

  private static ReplicaMessage readRecord(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    RequestHead head = new RequestHead();
    byte[] key = NO_BYTES;
    Version known = null;
    long knownHash = 0;
    int want = 0;
    long hlc = 0;
    int timeoutMillis = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case KEY << 3 | DELIMITED -> key = in.readByteArray();
        case READ_RECORD_KNOWN << 3 | DELIMITED -> known = VersionCodec.read(in);
        case READ_RECORD_KNOWN_HASH << 3 | FIXED64 -> knownHash = in.readFixed64();
        case READ_RECORD_WANT << 3 -> want = in.readInt32();
        case READ_RECORD_HLC << 3 | FIXED64 -> hlc = in.readFixed64();
        case TIMEOUT_MS << 3 -> timeoutMillis = in.readUInt32();
        default -> head.readOrSkip(tag, in);
      }
    }
    Wire.leave(in, outer);
    if (want != WANT_RECORD && want != WANT_VERSION) {
      throw new NotUnderstoodException("a ReadRecord that wants " + want);
    }
    boolean versionOnly = want == WANT_VERSION;
    return new Read(
        head.id(),
        head.partition(),
        head.epoch(),
        new Key(head.tenant(), key),
        known == null ? null : new Summary(known, knownHash),
        versionOnly,
        hlc,
        timeoutMillis);
  }

  private static ReplicaMessage readReply(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    long id = 0;
    long hlc = 0;
    Version version = null;
    long hash = 0;
    ReadOutcome outcome = null;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case ID << 3 | FIXED64 -> id = in.readFixed64();
        case HLC << 3 | FIXED64 -> hlc = in.readFixed64();
        case READ_REPLY_SAME << 3 | DELIMITED -> outcome = empty(in, Same.INSTANCE);
        case READ_REPLY_RECORD << 3 | DELIMITED -> outcome = new Held(Wire.record(in));
        case READ_REPLY_VERSION << 3 | DELIMITED -> version = VersionCodec.read(in);
        case READ_REPLY_HASH << 3 | FIXED64 -> hash = in.readFixed64();
        case READ_REPLY_NOTHING << 3 | DELIMITED -> outcome = empty(in, Nothing.INSTANCE);
        case READ_REPLY_STALE_EPOCH << 3 | DELIMITED -> outcome = staleEpoch(in);
        case READ_REPLY_REFUSED << 3 | DELIMITED ->
            outcome = new Refused(in.readStringRequireUtf8());
        default -> Wire.skip(in, tag);
      }
    }
    Wire.leave(in, outer);
    if (outcome == null && version != null) {
      outcome = new HeldSummary(new Summary(version, hash));
    }
    return new ReadReply(id, hlc, Wire.understood(outcome, "a ReadReply without outcome"));
  }

  private static ReplicaMessage readRange(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    RequestHead head = new RequestHead();
    byte[] prefix = NO_BYTES;
    byte[] start = NO_BYTES;
    byte[] end = NO_BYTES;
    boolean reverse = false;
    byte[] after = NO_BYTES;
    int recordsMax = 0;
    int bytesMax = 0;
    int timeoutMillis = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case READ_RANGE_PREFIX << 3 | DELIMITED -> prefix = in.readByteArray();
        case READ_RANGE_AFTER << 3 | DELIMITED -> after = in.readByteArray();
        case READ_RANGE_RECORDS_MAX << 3 -> recordsMax = Elements.records(in.readUInt32());
        case READ_RANGE_BYTES_MAX << 3 -> bytesMax = Elements.pageBytes(in.readUInt32());
        case READ_RANGE_TIMEOUT_MS << 3 -> timeoutMillis = in.readUInt32();
        case READ_BOUNDED_RANGE_START << 3 | DELIMITED -> start = in.readByteArray();
        case READ_BOUNDED_RANGE_END << 3 | DELIMITED -> end = in.readByteArray();
        case READ_BOUNDED_RANGE_REVERSE << 3 -> reverse = in.readBool();
        default -> head.readOrSkip(tag, in);
      }
    }
    Wire.leave(in, outer);
    RecordStore.Range range =
        new RecordStore.Range(
            head.partition(),
            head.tenant(),
            new KeyRange(prefix, start, end, reverse),
            after,
            recordsMax,
            bytesMax);
    return new ReadRange(head.id(), head.epoch(), range, timeoutMillis);
  }

  private static ReplicaMessage rangeReply(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    long id = 0;
    long hlc = 0;
    int tenant = 0;
    List<RawEntry> entries = new ArrayList<>();
    boolean complete = false;
    byte[] reached = NO_BYTES;
    RangeOutcome other = null;
    boolean unknown = false;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case ID << 3 | FIXED64 -> id = in.readFixed64();
        case HLC << 3 | FIXED64 -> hlc = in.readFixed64();
        case RANGE_REPLY_TENANT << 3 -> tenant = in.readUInt32();
        case RANGE_REPLY_ENTRIES << 3 | DELIMITED -> addEntry(entries, in);
        case RANGE_REPLY_COMPLETE << 3 -> complete = in.readBool();
        case RANGE_REPLY_REACHED << 3 | DELIMITED -> reached = in.readByteArray();
        case RANGE_REPLY_STALE_EPOCH << 3 | DELIMITED -> other = staleEpoch(in);
        case RANGE_REPLY_REFUSED << 3 | DELIMITED ->
            other = new Refused(in.readStringRequireUtf8());
        case RANGE_REPLY_NO_IMAGE << 3 | DELIMITED ->
            other = new NoImage(in.readStringRequireUtf8());
        case RANGE_REPLY_KEPT << 3 | DELIMITED -> other = HistoryCodec.keptVersions(in);
        default -> {
          unknown = true;
          Wire.skip(in, tag);
        }
      }
    }
    Wire.leave(in, outer);
    if (other != null) {
      return new RangeReply(id, hlc, other);
    }
    if (unknown && entries.isEmpty() && !complete && reached.length == 0) {
      throw new NotUnderstoodException("a RangeReply of an unknown outcome");
    }
    Key upTo = complete ? null : new Key(tenant, reached);
    return new RangeReply(id, hlc, new Records(entries(tenant, entries), upTo));
  }

  /** An entry before its tenant is known. */
  record RawEntry(byte[] key, Record record) {}

  /** Reads an entry whose tag was just read. */
  static void addEntry(List<RawEntry> entries, CodedInputStream in) throws IOException {
    Elements.checkRoom(entries, "entries");
    entries.add(entry(in));
  }

  private static RawEntry entry(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    byte[] key = NO_BYTES;
    Record record = null;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case RANGE_ENTRY_KEY << 3 | DELIMITED -> key = in.readByteArray();
        case RANGE_ENTRY_RECORD << 3 | DELIMITED -> record = Wire.record(in);
        default -> Wire.skip(in, tag);
      }
    }
    Wire.leave(in, outer);
    return new RawEntry(key, Wire.understood(record, "a RangeEntry without record"));
  }

  static List<RecordStore.Entry> entries(int tenant, List<RawEntry> raw) {
    List<RecordStore.Entry> entries = new ArrayList<>(raw.size());
    for (RawEntry entry : raw) {
      entries.add(new RecordStore.Entry(new Key(tenant, entry.key()), entry.record()));
    }
    return entries;
  }

  private static ReplicaMessage forward(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    long id = 0;
    Operation operation = null;
    int timeoutMillis = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case ID << 3 | FIXED64 -> id = in.readFixed64();
        case FORWARD_OPERATION << 3 | DELIMITED -> operation = OperationCodec.readForwarded(in);
        case FORWARD_TIMEOUT_MS << 3 -> timeoutMillis = in.readUInt32();
        default -> Wire.skip(in, tag);
      }
    }
    Wire.leave(in, outer);
    return new Forward(
        id, Wire.understood(operation, "a ForwardOperation without operation"), timeoutMillis);
  }

  private static ReplicaMessage forwarded(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    long id = 0;
    Outcome outcome = null;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case ID << 3 | FIXED64 -> id = in.readFixed64();
        case FORWARDED_RESULT << 3 | DELIMITED -> outcome = OutcomeCodec.read(in);
        default -> Wire.skip(in, tag);
      }
    }
    Wire.leave(in, outer);
    return new Forwarded(id, Wire.understood(outcome, "a ForwardedResult without result"));
  }

  private static ReplicaMessage heartbeat(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    long wallMillis = 0;
    long hlc = 0;
    boolean writable = false;
    int slowdownPercent = 0;
    long sentNanos = 0;
    Echo echo = null;
    long diskMark = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case HEARTBEAT_WALL_MS << 3 | FIXED64 -> wallMillis = in.readFixed64();
        case HEARTBEAT_HLC << 3 | FIXED64 -> hlc = in.readFixed64();
        case HEARTBEAT_WRITABLE << 3 -> writable = in.readBool();
        case HEARTBEAT_SLOWDOWN << 3 -> slowdownPercent = in.readUInt32();
        case HEARTBEAT_SENT_NS << 3 | FIXED64 -> sentNanos = in.readFixed64();
        case HEARTBEAT_ECHO << 3 | DELIMITED -> echo = echo(in);
        case HEARTBEAT_DISK_MARK << 3 | FIXED64 -> diskMark = in.readFixed64();
        default -> Wire.skip(in, tag);
      }
    }
    Wire.leave(in, outer);
    return new Heartbeat(wallMillis, hlc, writable, slowdownPercent, sentNanos, echo, diskMark);
  }

  private static Echo echo(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    long sentNanos = 0;
    long heldNanos = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case ECHO_SENT_NS << 3 | FIXED64 -> sentNanos = in.readFixed64();
        case ECHO_HELD_NS << 3 -> heldNanos = in.readUInt64();
        default -> Wire.skip(in, tag);
      }
    }
    Wire.leave(in, outer);
    return new Echo(sentNanos, heldNanos);
  }

  static <T> T empty(CodedInputStream in, T value) throws IOException {
    in.skipRawBytes(in.readRawVarint32());
    return value;
  }

  static StaleEpoch staleEpoch(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    long epoch = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case STALE_EPOCH_EPOCH << 3 -> epoch = in.readUInt64();
        default -> Wire.skip(in, tag);
      }
    }
    Wire.leave(in, outer);
    return new StaleEpoch(epoch);
  }
}
