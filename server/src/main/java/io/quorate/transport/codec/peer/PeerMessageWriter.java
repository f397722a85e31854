package io.quorate.transport.codec.peer;

import io.quorate.model.Key;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.BelowPromise;
import io.quorate.replication.message.ReplicaMessage.CompareTree;
import io.quorate.replication.message.ReplicaMessage.Echo;
import io.quorate.replication.message.ReplicaMessage.FenceForgotten;
import io.quorate.replication.message.ReplicaMessage.Forward;
import io.quorate.replication.message.ReplicaMessage.Forwarded;
import io.quorate.replication.message.ReplicaMessage.Heartbeat;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.HeldSummary;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.KeptVersions;
import io.quorate.replication.message.ReplicaMessage.NoImage;
import io.quorate.replication.message.ReplicaMessage.NotNow;
import io.quorate.replication.message.ReplicaMessage.NotUnderstood;
import io.quorate.replication.message.ReplicaMessage.Nothing;
import io.quorate.replication.message.ReplicaMessage.Prepare;
import io.quorate.replication.message.ReplicaMessage.PrepareReply;
import io.quorate.replication.message.ReplicaMessage.Probe;
import io.quorate.replication.message.ReplicaMessage.ProbeReply;
import io.quorate.replication.message.ReplicaMessage.PromisedHigher;
import io.quorate.replication.message.ReplicaMessage.RangeReply;
import io.quorate.replication.message.ReplicaMessage.Read;
import io.quorate.replication.message.ReplicaMessage.ReadHistory;
import io.quorate.replication.message.ReplicaMessage.ReadImage;
import io.quorate.replication.message.ReplicaMessage.ReadRange;
import io.quorate.replication.message.ReplicaMessage.ReadRecords;
import io.quorate.replication.message.ReplicaMessage.ReadReply;
import io.quorate.replication.message.ReplicaMessage.ReadVersions;
import io.quorate.replication.message.ReplicaMessage.Records;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.RelayWrite;
import io.quorate.replication.message.ReplicaMessage.RelayedWrite;
import io.quorate.replication.message.ReplicaMessage.Same;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.StoredWhileFilling;
import io.quorate.replication.message.ReplicaMessage.TreeReply;
import io.quorate.replication.message.ReplicaMessage.UnknownReply;
import io.quorate.replication.message.ReplicaMessage.UnknownRequest;
import io.quorate.replication.message.ReplicaMessage.VersionsReply;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.message.ReplicaMessage.WriteRecords;
import io.quorate.replication.message.ReplicaMessage.WriteRecordsReply;
import io.quorate.replication.message.ReplicaMessage.WriteReply;
import io.quorate.storage.RecordStore;
import io.quorate.transport.codec.OperationCodec;
import io.quorate.transport.codec.OutcomeCodec;
import io.quorate.transport.codec.VersionCodec;
import io.quorate.transport.codec.WireWriter;
import io.quorate.version.Summary;
import io.quorate.version.Version;

/** Writes {@code quorate.internal.PeerMessage}. */
final class PeerMessageWriter {
  /** Bytes of a message beside key, record, prefix and text, at most. */
  private static final int OVERHEAD_BYTES = 110;

  private static final int EMPTY = 0;
  private static final byte[] NO_BYTES = {};

  private PeerMessageWriter() {}

  /** About how long a message gets; see {@link WireWriter#begin}. */
  static int bytesMax(ReplicaMessage message) {
    return OVERHEAD_BYTES
        + switch (message) {
          case Write write -> keyAndRecordBytes(write);
          case RelayWrite relay -> RelayCodec.bytesMax(relay);
          case RelayedWrite relayed -> RelayCodec.bytesMax(relayed);
          case Read read -> read.key().bytes().length;
          case ReadReply reply ->
              reply.outcome() instanceof Held held ? held.record().bytes().length : 0;
          case ReadRange read -> read.range().keys().bytes() + read.range().after().length;
          case ReadImage read -> read.range().keys().bytes() + read.range().after().length;
          case ReadHistory read -> read.from().length;
          case RangeReply reply -> rangeBytes(reply);
          case WriteRecords write -> RecordsCodec.bytesMax(write);
          case WriteRecordsReply reply -> RecordsCodec.bytesMax(reply);
          case ReadRecords read -> RecordsCodec.bytesMax(read);
          case TreeReply reply -> ComparisonCodec.bytesMax(reply);
          case ReadVersions read -> ComparisonCodec.bytesMax(read);
          case VersionsReply reply -> ComparisonCodec.bytesMax(reply);
          case Probe probe -> ProbeCodec.bytesMax(probe);
          case ProbeReply reply -> 0;
          case Prepare prepare -> PrepareCodec.bytesMax(prepare);
          case PrepareReply reply -> PrepareCodec.bytesMax(reply);
          case CompareTree compare -> 0;
          case WriteReply reply -> 0;
          case Forward forward -> 0;
          case Forwarded forwarded -> 0;
          case Heartbeat heartbeat -> 0;
          case NotUnderstood answer -> 0;
          case UnknownRequest unknown -> 0;
          case UnknownReply unknown -> 0;
        };
  }

