package io.quorate.transport.codec;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.quorate.model.NodeId;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Fields;
import io.quorate.replication.api.Found;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ResultInfo;
import io.quorate.replication.api.Siblings;
import io.quorate.version.FieldValue;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What clients are told: {@code quorate.v1.OperationResult} and its parts. */
public final class OutcomeCodec {
  /** Field of the results in PipeResponse, BatchGetResponse and BatchPutResponse alike. */
  private static final int RESULTS = 1;

  private static final int DRAINING = 2;
  private static final int CLOCK_MS = 3;

  private static final int ID = 1;
  private static final int PUT = 2;
  private static final int GET = 3;
  private static final int DELETE = 4;
  private static final int FAILURE = 5;
  private static final int UPDATE = 6;
  private static final int INCREMENT = 7;
  private static final int UPDATE_FIELDS = 8;

  private static final int WRITTEN_VERSION = 1;
  private static final int WRITTEN_INFO = 2;
  private static final int WRITTEN_CONTEXT = 3;
  private static final int WRITTEN_SUM = 4;

  private static final int UPDATED_INFO = 1;

  private static final int GET_FOUND = 1;
  private static final int GET_VALUE = 2;
  private static final int GET_VERSION = 3;
  private static final int GET_EXPIRES_AT_MS = 4;
  private static final int GET_REPAIRED_REPLICAS = 11;
  private static final int GET_INFO = 5;
  private static final int GET_SIBLINGS = 6;
  private static final int GET_CONTEXT = 7;
  private static final int GET_PURGED_HLC = 12;
  private static final int GET_FIELDS = 13;

  private static final int INFO_PARTITION = 1;
  private static final int INFO_EPOCH = 2;
  private static final int INFO_REPLICAS = 3;
  private static final int INFO_POTENTIALLY_STALE = 4;
  private static final int INFO_HLC = 5;

  private static final int DELIMITED = 2;
  private static final int FIXED64 = 1;

  /** Bytes of a result beside value, replicas and text, at most. */
  private static final int OVERHEAD_BYTES = 120;

  private OutcomeCodec() {}

  /**
   * Adds one result to a PipeResponse, BatchGetResponse or BatchPutResponse.
   *
   * @param of what was carried out; null if that is not known here: then a write looks like a put
   */
  public static void addResult(WireWriter out, long id, Outcome outcome, @Nullable Operation of) {
    write(out, RESULTS, id, outcome, of);
  }

  /** Appends to a {@code PipeResponse} whether the node is draining; what comes last counts. */
  public static void addDraining(WireWriter out, boolean draining) {
    out.presentVarint(DRAINING, draining ? 1 : 0);
  }

  /** Appends to a {@code PipeResponse} the node's clock, in milliseconds since 1970. */
  public static void addClock(WireWriter out, long wallMillis) {
    out.fixed64(CLOCK_MS, wallMillis);
  }

  /** Writes a nested {@code OperationResult}. */
  public static void write(
      WireWriter out, int field, long id, Outcome outcome, @Nullable Operation of) {
    long mark = out.begin(field, bytesMax(outcome));
    out.varint(ID, id);
    switch (outcome) {
      case Outcome.Written written -> {
        long body = out.begin(fieldOf(of, written), bytesMax(outcome));
        writeWritten(out, written);
        out.end(body);
      }
      case Outcome.Updated updated -> {
        long body = out.begin(UPDATE, bytesMax(outcome));
        writeUpdated(out, updated);
        out.end(body);
      }
      case Outcome.Read read -> {
        long body = out.begin(GET, bytesMax(outcome));
        writeRead(out, read);
        out.end(body);
      }
      case Outcome.Failed(Failure failure) -> {
        long body = out.begin(FAILURE, bytesMax(outcome));
        FailureCodec.write(out, failure);
        out.end(body);
      }
    }
    out.end(mark);
  }

  private static int fieldOf(@Nullable Operation of, Outcome.Written written) {
    return switch (of) {
      case Operation.Delete delete -> DELETE;
      case Operation.Increment increment -> INCREMENT;
      case Operation.UpdateFields update -> UPDATE_FIELDS;
      case null, default -> written.sum() == 0 ? PUT : INCREMENT;
    };
  }

  private static int bytesMax(Outcome outcome) {
    return OVERHEAD_BYTES
        + switch (outcome) {
          case Outcome.Written written ->
              Long.BYTES * written.info().replicas().size() + written.context().length;
          case Outcome.Updated updated -> Long.BYTES * updated.info().replicas().size();
          case Outcome.Read read ->
              Long.BYTES * read.info().replicas().size()
                  + (read.live() == null ? 0 : read.live().valueLength())
                  + bytesMax(read.found());
          case Outcome.Failed failed ->
              failed.failure().message().length() + failed.failure().field().length();
        };
  }

