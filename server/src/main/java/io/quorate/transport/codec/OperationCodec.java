package io.quorate.transport.codec;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.quorate.replication.api.Operation;
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

  /** Bytes of an operation beside tenant, key and value, at most. */
  private static final int OVERHEAD_BYTES = 180;

  private static final int DELIMITED = 2;
  private static final int FIXED64 = 1;

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
    readBatch("BatchGetRequest", request, operationsMax, GetCodec::read, sink);
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
    readBatch("BatchPutRequest", request, operationsMax, PutCodec::read, sink);
  }

  public static Operation readPut(byte[] request) throws InvalidOperationException {
    return readAlone("PutRequest", request, PutCodec::read);
  }

  public static Operation readGet(byte[] request) throws InvalidOperationException {
    return readAlone("GetRequest", request, GetCodec::read);
  }

  public static Operation readDelete(byte[] request) throws InvalidOperationException {
    return readAlone("DeleteRequest", request, DeleteCodec::read);
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
        PutCodec.write(out, put);
        out.end(body);
      }
      case Operation.Get get -> {
        long body = out.begin(GET, bytes);
        GetCodec.write(out, get);
        out.end(body);
      }
      case Operation.Delete delete -> {
        long body = out.begin(DELETE, bytes);
        DeleteCodec.write(out, delete);
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
          case PUT << 3 | DELIMITED -> readBody(in, PutCodec::read);
          case GET << 3 | DELIMITED -> readBody(in, GetCodec::read);
          case DELETE << 3 | DELIMITED -> readBody(in, DeleteCodec::read);
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
