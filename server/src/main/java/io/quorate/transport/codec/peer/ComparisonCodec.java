package io.quorate.transport.codec.peer;

import static io.quorate.transport.codec.peer.PeerFields.*;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.quorate.model.Key;
import io.quorate.placement.Factor;
import io.quorate.placement.Regions;
import io.quorate.placement.ReplicationFactor;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.CompareTree;
import io.quorate.replication.message.ReplicaMessage.KeySummary;
import io.quorate.replication.message.ReplicaMessage.NoTree;
import io.quorate.replication.message.ReplicaMessage.OtherTree;
import io.quorate.replication.message.ReplicaMessage.ReadVersions;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.SameTree;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.TreeOutcome;
import io.quorate.replication.message.ReplicaMessage.TreeReply;
import io.quorate.replication.message.ReplicaMessage.Versions;
import io.quorate.replication.message.ReplicaMessage.VersionsOutcome;
import io.quorate.replication.message.ReplicaMessage.VersionsReply;
import io.quorate.replication.tree.HashTree;
import io.quorate.storage.RecordStore;
import io.quorate.transport.codec.Elements;
import io.quorate.transport.codec.FactorCodec;
import io.quorate.transport.codec.NotUnderstoodException;
import io.quorate.transport.codec.VersionCodec;
import io.quorate.transport.codec.Wire;
import io.quorate.transport.codec.WireWriter;
import io.quorate.version.Summary;
import io.quorate.version.Version;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The messages by which replicas compare what they hold. */
final class ComparisonCodec {
  private static final int DELIMITED = 2;
  private static final int FIXED64 = 1;
  private static final byte[] NO_BYTES = {};

  private ComparisonCodec() {}

  /** About how long an answer gets. */
  static int bytesMax(TreeReply reply) {
    return reply.outcome() instanceof OtherTree ? HashTree.LEAVES * Long.BYTES : 0;
  }

  /** About how long a question gets. */
  static int bytesMax(ReadVersions read) {
    return read.range().after().length + HashTree.LEAVES / Byte.SIZE;
  }

  /** About how long an answer gets. */
  static int bytesMax(VersionsReply reply) {
    int bytes = 0;
    if (reply.outcome() instanceof Versions versions) {
      for (KeySummary held : versions.held()) {
        bytes += keyVersionBytes(held);
      }
      bytes += versions.reached() == null ? 0 : versions.reached().bytes().length;
    }
    return bytes;
  }

  private static int keyVersionBytes(KeySummary held) {
    return held.key().bytes().length + VersionCodec.BYTES_MAX + 25;
  }

  static void write(WireWriter out, CompareTree compare) {
    out.fixed64(ID, compare.id());
    out.uint32(PARTITION, compare.partition());
    out.varint(EPOCH, compare.epoch());
    Factor factor = compare.factor();
    out.uint32(COMPARE_TREE_FACTOR, factor.from().replicas());
    out.fixed64(COMPARE_TREE_ROOT, compare.root());
    out.uint32(COMPARE_TREE_TIMEOUT_MS, compare.timeoutMillis());
    if (factor.isAltered()) {
      out.uint32(COMPARE_TREE_NEXT_FACTOR, factor.to().replicas());
    }
    FactorCodec.write(out, COMPARE_TREE_BY_REGION, factor.from());
    if (factor.isAltered()) {
      FactorCodec.write(out, COMPARE_TREE_NEXT_BY_REGION, factor.to());
    }
  }