  private static int bytesMax(@Nullable Found found) {
    return switch (found) {
      case null -> 0;
      case Siblings siblings -> SiblingsCodec.bytesMax(siblings) + siblings.context().length;
      case Fields fields -> FieldsCodec.bytesMax(fields);
    };
  }

  /**
   * Writes the fields of a PutResponse, DeleteResponse, IncrementResponse or UpdateFieldsResponse,
   * which are alike.
   */
  public static void writeWritten(WireWriter out, Outcome.Written written) {
    VersionCodec.write(out, WRITTEN_VERSION, written.version());
    writeFacts(out, WRITTEN_INFO, written.info());
    out.bytes(WRITTEN_CONTEXT, written.context());
    out.varint(WRITTEN_SUM, CodedOutputStream.encodeZigZag64(written.sum()));
  }

  /** Writes the fields of an UpdateResponse. */
  public static void writeUpdated(WireWriter out, Outcome.Updated updated) {
    writeFacts(out, UPDATED_INFO, updated.info());
  }

  /** Writes the fields of a GetResponse. */
  public static void writeRead(WireWriter out, Outcome.Read read) {
    Record live = read.live();
    if (live != null) {
      out.bool(GET_FOUND, true);
      if (live.valueLength() > 0) {
        out.presentBytes(GET_VALUE, live.bytes(), live.valueOffset(), live.valueLength());
      }
      out.varint(GET_EXPIRES_AT_MS, live.expiresAtMillis());
    }
    switch (read.found()) {
      case null -> {}
      case Siblings siblings -> {
        out.bool(GET_FOUND, !siblings.live().isEmpty());
        SiblingsCodec.write(out, GET_SIBLINGS, siblings);
        out.bytes(GET_CONTEXT, siblings.context());
      }
      case Fields fields -> {
        out.bool(GET_FOUND, !fields.values().isEmpty());
        FieldsCodec.write(out, GET_FIELDS, fields);
      }
    }
    if (read.version() != null) {
      VersionCodec.write(out, GET_VERSION, read.version());
    }
    writeFacts(out, GET_INFO, read.info());
    out.uint32(GET_REPAIRED_REPLICAS, read.repaired());
    out.fixed64(GET_PURGED_HLC, read.purged());
  }

  private static void writeFacts(WireWriter out, int field, ResultInfo info) {
    List<NodeId> replicas = info.replicas();
    long mark = out.begin(field, 50 + Long.BYTES * replicas.size());
    out.uint32(INFO_PARTITION, info.partition());
    out.varint(INFO_EPOCH, info.epoch());
    writeNodes(out, INFO_REPLICAS, replicas);
    out.bool(INFO_POTENTIALLY_STALE, info.potentiallyStale());
    out.fixed64(INFO_HLC, info.hlc());
    out.end(mark);
  }

  static void writeNodes(WireWriter out, int field, List<NodeId> nodes) {
    if (!nodes.isEmpty()) {
      long mark = out.begin(field, Long.BYTES * nodes.size());
      for (int i = 0; i < nodes.size(); i++) {
        out.element64(nodes.get(i).value());
      }
      out.end(mark);
    }
  }

  /** Reads a packed list of node ids whose tag was just read. */
  static List<NodeId> readNodes(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    List<NodeId> nodes = new ArrayList<>();
    while (in.getBytesUntilLimit() > 0) {
      if (nodes.size() >= Elements.NODES_MAX) {
        throw new InvalidProtocolBufferException("more than " + Elements.NODES_MAX + " replicas");
      }
      nodes.add(new NodeId(in.readFixed64()));
    }
    in.popLimit(outer);
    return nodes;
  }