  static int keyAndRecordBytes(Write write) {
    return write.key().bytes().length + write.record().bytes().length;
  }

  private static int rangeBytes(RangeReply reply) {
    return switch (reply.outcome()) {
      case Records records -> recordsBytes(records);
      case KeptVersions kept -> HistoryCodec.bytesMax(kept);
      default -> 0;
    };
  }

  private static int recordsBytes(Records records) {
    int reached = records.reached() == null ? 0 : records.reached().bytes().length;
    return reached + RecordsCodec.bytes(records.entries());
  }

  static void write(WireWriter out, ReplicaMessage message) {
    int bytesMax = bytesMax(message);
    long mark = out.begin(fieldOf(message), bytesMax);
    switch (message) {
      case Write write -> writeRecord(out, write, write.id());
      case RelayWrite relay -> RelayCodec.write(out, relay);
      case RelayedWrite relayed -> RelayCodec.write(out, relayed);
      case WriteReply reply -> writeReply(out, reply);
      case Read read -> readRecord(out, read);
      case ReadReply reply -> readReply(out, reply);
      case ReadRange read -> readRange(out, read);
      case ReadImage read -> ImageCodec.write(out, read);
      case ReadHistory read -> HistoryCodec.write(out, read);
      case RangeReply reply -> rangeReply(out, reply);
      case WriteRecords write -> RecordsCodec.write(out, write);
      case WriteRecordsReply reply -> RecordsCodec.write(out, reply);
      case ReadRecords read -> RecordsCodec.write(out, read);
      case Forward forward -> {
        out.fixed64(PeerFields.ID, forward.id());
        OperationCodec.write(out, PeerFields.FORWARD_OPERATION, forward.operation());
        out.uint32(PeerFields.FORWARD_TIMEOUT_MS, forward.timeoutMillis());
      }
      case Forwarded forwarded -> {
        out.fixed64(PeerFields.ID, forwarded.id());
        OutcomeCodec.write(out, PeerFields.FORWARDED_RESULT, 0, forwarded.outcome(), null);
      }
      case Heartbeat heartbeat -> heartbeat(out, heartbeat);
      case CompareTree compare -> ComparisonCodec.write(out, compare);
      case TreeReply reply -> ComparisonCodec.write(out, reply);
      case ReadVersions read -> ComparisonCodec.write(out, read);
      case VersionsReply reply -> ComparisonCodec.write(out, reply);
      case Probe probe -> ProbeCodec.write(out, probe);
      case ProbeReply reply -> ProbeCodec.write(out, reply);
      case Prepare prepare -> PrepareCodec.write(out, prepare);
      case PrepareReply reply -> PrepareCodec.write(out, reply);
      case NotUnderstood answer -> {
        out.fixed64(PeerFields.ID, answer.id());
        out.uint32(PeerFields.NOT_UNDERSTOOD_KIND, answer.kind());
      }
      case UnknownRequest unknown -> UnknownMessageCodec.write(out, unknown.id());
      case UnknownReply unknown -> UnknownMessageCodec.write(out, unknown.id());
    }
    out.end(mark);
  }

  private static int fieldOf(ReplicaMessage message) {
    return switch (message) {
      case Write write -> PeerFields.WRITE_RECORD;
      case RelayWrite relay -> PeerFields.RELAY_WRITE;
      case RelayedWrite relayed -> PeerFields.RELAYED_WRITE;
      case WriteReply reply -> PeerFields.WRITE_REPLY;
      case Read read -> PeerFields.READ_RECORD;
      case ReadReply reply -> PeerFields.READ_REPLY;
      case ReadRange read ->
          read.range().keys().isPrefixOnly()
              ? PeerFields.READ_RANGE
              : PeerFields.READ_BOUNDED_RANGE;
      case ReadImage read -> PeerFields.READ_IMAGE;
      case ReadHistory read -> PeerFields.READ_HISTORY;
      case RangeReply reply -> PeerFields.RANGE_REPLY;
      case Forward forward -> PeerFields.FORWARD;
      case Forwarded forwarded -> PeerFields.FORWARDED;
      case Heartbeat heartbeat -> PeerFields.HEARTBEAT;
      case CompareTree compare -> PeerFields.COMPARE_TREE;
      case TreeReply reply -> PeerFields.TREE_REPLY;
      case ReadVersions read -> PeerFields.READ_VERSIONS;
      case VersionsReply reply -> PeerFields.VERSIONS_REPLY;
      case WriteRecords write -> PeerFields.WRITE_RECORDS;
      case WriteRecordsReply reply -> PeerFields.WRITE_RECORDS_REPLY;
      case ReadRecords read -> PeerFields.READ_RECORDS;
      case NotUnderstood answer -> PeerFields.NOT_UNDERSTOOD;
      case Probe probe -> PeerFields.PROBE_VERSION;
      case ProbeReply reply -> PeerFields.PROBE_REPLY;
      case Prepare prepare -> PeerFields.PREPARE_BALLOT;
      case PrepareReply reply -> PeerFields.PREPARE_REPLY;
      case UnknownRequest unknown -> unknown.kind();
      case UnknownReply unknown -> unknown.kind();
    };
  }