  static ReplicaMessage compareTree(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    RequestHead head = new RequestHead();
    int from = 0;
    int to = 0;
    SortedMap<String, Integer> fromByRegion = new TreeMap<>();
    SortedMap<String, Integer> toByRegion = new TreeMap<>();
    long root = 0;
    int timeoutMillis = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case COMPARE_TREE_FACTOR << 3 -> from = in.readUInt32();
        case COMPARE_TREE_ROOT << 3 | FIXED64 -> root = in.readFixed64();
        case COMPARE_TREE_TIMEOUT_MS << 3 -> timeoutMillis = in.readUInt32();
        case COMPARE_TREE_NEXT_FACTOR << 3 -> to = in.readUInt32();
        case COMPARE_TREE_BY_REGION << 3 | DELIMITED -> FactorCodec.read(in, fromByRegion);
        case COMPARE_TREE_NEXT_BY_REGION << 3 | DELIMITED -> FactorCodec.read(in, toByRegion);
        default -> head.readOrSkip(tag, in);
      }
    }
    Wire.leave(in, outer);
    ReplicationFactor before = FactorCodec.of(from, fromByRegion);
    ReplicationFactor after = to == 0 ? before : FactorCodec.of(to, toByRegion);
    // Only compared with those that this node has, which know where nodes stand.
    Factor factor = new Factor(before, after, Regions.UNDIVIDED);
    return new CompareTree(head.id(), head.partition(), head.epoch(), factor, root, timeoutMillis);
  }

  static void write(WireWriter out, TreeReply reply) {
    out.fixed64(ID, reply.id());
    out.fixed64(HLC, reply.hlc());
    switch (reply.outcome()) {
      case SameTree(long offered) -> {
        out.bool(TREE_REPLY_SAME, true);
        out.fixed64(TREE_REPLY_OFFERED, offered);
      }
      case NoTree unknown -> out.bool(TREE_REPLY_UNKNOWN, true);
      case OtherTree(HashTree tree, long offered) -> {
        long mark = out.begin(TREE_REPLY_LEAVES, HashTree.LEAVES * Long.BYTES);
        for (long leaf : tree.leaves()) {
          out.element64(leaf);
        }
        out.end(mark);
        out.fixed64(TREE_REPLY_OFFERED, offered);
      }
      case StaleEpoch stale -> PeerMessageWriter.staleEpoch(out, TREE_REPLY_STALE_EPOCH, stale);
      case Refused refused -> PeerMessageWriter.refused(out, TREE_REPLY_REFUSED, refused);
    }
  }

  static ReplicaMessage treeReply(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    long id = 0;
    long hlc = 0;
    TreeOutcome outcome = null;
    long offered = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case ID << 3 | FIXED64 -> id = in.readFixed64();
        case HLC << 3 | FIXED64 -> hlc = in.readFixed64();
        case TREE_REPLY_SAME << 3 -> outcome = in.readBool() ? SameTree.INSTANCE : outcome;
        case TREE_REPLY_LEAVES << 3 | DELIMITED -> outcome = new OtherTree(leaves(in));
        case TREE_REPLY_OFFERED << 3 | FIXED64 -> offered = in.readFixed64();
        case TREE_REPLY_UNKNOWN << 3 -> outcome = in.readBool() ? NoTree.INSTANCE : outcome;
        case TREE_REPLY_STALE_EPOCH << 3 | DELIMITED -> outcome = PeerMessageReader.staleEpoch(in);
        case TREE_REPLY_REFUSED << 3 | DELIMITED ->
            outcome = new Refused(in.readStringRequireUtf8());
        default -> Wire.skip(in, tag);
      }
    }
    Wire.leave(in, outer);
    TreeOutcome told = Wire.understood(outcome, "a TreeReply without outcome");
    return new TreeReply(id, hlc, offered == 0 ? told : withOffered(told, offered));
  }

  private static TreeOutcome withOffered(TreeOutcome outcome, long offered) {
    return switch (outcome) {
      case SameTree same -> new SameTree(offered);
      case OtherTree(HashTree tree, long none) -> new OtherTree(tree, offered);
      default -> outcome;
    };
  }

  private static HashTree leaves(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    long[] leaves = new long[HashTree.LEAVES];
    int count = 0;
    while (!in.isAtEnd()) {
      long leaf = in.readFixed64();
      if (count < leaves.length) {
        leaves[count] = leaf;
      }
      count++;
    }
    in.popLimit(outer);
    if (count != HashTree.LEAVES) {
      throw new InvalidProtocolBufferException("a TreeReply of " + count + " leaves");
    }
    return HashTree.of(leaves);
  }

  static void write(WireWriter out, ReadVersions read) {
    RecordStore.Range range = read.range();
    out.fixed64(ID, read.id());
    out.uint32(PARTITION, range.partition());
    out.varint(EPOCH, read.epoch());
    out.uint32(TENANT, range.tenant());
    out.bytes(READ_VERSIONS_AFTER, range.after());
    out.uint32(READ_VERSIONS_RECORDS_MAX, range.recordsMax());
    out.uint32(READ_VERSIONS_BYTES_MAX, range.bytesMax());
    out.bytes(READ_VERSIONS_LEAVES, read.leaves().toByteArray());
    out.uint32(READ_VERSIONS_TIMEOUT_MS, read.timeoutMillis());
  }

  static ReplicaMessage readVersions(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    RequestHead head = new RequestHead();
    byte[] after = NO_BYTES;
    int recordsMax = 0;
    int bytesMax = 0;
    BitSet leaves = new BitSet();
    int timeoutMillis = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case READ_VERSIONS_AFTER << 3 | DELIMITED -> after = in.readByteArray();
        case READ_VERSIONS_RECORDS_MAX << 3 -> recordsMax = Elements.records(in.readUInt32());
        case READ_VERSIONS_BYTES_MAX << 3 -> bytesMax = Elements.pageBytes(in.readUInt32());
        case READ_VERSIONS_LEAVES << 3 | DELIMITED -> leaves = bits(in);
        case READ_VERSIONS_TIMEOUT_MS << 3 -> timeoutMillis = in.readUInt32();
        default -> head.readOrSkip(tag, in);
      }
    }
    Wire.leave(in, outer);
    var range =
        new RecordStore.Range(
            head.partition(), head.tenant(), NO_BYTES, after, recordsMax, bytesMax);
    return new ReadVersions(head.id(), head.epoch(), range, leaves, timeoutMillis);
  }

  private static BitSet bits(CodedInputStream in) throws IOException {
    byte[] bits = in.readByteArray();
    if (bits.length > HashTree.LEAVES / Byte.SIZE) {
      throw new InvalidProtocolBufferException(
          "a ReadVersions of " + (long) bits.length * Byte.SIZE + " leaves");
    }
    return BitSet.valueOf(bits);
  }

  static void write(WireWriter out, VersionsReply reply) {
    out.fixed64(ID, reply.id());
    out.fixed64(HLC, reply.hlc());
    switch (reply.outcome()) {
      case Versions(List<KeySummary> held, @Nullable Key reached) -> {
        Key any = reached != null || held.isEmpty() ? reached : held.getFirst().key();
        out.uint32(VERSIONS_REPLY_TENANT, any == null ? 0 : any.tenant());
        for (KeySummary each : held) {
          long mark = out.begin(VERSIONS_REPLY_HELD, keyVersionBytes(each));
          out.bytes(KEY_VERSION_KEY, each.key().bytes());
          VersionCodec.write(out, KEY_VERSION_VERSION, each.summary().version());
          out.fixed64(KEY_VERSION_HASH, each.summary().hash());
          out.end(mark);
        }
        out.bytes(VERSIONS_REPLY_REACHED, reached == null ? NO_BYTES : reached.bytes());
        out.bool(VERSIONS_REPLY_COMPLETE, reached == null);
      }
      case StaleEpoch stale -> PeerMessageWriter.staleEpoch(out, VERSIONS_REPLY_STALE_EPOCH, stale);
      case Refused refused -> PeerMessageWriter.refused(out, VERSIONS_REPLY_REFUSED, refused);
    }
  }

  /** A key before its tenant is known. */
  private record RawSummary(byte[] key, Summary summary) {}

  static ReplicaMessage versionsReply(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    long id = 0;
    long hlc = 0;
    int tenant = 0;
    List<RawSummary> held = new ArrayList<>();
    byte[] reached = NO_BYTES;
    boolean complete = false;
    VersionsOutcome refusal = null;
    boolean unknown = false;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case ID << 3 | FIXED64 -> id = in.readFixed64();
        case HLC << 3 | FIXED64 -> hlc = in.readFixed64();
        case VERSIONS_REPLY_TENANT << 3 -> tenant = in.readUInt32();
        case VERSIONS_REPLY_HELD << 3 | DELIMITED -> {
          Elements.checkRoom(held, "versions");
          held.add(keyVersion(in));
        }
        case VERSIONS_REPLY_REACHED << 3 | DELIMITED -> reached = in.readByteArray();
        case VERSIONS_REPLY_COMPLETE << 3 -> complete = in.readBool();
        case VERSIONS_REPLY_STALE_EPOCH << 3 | DELIMITED ->
            refusal = PeerMessageReader.staleEpoch(in);
        case VERSIONS_REPLY_REFUSED << 3 | DELIMITED ->
            refusal = new Refused(in.readStringRequireUtf8());
        default -> {
          unknown = true;
          Wire.skip(in, tag);
        }
      }
    }
    Wire.leave(in, outer);
    if (refusal != null) {
      return new VersionsReply(id, hlc, refusal);
    }
    if (unknown && held.isEmpty() && !complete && reached.length == 0) {
      throw new NotUnderstoodException("a VersionsReply of an unknown outcome");
    }
    int owner = tenant;
    List<KeySummary> versions =
        held.stream().map(raw -> new KeySummary(new Key(owner, raw.key), raw.summary)).toList();
    return new VersionsReply(
        id, hlc, new Versions(versions, complete ? null : new Key(tenant, reached)));
  }

  private static RawSummary keyVersion(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    byte[] key = NO_BYTES;
    Version version = null;
    long hash = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case KEY_VERSION_KEY << 3 | DELIMITED -> key = in.readByteArray();
        case KEY_VERSION_VERSION << 3 | DELIMITED -> version = VersionCodec.read(in);
        case KEY_VERSION_HASH << 3 | FIXED64 -> hash = in.readFixed64();
        default -> Wire.skip(in, tag);
      }
    }
    Wire.leave(in, outer);
    return new RawSummary(
        key, new Summary(Wire.understood(version, "a KeyVersion without version"), hash));
  }
}
