package io.quorate.transport.codec;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.quorate.model.RequestId;
import io.quorate.placement.ReadRepair;
import io.quorate.replication.api.Condition;
import io.quorate.replication.api.Minimum;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.WriteStamp;
import io.quorate.version.Version;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What clients ask: {@code quorate.v1.Operation}, PipeRequest, and the requests of the unary calls.
 *
 * <p>Bytes that are no protobuf, or not of the message expected, are malformed; an operation that
 * is well-formed and makes no sense is reported as invalid, alone, with the reason.
 */
public final class OperationCodec {
  /**
   * Operations in one PipeRequest at most. An operation that says nothing takes two bytes on the
   * wire and some hundred when it is read and answered, so a bound on bytes alone does not bound
   * memory.
   */
  public static final int FRAME_OPERATIONS_MAX = 4096;

  private static final int REQUEST_OPERATIONS = 1;

  private static final int ID = 1;
  private static final int TIMEOUT_MS = 2;
  private static final int SENT_AT_MS = 6;
  private static final int PUT = 3;
  private static final int GET = 4;
  private static final int DELETE = 5;
  private static final int UPDATE = 7;
  private static final int INCREMENT = 8;
  private static final int UPDATE_FIELDS = 9;

  private static final int TENANT = 1;
  private static final int KEY = 2;

  private static final int PUT_VALUE = 3;
  private static final int PUT_LEVEL = 4;
  private static final int PUT_TTL_MS = 5;
  private static final int PUT_REQUEST_ID = 6;
  private static final int PUT_STAMP = 7;
  private static final int PUT_CONTEXT = 8;
  private static final int PUT_CONDITION = 9;
  private static final int PUT_FENCE_TOKEN = 10;
  private static final int PUT_ABOVE_HLC = 13;
  private static final int GET_LEVEL = 3;
  private static final int GET_MIN_VERSION = 4;
  private static final int GET_MIN_HLC = 5;
  private static final int GET_READ_REPAIR = 9;
  private static final int GET_FENCE_TOKEN = 10;
  private static final int DELETE_LEVEL = 3;
  private static final int DELETE_REQUEST_ID = 4;
  private static final int DELETE_STAMP = 5;
  private static final int DELETE_CONTEXT = 6;
  private static final int DELETE_CONDITION = 7;
  private static final int DELETE_FENCE_TOKEN = 8;
  private static final int DELETE_ABOVE_HLC = 11;

  /** Bytes of an operation beside tenant, key and value, at most. */
  private static final int OVERHEAD_BYTES = 180;

  private static final int DELIMITED = 2;
  private static final int FIXED64 = 1;
  private static final byte[] NO_BYTES = {};

  private OperationCodec() {}

  /** Takes the operations of a batch, in their order. */
  public interface Sink {
    /**
     * An operation to carry out.
     *
     * @param timeoutMillis 0 for the server's default
     * @param sentAtMillis when it was sent, by this node's clock as the sender knows it; 0 if that
     *     was not said
     */
    void operation(long id, int timeoutMillis, long sentAtMillis, Operation operation);

    /** An operation that makes no sense, and why. */
    void invalid(long id, String reason);
  }

  /** Bytes of a well-formed request that asks for something that makes no sense. */
  public static final class InvalidOperationException extends Exception {
    private static final long serialVersionUID = 1;

    InvalidOperationException(String message) {
      super(message);
    }

    private String reason() {
      return String.valueOf(getMessage());
    }
  }

  /**
   * Reads a PipeRequest.
   *
   * @throws MalformedMessageException at the first thing that is wrong; what came before it has
   *     been handed to the sink
   */
  public static void readPipeRequest(byte[] request, Sink sink) {
    PipeReader reader = new PipeReader(request);
    boolean more = true;
    while (more) {
      more = reader.readNext(sink);
    }
  }