  static void address(WireWriter out, ReplicaMessage.Request request, int tenant) {
    address(out, request, request.id(), tenant);
  }

  private static void address(WireWriter out, ReplicaMessage.Request request, long id, int tenant) {
    out.fixed64(PeerFields.ID, id);
    out.uint32(PeerFields.PARTITION, request.partition());
    out.varint(PeerFields.EPOCH, request.epoch());
    out.uint32(PeerFields.TENANT, tenant);
  }

  /**
   * @param id 0 where the message around it has the id
   */
  static void writeRecord(WireWriter out, Write write, long id) {
    Key key = write.key();
    address(out, write, id, key.tenant());
    out.bytes(PeerFields.KEY, key.bytes());
    out.presentBytes(PeerFields.WRITE_RECORD_RECORD, write.record().bytes());
    out.varint(
        PeerFields.WRITE_RECORD_CAUSE,
        switch (write.cause()) {
          case FRESH -> PeerFields.CAUSE_FRESH;
          case REPAIR -> PeerFields.CAUSE_REPAIR;
          case HINT -> PeerFields.CAUSE_HINT;
          case FENCED -> PeerFields.CAUSE_FENCED;
          case WRITTEN_BACK -> PeerFields.CAUSE_WRITTEN_BACK;
        });
    out.uint32(PeerFields.TIMEOUT_MS, write.timeoutMillis());
  }

  private static void writeReply(WireWriter out, WriteReply reply) {
    out.fixed64(PeerFields.ID, reply.id());
    out.fixed64(PeerFields.HLC, reply.hlc());
    outcome(out, reply.outcome());
  }

  static void outcome(WireWriter out, WriteOutcome outcome) {
    switch (outcome) {
      case Stored stored -> empty(out, PeerFields.WRITE_REPLY_STORED);
      case StoredWhileFilling uncounted -> empty(out, PeerFields.WRITE_REPLY_STORED_WHILE_FILLING);
      case HoldsNewer newer ->
          VersionCodec.write(out, PeerFields.WRITE_REPLY_HOLDS_NEWER, newer.version());
      case BelowPromise(long promised) ->
          out.presentFixed64(PeerFields.WRITE_REPLY_BELOW_PROMISE, promised);
      case PromisedHigher(Version ballot) ->
          VersionCodec.write(out, PeerFields.WRITE_REPLY_PROMISED_HIGHER, ballot);
      case StaleEpoch stale -> staleEpoch(out, PeerFields.WRITE_REPLY_STALE_EPOCH, stale);
      case FenceForgotten forgotten -> empty(out, PeerFields.WRITE_REPLY_FENCE_FORGOTTEN);
      case NotNow busy -> out.presentString(PeerFields.WRITE_REPLY_NOT_NOW, busy.reason());
      case Refused refused -> out.presentString(PeerFields.WRITE_REPLY_REFUSED, refused.reason());
    }
  }

  private static void readRecord(WireWriter out, Read read) {
    Key key = read.key();
    address(out, read, key.tenant());
    out.bytes(PeerFields.KEY, key.bytes());
    Summary known = read.known();
    if (known != null) {
      VersionCodec.write(out, PeerFields.READ_RECORD_KNOWN, known.version());
      out.fixed64(PeerFields.READ_RECORD_KNOWN_HASH, known.hash());
    }
    out.varint(
        PeerFields.READ_RECORD_WANT,
        read.versionOnly() ? PeerFields.WANT_VERSION : PeerFields.WANT_RECORD);
    out.fixed64(PeerFields.READ_RECORD_HLC, read.hlc());
    out.uint32(PeerFields.TIMEOUT_MS, read.timeoutMillis());
  }

  private static void readReply(WireWriter out, ReadReply reply) {
    out.fixed64(PeerFields.ID, reply.id());
    out.fixed64(PeerFields.HLC, reply.hlc());
    switch (reply.outcome()) {
      case Same same -> empty(out, PeerFields.READ_REPLY_SAME);
      case Held held -> out.presentBytes(PeerFields.READ_REPLY_RECORD, held.record().bytes());
      case HeldSummary(Summary summary) -> {
        VersionCodec.write(out, PeerFields.READ_REPLY_VERSION, summary.version());
        out.fixed64(PeerFields.READ_REPLY_HASH, summary.hash());
      }
      case Nothing nothing -> empty(out, PeerFields.READ_REPLY_NOTHING);
      case StaleEpoch stale -> staleEpoch(out, PeerFields.READ_REPLY_STALE_EPOCH, stale);
      case Refused refused -> out.presentString(PeerFields.READ_REPLY_REFUSED, refused.reason());
    }
  }

