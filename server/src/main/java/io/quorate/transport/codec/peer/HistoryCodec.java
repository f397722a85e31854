package io.quorate.transport.codec.peer;

import static io.quorate.transport.codec.peer.PeerFields.*;

import com.google.protobuf.CodedInputStream;
import io.quorate.model.Key;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.KeptVersions;
import io.quorate.replication.message.ReplicaMessage.ReadHistory;
import io.quorate.storage.HistoryStore.Kept;
import io.quorate.transport.codec.Elements;
import io.quorate.transport.codec.Wire;
import io.quorate.transport.codec.WireWriter;
import io.quorate.version.Record;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Questions for versions that were replaced, and pages of them. */
final class HistoryCodec {
  private static final int DELIMITED = 2;
  private static final int FIXED64 = 1;
  private static final byte[] NO_BYTES = {};

  /** Of a version, beside its key and record; and of a page, beside its versions. */
  private static final int AROUND_BYTES = 32;

  private HistoryCodec() {}

  static void write(WireWriter out, ReadHistory read) {
    PeerMessageWriter.address(out, read, read.tenant());
    out.bytes(READ_HISTORY_FROM, read.from());
    out.uint32(READ_HISTORY_VERSIONS_MAX, read.versionsMax());
    out.uint32(READ_HISTORY_BYTES_MAX, read.bytesMax());
    out.uint32(TIMEOUT_MS, read.timeoutMillis());
  }

  /** Reads a nested ReadHistory whose tag was just read. */
  static ReplicaMessage readHistory(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    RequestHead head = new RequestHead();
    byte[] from = NO_BYTES;
    int versionsMax = 0;
    int bytesMax = 0;
    int timeoutMillis = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case READ_HISTORY_FROM << 3 | DELIMITED -> from = in.readByteArray();
        case READ_HISTORY_VERSIONS_MAX << 3 -> versionsMax = Elements.records(in.readUInt32());
        case READ_HISTORY_BYTES_MAX << 3 -> bytesMax = Elements.pageBytes(in.readUInt32());
        case TIMEOUT_MS << 3 -> timeoutMillis = in.readUInt32();
        default -> head.readOrSkip(tag, in);
      }
    }
    Wire.leave(in, outer);
    return new ReadHistory(
        head.id(),
        head.partition(),
        head.epoch(),
        head.tenant(),
        from,
        versionsMax,
        bytesMax,
        timeoutMillis);
  }

  /** How long a page gets, at most. */
  static int bytesMax(KeptVersions page) {
    int bytes = AROUND_BYTES + page.next().length;
    for (Kept each : page.versions()) {
      bytes += versionBytesMax(each);
    }
    return bytes;
  }

  private static int versionBytesMax(Kept each) {
    return each.key().bytes().length + each.record().bytes().length + AROUND_BYTES;
  }

  static void write(WireWriter out, KeptVersions page) {
    long mark = out.begin(RANGE_REPLY_KEPT, bytesMax(page));
    out.uint32(KEPT_VERSIONS_TENANT, page.tenant());
    out.fixed64(KEPT_VERSIONS_SINCE, page.since());
    for (Kept each : page.versions()) {
      long version = out.begin(KEPT_VERSIONS_VERSIONS, versionBytesMax(each));
      out.bytes(KEPT_VERSION_KEY, each.key().bytes());
      out.presentBytes(KEPT_VERSION_RECORD, each.record().bytes());
      out.fixed64(KEPT_VERSION_UNTIL, each.until());
      out.end(version);
    }
    out.bytes(KEPT_VERSIONS_NEXT, page.next());
    out.end(mark);
  }

  /** Reads a nested KeptVersions whose tag was just read. */
  static KeptVersions keptVersions(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    int tenant = 0;
    long since = 0;
    List<RawVersion> versions = new ArrayList<>();
    byte[] next = NO_BYTES;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case KEPT_VERSIONS_TENANT << 3 -> tenant = in.readUInt32();
        case KEPT_VERSIONS_SINCE << 3 | FIXED64 -> since = in.readFixed64();
        case KEPT_VERSIONS_VERSIONS << 3 | DELIMITED -> {
          Elements.checkRoom(versions, "versions");
          versions.add(version(in));
        }
        case KEPT_VERSIONS_NEXT << 3 | DELIMITED -> next = in.readByteArray();
        default -> Wire.skip(in, tag);
      }
    }
    Wire.leave(in, outer);
    List<Kept> kept = new ArrayList<>(versions.size());
    for (RawVersion each : versions) {
      kept.add(new Kept(new Key(tenant, each.key), each.record, each.until));
    }
    // Nothing less can be said of a history than that there is none: 0 would say that it has all.
    return new KeptVersions(
        tenant, Wire.understood(since == 0 ? null : since, "since"), kept, next);
  }

  /** A version before its tenant is known. */
  private record RawVersion(byte[] key, Record record, long until) {}

  private static RawVersion version(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    byte[] key = NO_BYTES;
    Record record = null;
    long until = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case KEPT_VERSION_KEY << 3 | DELIMITED -> key = in.readByteArray();
        case KEPT_VERSION_RECORD << 3 | DELIMITED -> record = Wire.record(in);
        case KEPT_VERSION_UNTIL << 3 | FIXED64 -> until = in.readFixed64();
        default -> Wire.skip(in, tag);
      }
    }
    Wire.leave(in, outer);
    return new RawVersion(key, Wire.understood(record, "a KeptVersion without record"), until);
  }
}