  /** A PipeRequest of which one operation is read at a time, so that the reading can be held up. */
  public static final class PipeReader {
    private final byte[] request;
    private final CodedInputStream in;
    private final Envelope envelope = new Envelope();

    /** Why all operations of the request are refused; null if they are not. */
    private final @Nullable String refusal;

    private int operations;

    public PipeReader(byte[] request) {
      this.request = request;
      this.in = CodedInputStream.newInstance(request);
      int unknown = unknownField(request);
      this.refusal = unknown == 0 ? null : notKnown(unknown, "PipeRequest");
    }

    /**
     * Hands the next operation to the sink. If the request has a field that is not known here, each
     * of its operations is invalid.
     *
     * @return false if there was none any more
     * @throws MalformedMessageException at the first thing that is wrong
     */
    public boolean readNext(Sink sink) {
      try {
        if (!toNext(in)) {
          return false;
        }
        if (++operations > FRAME_OPERATIONS_MAX) {
          throw new InvalidProtocolBufferException(
              "more than " + FRAME_OPERATIONS_MAX + " operations: send them in several messages");
        }
        envelope.read(in);
      } catch (IOException e) {
        throw malformed("PipeRequest", request, in, e);
      }
      if (refusal == null) {
        envelope.handTo(sink);
      } else {
        sink.invalid(envelope.id, refusal);
      }
      return true;
    }
  }

  /** Reads a batch request: its repeated field 1, each element through {@code reader}. */
  private static void readBatch(
      String name, byte[] request, int operationsMax, ElementReader reader, Sink sink)
      throws InvalidOperationException {
    int unknown = unknownField(request);
    if (unknown != 0) {
      throw new InvalidOperationException(notKnown(unknown, name));
    }
    CodedInputStream in = CodedInputStream.newInstance(request);
    Envelope envelope = new Envelope();
    for (long index = 0; ; index++) {
      try {
        if (!toNext(in)) {
          return;
        }
        if (index >= operationsMax) {
          throw new MalformedMessageException(
              "the batch has more than "
                  + operationsMax
                  + " operations, the limit: send several batches");
        }
        envelope.clear();
        envelope.id = index;
        envelope.readBody(in, reader);
      } catch (IOException e) {
        throw malformed(name, request, in, e);
      }
      envelope.handTo(sink);
    }
  }

  /**
   * Reads a BatchGetRequest; the ids are positions, from 0.
   *
   * @throws MalformedMessageException also if there are more than {@code operationsMax}
   * @throws InvalidOperationException if the request has a field that is not known here; then
   *     nothing has been handed to the sink
   */
  public static void readBatchGet(byte[] request, int operationsMax, Sink sink)
      throws InvalidOperationException {
    readBatch("BatchGetRequest", request, operationsMax, OperationCodec::get, sink);
  }

  /**
   * Reads a BatchPutRequest; the ids are positions, from 0.
   *
   * @throws MalformedMessageException also if there are more than {@code operationsMax}
   * @throws InvalidOperationException if the request has a field that is not known here; then
   *     nothing has been handed to the sink
   */
  public static void readBatchPut(byte[] request, int operationsMax, Sink sink)
      throws InvalidOperationException {
    readBatch("BatchPutRequest", request, operationsMax, OperationCodec::put, sink);
  }

  public static Operation readPut(byte[] request) throws InvalidOperationException {
    return readAlone("PutRequest", request, OperationCodec::put);
  }

  public static Operation readGet(byte[] request) throws InvalidOperationException {
    return readAlone("GetRequest", request, OperationCodec::get);
  }

  public static Operation readDelete(byte[] request) throws InvalidOperationException {
    return readAlone("DeleteRequest", request, OperationCodec::delete);
  }

  public static Operation readUpdate(byte[] request) throws InvalidOperationException {
    return readAlone("UpdateRequest", request, UpdateCodec::read);
  }

  public static Operation readIncrement(byte[] request) throws InvalidOperationException {
    return readAlone("IncrementRequest", request, IncrementCodec::read);
  }