  /**
   * Reads a nested {@code OperationResult} whose tag was just read. The record of a value that was
   * found is for answering a client only: which epoch it was first written under is not on this
   * wire, and the epoch of the answer stands in its place.
   */
  public static Outcome read(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    Outcome outcome = null;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case PUT << 3 | DELIMITED,
            DELETE << 3 | DELIMITED,
            INCREMENT << 3 | DELIMITED,
            UPDATE_FIELDS << 3 | DELIMITED ->
            outcome = readWritten(in);
        case UPDATE << 3 | DELIMITED -> outcome = readUpdated(in);
        case GET << 3 | DELIMITED -> outcome = readRead(in);
        case FAILURE << 3 | DELIMITED -> outcome = new Outcome.Failed(FailureCodec.read(in));
        default -> Wire.skip(in, tag);
      }
    }
    Wire.leave(in, outer);
    return Wire.understood(outcome, "no known result");
  }

  private static Outcome readWritten(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    Version version = null;
    ResultInfo info = null;
    byte[] context = Outcome.NO_CONTEXT;
    long sum = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case WRITTEN_VERSION << 3 | DELIMITED -> version = VersionCodec.read(in);
        case WRITTEN_INFO << 3 | DELIMITED -> info = readFacts(in);
        case WRITTEN_CONTEXT << 3 | DELIMITED -> context = in.readByteArray();
        case WRITTEN_SUM << 3 -> sum = in.readSInt64();
        default -> Wire.skip(in, tag);
      }
    }
    Wire.leave(in, outer);
    return new Outcome.Written(
        Wire.understood(version, "a stored write without version"),
        Wire.understood(info, "a stored write without facts"),
        context,
        sum);
  }

  private static Outcome readUpdated(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    ResultInfo info = null;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case UPDATED_INFO << 3 | DELIMITED -> info = readFacts(in);
        default -> Wire.skip(in, tag);
      }
    }
    Wire.leave(in, outer);
    return new Outcome.Updated(Wire.understood(info, "a stored update without facts"));
  }

  private static Outcome readRead(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    boolean found = false;
    byte[] value = {};
    long expiresAtMillis = 0;
    Version version = null;
    ResultInfo info = null;
    int repaired = 0;
    long purged = 0;
    List<Siblings.Value> siblings = new ArrayList<>();
    List<FieldValue> fields = new ArrayList<>();
    byte[] context = Outcome.NO_CONTEXT;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case GET_FOUND << 3 -> found = in.readBool();
        case GET_VALUE << 3 | DELIMITED -> value = in.readByteArray();
        case GET_VERSION << 3 | DELIMITED -> version = VersionCodec.read(in);
        case GET_EXPIRES_AT_MS << 3 -> expiresAtMillis = in.readUInt64();
        case GET_INFO << 3 | DELIMITED -> info = readFacts(in);
        case GET_REPAIRED_REPLICAS << 3 -> repaired = in.readUInt32();
        case GET_SIBLINGS << 3 | DELIMITED -> siblings.add(SiblingsCodec.read(in));
        case GET_CONTEXT << 3 | DELIMITED -> context = in.readByteArray();
        case GET_FIELDS << 3 | DELIMITED -> {
          FieldsCodec.checkRoom(fields);
          fields.add(FieldsCodec.read(in));
        }
        case GET_PURGED_HLC << 3 | FIXED64 -> purged = in.readFixed64();
        default -> Wire.skip(in, tag);
      }
    }
    Wire.leave(in, outer);
    ResultInfo how = Wire.understood(info, "an answered read without facts");
    if (context.length > 0) {
      Siblings all = new Siblings(siblings, context, null);
      return new Outcome.Read(null, version, how, repaired, purged, all);
    }
    if (!fields.isEmpty()) {
      Fields all = new Fields(fields, null);
      return new Outcome.Read(null, version, how, repaired, purged, all);
    }
    if (!found) {
      return new Outcome.Read(null, version, how, repaired, purged, null);
    }
    Version of = Wire.understood(version, "a value without version");
    return Outcome.Read.of(Record.value(of, how.epoch(), expiresAtMillis, value), how)
        .repaired(repaired);
  }

  private static ResultInfo readFacts(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    int partition = 0;
    long epoch = 0;
    List<NodeId> replicas = List.of();
    boolean potentiallyStale = false;
    long hlc = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case INFO_PARTITION << 3 -> partition = in.readUInt32();
        case INFO_EPOCH << 3 -> epoch = in.readUInt64();
        case INFO_REPLICAS << 3 | DELIMITED -> replicas = readNodes(in);
        case INFO_POTENTIALLY_STALE << 3 -> potentiallyStale = in.readBool();
        case INFO_HLC << 3 | FIXED64 -> hlc = in.readFixed64();
        default -> Wire.skip(in, tag);
      }
    }
    Wire.leave(in, outer);
    return new ResultInfo(partition, epoch, replicas, potentiallyStale, hlc);
  }

  /** {@code quorate.v1.Failure} as bytes: what the trailer of a failed unary call carries. */
  public static byte[] failureBytes(Failure failure) {
    WireWriter out = new WireWriter();
    FailureCodec.write(out, failure);
    return out.toByteArray();
  }
}