  private static void readRange(WireWriter out, ReadRange read) {
    RecordStore.Range range = read.range();
    address(out, read, range.tenant());
    out.bytes(PeerFields.READ_RANGE_PREFIX, range.keys().prefix());
    out.bytes(PeerFields.READ_RANGE_AFTER, range.after());
    out.uint32(PeerFields.READ_RANGE_RECORDS_MAX, range.recordsMax());
    out.uint32(PeerFields.READ_RANGE_BYTES_MAX, range.bytesMax());
    out.uint32(PeerFields.READ_RANGE_TIMEOUT_MS, read.timeoutMillis());
    out.bytes(PeerFields.READ_BOUNDED_RANGE_START, range.keys().start());
    out.bytes(PeerFields.READ_BOUNDED_RANGE_END, range.keys().end());
    out.bool(PeerFields.READ_BOUNDED_RANGE_REVERSE, range.keys().reverse());
  }

  private static void rangeReply(WireWriter out, RangeReply reply) {
    out.fixed64(PeerFields.ID, reply.id());
    out.fixed64(PeerFields.HLC, reply.hlc());
    switch (reply.outcome()) {
      case Records records -> {
        Key reached = records.reached();
        if (reached != null) {
          out.uint32(PeerFields.RANGE_REPLY_TENANT, reached.tenant());
        } else if (!records.entries().isEmpty()) {
          out.uint32(PeerFields.RANGE_REPLY_TENANT, records.entries().getFirst().key().tenant());
        }
        for (RecordStore.Entry entry : records.entries()) {
          entry(out, PeerFields.RANGE_REPLY_ENTRIES, entry);
        }
        out.bool(PeerFields.RANGE_REPLY_COMPLETE, reached == null);
        out.bytes(PeerFields.RANGE_REPLY_REACHED, reached == null ? NO_BYTES : reached.bytes());
      }
      case StaleEpoch stale -> staleEpoch(out, PeerFields.RANGE_REPLY_STALE_EPOCH, stale);
      case Refused refused -> refused(out, PeerFields.RANGE_REPLY_REFUSED, refused);
      case NoImage none -> out.presentString(PeerFields.RANGE_REPLY_NO_IMAGE, none.reason());
      case KeptVersions kept -> HistoryCodec.write(out, kept);
    }
  }

  static void entry(WireWriter out, int field, RecordStore.Entry entry) {
    byte[] key = entry.key().bytes();
    byte[] record = entry.record().bytes();
    long mark = out.begin(field, key.length + record.length + 12);
    out.bytes(PeerFields.RANGE_ENTRY_KEY, key);
    out.presentBytes(PeerFields.RANGE_ENTRY_RECORD, record);
    out.end(mark);
  }

  private static void heartbeat(WireWriter out, Heartbeat heartbeat) {
    out.fixed64(PeerFields.HEARTBEAT_WALL_MS, heartbeat.wallMillis());
    out.fixed64(PeerFields.HEARTBEAT_HLC, heartbeat.hlc());
    out.bool(PeerFields.HEARTBEAT_WRITABLE, heartbeat.writable());
    out.varint(PeerFields.HEARTBEAT_SLOWDOWN, heartbeat.slowdownPercent());
    out.fixed64(PeerFields.HEARTBEAT_SENT_NS, heartbeat.sentNanos());
    Echo echo = heartbeat.echo();
    if (echo != null) {
      long mark = out.begin(PeerFields.HEARTBEAT_ECHO, 20);
      out.fixed64(PeerFields.ECHO_SENT_NS, echo.sentNanos());
      out.varint(PeerFields.ECHO_HELD_NS, echo.heldNanos());
      out.end(mark);
    }
    out.fixed64(PeerFields.HEARTBEAT_DISK_MARK, heartbeat.diskMark());
  }

  static void empty(WireWriter out, int field) {
    out.end(out.begin(field, EMPTY));
  }

  /** Where there is no oneof: an empty text would read as no refusal. */
  static void refused(WireWriter out, int field, Refused refused) {
    out.presentString(field, refused.reason().isEmpty() ? "no reason given" : refused.reason());
  }

  static void staleEpoch(WireWriter out, int field, StaleEpoch stale) {
    long mark = out.begin(field, 11);
    out.varint(PeerFields.STALE_EPOCH_EPOCH, stale.epoch());
    out.end(mark);
  }
}