  /** Reads an UpdateFieldsRequest. */
  public static Operation readUpdateFields(byte[] request) throws InvalidOperationException {
    return readAlone("UpdateFieldsRequest", request, UpdateFieldsCodec::read);
  }

  private static Operation readAlone(String name, byte[] request, ElementReader reader)
      throws InvalidOperationException {
    CodedInputStream in = CodedInputStream.newInstance(request);
    try {
      Operation operation = reader.read(in, new PassedOver());
      in.checkLastTagWas(0);
      return operation;
    } catch (IOException e) {
      throw malformed(name, request, in, e);
    }
  }

  /** Reads a nested {@code Operation} whose tag was just read: what one node passes to another. */
  public static Operation readForwarded(CodedInputStream in) throws IOException {
    Envelope envelope = new Envelope();
    envelope.read(in);
    Operation known = envelope.passedOver.isNothing() ? envelope.operation : null;
    return Wire.understood(known, "a forwarded operation that is not known here");
  }

  /** Writes an {@code Operation}. The id stays 0 and the timeout unset: the envelope has them. */
  public static void write(WireWriter out, int field, Operation operation) {
    int bytes = OVERHEAD_BYTES + operation.tenant().length() + operation.key().length;
    bytes += operation.context().length;
    bytes +=
        switch (operation) {
          case Operation.Update update -> UpdateCodec.bytesMax(update);
          case Operation.UpdateFields update -> UpdateFieldsCodec.bytesMax(update);
          default -> operation.valueBytes();
        };
    long mark = out.begin(field, bytes);
    switch (operation) {
      case Operation.Put put -> {
        long body = out.begin(PUT, bytes);
        writeTarget(out, put);
        out.bytes(PUT_VALUE, put.value());
        LevelCodec.write(out, PUT_LEVEL, put.level());
        out.varint(PUT_TTL_MS, put.ttlMillis());
        RequestIdCodec.write(out, PUT_REQUEST_ID, put.requestId());
        StampCodec.write(out, PUT_STAMP, put.stamp());
        out.bytes(PUT_CONTEXT, put.context());
        ConditionCodec.write(out, PUT_CONDITION, put.condition());
        out.varint(PUT_FENCE_TOKEN, put.fenceToken());
        out.fixed64(PUT_ABOVE_HLC, put.aboveHlc());
        out.end(body);
      }
      case Operation.Get get -> {
        long body = out.begin(GET, bytes);
        writeTarget(out, get);
        LevelCodec.write(out, GET_LEVEL, get.level());
        writeMinimum(out, get.minimum());
        if (get.repair() != null) {
          ReadRepairCodec.write(out, GET_READ_REPAIR, get.repair());
        }
        out.varint(GET_FENCE_TOKEN, get.fenceToken());
        out.end(body);
      }
      case Operation.Delete delete -> {
        long body = out.begin(DELETE, bytes);
        writeTarget(out, delete);
        LevelCodec.write(out, DELETE_LEVEL, delete.level());
        RequestIdCodec.write(out, DELETE_REQUEST_ID, delete.requestId());
        StampCodec.write(out, DELETE_STAMP, delete.stamp());
        out.bytes(DELETE_CONTEXT, delete.context());
        ConditionCodec.write(out, DELETE_CONDITION, delete.condition());
        out.varint(DELETE_FENCE_TOKEN, delete.fenceToken());
        out.fixed64(DELETE_ABOVE_HLC, delete.aboveHlc());
        out.end(body);
      }
      case Operation.Increment increment -> {
        long body = out.begin(INCREMENT, bytes);
        IncrementCodec.write(out, increment);
        out.end(body);
      }
      case Operation.UpdateFields update -> {
        long body = out.begin(UPDATE_FIELDS, bytes);
        UpdateFieldsCodec.write(out, update);
        out.end(body);
      }
      case Operation.Update update -> {
        long body = out.begin(UPDATE, bytes);
        UpdateCodec.write(out, update);
        out.end(body);
      }
    }
    out.end(mark);
  }

  private static void writeTarget(WireWriter out, Operation operation) {
    out.string(TENANT, operation.tenant());
    out.bytes(KEY, operation.key());
  }

  private static void writeMinimum(WireWriter out, @Nullable Minimum minimum) {
    if (minimum != null) {
      if (minimum.version() != null) {
        VersionCodec.write(out, GET_MIN_VERSION, minimum.version());
      }
      out.fixed64(GET_MIN_HLC, minimum.hlc());
    }
  }

  private static Operation put(CodedInputStream in, PassedOver passedOver)
      throws IOException, InvalidOperationException {
    String tenant = "";
    byte[] key = NO_BYTES;
    byte[] value = NO_BYTES;
    LevelCodec.Field level = LevelCodec.Field.UNSET;
    long ttlMillis = 0;
    RequestId requestId = RequestId.NONE;
    WriteStamp stamp = null;
    byte[] context = NO_BYTES;
    long aboveHlc = 0;
    Condition condition = null;
    boolean asks = false;
    long fenceToken = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case TENANT << 3 | DELIMITED -> tenant = in.readStringRequireUtf8();
        case KEY << 3 | DELIMITED -> key = in.readByteArray();
        case PUT_VALUE << 3 | DELIMITED -> value = in.readByteArray();
        case PUT_LEVEL << 3 | DELIMITED -> level = LevelCodec.read(in, passedOver);
        case PUT_TTL_MS << 3 -> ttlMillis = in.readUInt64();
        case PUT_REQUEST_ID << 3 | DELIMITED -> requestId = RequestIdCodec.read(in, passedOver);
        case PUT_STAMP << 3 | DELIMITED -> stamp = StampCodec.read(in, passedOver);
        case PUT_CONTEXT << 3 | DELIMITED -> context = in.readByteArray();
        case PUT_CONDITION << 3 | DELIMITED -> {
          condition = ConditionCodec.read(in, passedOver);
          asks = true;
        }
        case PUT_FENCE_TOKEN << 3 -> fenceToken = in.readUInt64();
        case PUT_ABOVE_HLC << 3 | FIXED64 -> aboveHlc = in.readFixed64();
        default -> passedOver.add(in, tag, "PutRequest");
      }
    }
    checkKnown(passedOver);
    checkCondition(asks, condition);
    checkToken(fenceToken);
    if (ttlMillis < 0) {
      throw new InvalidOperationException(
          "ttl_ms "
              + Long.toUnsignedString(ttlMillis)
              + " is more than time can hold: give at most "
              + Long.MAX_VALUE);
    }
    return new Operation.Put(
        tenant,
        key,
        value,
        level.valid(),
        ttlMillis,
        requestId,
        stamp,
        aboveHlc,
        context,
        condition,
        fenceToken);
  }

  private static Operation get(CodedInputStream in, PassedOver passedOver)
      throws IOException, InvalidOperationException {
    String tenant = "";
    byte[] key = NO_BYTES;
    LevelCodec.Field level = LevelCodec.Field.UNSET;
    ReadRepairCodec.Field repair = ReadRepairCodec.Field.UNSET;
    Version minVersion = null;
    boolean noVersion = false;
    long minHlc = 0;
    long fenceToken = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case TENANT << 3 | DELIMITED -> tenant = in.readStringRequireUtf8();
        case KEY << 3 | DELIMITED -> key = in.readByteArray();
        case GET_LEVEL << 3 | DELIMITED -> level = LevelCodec.read(in, passedOver);
        case GET_MIN_VERSION << 3 | DELIMITED -> {
          minVersion = version(in, passedOver);
          noVersion = minVersion == null;
        }
        case GET_MIN_HLC << 3 | FIXED64 -> minHlc = in.readFixed64();
        case GET_READ_REPAIR << 3 | DELIMITED -> repair = ReadRepairCodec.read(in, passedOver);
        case GET_FENCE_TOKEN << 3 -> fenceToken = in.readUInt64();
        default -> passedOver.add(in, tag, "GetRequest");
      }
    }
    checkKnown(passedOver);
    checkToken(fenceToken);
    if (noVersion) {
      throw new InvalidOperationException(
          "min_version has a token or a boot beyond all numbers: give a version as it was"
              + " answered");
    }
    return new Operation.Get(
        tenant,
        key,
        level.valid(),
        repair(repair),
        minVersion == null && minHlc == 0 ? null : new Minimum(minVersion, minHlc),
        fenceToken);
  }

  /** Returns a version whose tag was just read; null if there is no such version. */
  private static @Nullable Version version(CodedInputStream in, PassedOver passedOver)
      throws IOException {
    try {
      return VersionCodec.read(in, passedOver);
    } catch (IllegalArgumentException none) {
      return null;
    }
  }

  private static @Nullable ReadRepair repair(ReadRepairCodec.Field field)
      throws InvalidOperationException {
    try {
      return field.valid();
    } catch (IllegalArgumentException unknown) {
      throw new InvalidOperationException(String.valueOf(unknown.getMessage()));
    }
  }

  private static Operation delete(CodedInputStream in, PassedOver passedOver)
      throws IOException, InvalidOperationException {
    String tenant = "";
    byte[] key = NO_BYTES;
    LevelCodec.Field level = LevelCodec.Field.UNSET;
    RequestId requestId = RequestId.NONE;
    WriteStamp stamp = null;
    byte[] context = NO_BYTES;
    long aboveHlc = 0;
    Condition condition = null;
    boolean asks = false;
    long fenceToken = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case TENANT << 3 | DELIMITED -> tenant = in.readStringRequireUtf8();
        case KEY << 3 | DELIMITED -> key = in.readByteArray();
        case DELETE_LEVEL << 3 | DELIMITED -> level = LevelCodec.read(in, passedOver);
        case DELETE_REQUEST_ID << 3 | DELIMITED -> requestId = RequestIdCodec.read(in, passedOver);
        case DELETE_STAMP << 3 | DELIMITED -> stamp = StampCodec.read(in, passedOver);
        case DELETE_CONTEXT << 3 | DELIMITED -> context = in.readByteArray();
        case DELETE_CONDITION << 3 | DELIMITED -> {
          condition = ConditionCodec.read(in, passedOver);
          asks = true;
        }
        case DELETE_FENCE_TOKEN << 3 -> fenceToken = in.readUInt64();
        case DELETE_ABOVE_HLC << 3 | FIXED64 -> aboveHlc = in.readFixed64();
        default -> passedOver.add(in, tag, "DeleteRequest");
      }
    }
    checkKnown(passedOver);
    checkCondition(asks, condition);
    checkToken(fenceToken);
    return new Operation.Delete(
        tenant, key, level.valid(), requestId, stamp, aboveHlc, context, condition, fenceToken);
  }

  static void checkCondition(boolean asks, @Nullable Condition condition)
      throws InvalidOperationException {
    if (asks && condition == null) {
      throw new InvalidOperationException(
          "condition says nothing that a key could have: set absent to true, a value, or a version"
              + " as it was answered");
    }
  }

  static void checkToken(long token) throws InvalidOperationException {
    if (token < 0) {
      throw new InvalidOperationException(
          "fence_token "
              + Long.toUnsignedString(token)
              + " is beyond all tokens: give the one that the lock was granted under");
    }
  }

  static void checkKnown(PassedOver passedOver) throws InvalidOperationException {
    if (!passedOver.isNothing()) {
      throw new InvalidOperationException(passedOver.refusal());
    }
  }

  /** Returns what a caller is told of a field that only a newer version knows. */
  public static String notKnown(int field, String message) {
    return "field "
        + field
        + " of the "
        + message
        + " is not known to this node, which runs an older version: upgrade it first. Nothing was"
        + " applied";
  }

  /**
   * Returns the number of the first field of a request of several operations that is not one of
   * them; 0 if there is none. Damage is left to the readers of the operations.
   */
  private static int unknownField(byte[] request) {
    CodedInputStream in = CodedInputStream.newInstance(request);
    try {
      int tag = in.readTag();
      while (tag == (REQUEST_OPERATIONS << 3 | DELIMITED)) {
        in.skipRawBytes(in.readRawVarint32());
        tag = in.readTag();
      }
      return tag >>> 3;
    } catch (IOException damaged) {
      return 0;
    }
  }

  /** Moves to the next operation of a request of several. */
  private static boolean toNext(CodedInputStream in) throws IOException {
    int tag = in.readTag();
    while (tag != 0 && tag != (REQUEST_OPERATIONS << 3 | DELIMITED)) {
      Wire.skip(in, tag);
      tag = in.readTag();
    }
    return tag != 0;
  }

  private static MalformedMessageException malformed(
      String name, byte[] bytes, CodedInputStream in, IOException e) {
    return new MalformedMessageException(
        String.format(
            "%s of %d bytes, near byte %d: %s",
            name, bytes.length, in.getTotalBytesRead(), e.getMessage()),
        e);
  }

  /** Reads one operation's fields up to the current limit. */
  private interface ElementReader {
    Operation read(CodedInputStream in, PassedOver passedOver)
        throws IOException, InvalidOperationException;
  }

  /** One operation with its id, timeout, and what is wrong with it, if anything. */
  private static final class Envelope {
    private long id;
    private int timeoutMillis;
    private long sentAtMillis;
    private @Nullable Operation operation;
    private @Nullable String invalid;
    private final PassedOver passedOver = new PassedOver();

    private void clear() {
      id = 0;
      timeoutMillis = 0;
      sentAtMillis = 0;
      operation = null;
      invalid = null;
      passedOver.clear();
    }

    /** Reads a nested {@code Operation} whose tag was just read. */
    private void read(CodedInputStream in) throws IOException {
      clear();
      int outer = Wire.enter(in);
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (tag) {
          case ID << 3 -> id = in.readUInt64();
          case TIMEOUT_MS << 3 -> timeoutMillis = in.readUInt32();
          case SENT_AT_MS << 3 | FIXED64 -> sentAtMillis = in.readFixed64();
          case PUT << 3 | DELIMITED -> readBody(in, OperationCodec::put);
          case GET << 3 | DELIMITED -> readBody(in, OperationCodec::get);
          case DELETE << 3 | DELIMITED -> readBody(in, OperationCodec::delete);
          case UPDATE << 3 | DELIMITED -> readBody(in, UpdateCodec::read);
          case INCREMENT << 3 | DELIMITED -> readBody(in, IncrementCodec::read);
          case UPDATE_FIELDS << 3 | DELIMITED -> readBody(in, UpdateFieldsCodec::read);
          default -> passedOver.add(in, tag, "Operation");
        }
      }
      Wire.leave(in, outer);
    }

    private void readBody(CodedInputStream in, ElementReader reader) throws IOException {
      int outer = Wire.enter(in);
      if (operation != null || invalid != null) {
        throw new InvalidProtocolBufferException("an operation that asks for two things");
      }
      try {
        operation = reader.read(in, passedOver);
      } catch (InvalidOperationException e) {
        // Thrown after the body was read to its end, so what follows can be read.
        invalid = e.reason();
      }
      Wire.leave(in, outer);
    }

    private void handTo(Sink sink) {
      if (invalid != null) {
        sink.invalid(id, invalid);
      } else if (!passedOver.isNothing()) {
        sink.invalid(id, passedOver.refusal());
      } else if (operation == null) {
        sink.invalid(
            id,
            "the operation is empty: give put, get, delete, update, increment or update_fields");
      } else {
        sink.operation(id, timeoutMillis, sentAtMillis, operation);
      }
    }
  }
}
