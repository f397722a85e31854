package io.quorate.transport.codec.peer;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.quorate.cluster.JoinTokenText;
import io.quorate.fuzz.DecoderTarget;
import io.quorate.fuzz.FuzzTarget;
import io.quorate.metadata.bootstrap.Introduction;
import io.quorate.metadata.bootstrap.IntroductionReply;
import io.quorate.metadata.bootstrap.Joining;
import io.quorate.metadata.bootstrap.Refusal;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.model.Releases;
import io.quorate.proto.internal.IntroduceRequest;
import io.quorate.proto.internal.IntroduceResponse;
import io.quorate.proto.internal.PeerMessage;
import io.quorate.proto.v1.BatchGetRequest;
import io.quorate.proto.v1.BatchPutRequest;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.PipeRequest;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.NotUnderstood;
import io.quorate.replication.message.ReplicaMessage.UnknownReply;
import io.quorate.replication.message.ReplicaMessage.UnknownRequest;
import io.quorate.transport.codec.MalformedMessageException;
import io.quorate.transport.codec.Messages;
import io.quorate.transport.codec.OperationCodec;
import io.quorate.transport.codec.WireWriter;
import io.quorate.transport.codec.admin.IntroductionCodec;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * What clients and other nodes send. Messages are compared by their encoding, which is the same for
 * messages that say the same.
 */
public final class CodecTargets {
  /** Longer ones only make it less likely that a mutation strikes what is around them. */
  private static final int BYTES_MAX = 130;

  private static final int BATCH_OPERATIONS_MAX = 4;

  private CodecTargets() {}

  public static List<FuzzTarget> create() {
    return List.of(
        new DecoderTarget<>(
            "peer-message",
            random -> PeerCodec.encode(new Messages(random, BYTES_MAX).replicaMessage()),
            bytes -> ByteString.copyFrom(PeerCodec.encode(sendable(PeerCodec.decode(bytes)))),
            ByteString::toByteArray,
            List.of(MalformedMessageException.class)),
        new DecoderTarget<>(
            "peer-frame",
            CodecTargets::frame,
            CodecTargets::readFrame,
            ByteString::toByteArray,
            List.of(MalformedMessageException.class)),
        requests("pipe-request", CodecTargets::pipeRequest, OperationCodec::readPipeRequest),
        requests(
            "batch-put",
            CodecTargets::puts,
            (bytes, sink) -> OperationCodec.readBatchPut(bytes, BATCH_OPERATIONS_MAX, sink)),
        requests(
            "batch-get",
            CodecTargets::gets,
            (bytes, sink) -> OperationCodec.readBatchGet(bytes, BATCH_OPERATIONS_MAX, sink)),
        request("put", random -> operation(random, Kind.PUT).getPut(), OperationCodec::readPut),
        request("get", random -> operation(random, Kind.GET).getGet(), OperationCodec::readGet),
        request(
            "delete",
            random -> operation(random, Kind.DELETE).getDelete(),
            OperationCodec::readDelete),
        request(
            "update",
            random -> operation(random, Kind.UPDATE).getUpdate(),
            OperationCodec::readUpdate),
        request(
            "increment",
            random -> operation(random, Kind.INCREMENT).getIncrement(),
            OperationCodec::readIncrement),
        request(
            "update-fields",
            random -> operation(random, Kind.UPDATE_FIELDS).getUpdateFields(),
            OperationCodec::readUpdateFields),
        new DecoderTarget<>(
            "introduction",
            random -> IntroductionCodec.write(introduction(random)).toByteArray(),
            bytes ->
                IntroductionCodec.write(IntroductionCodec.read(IntroduceRequest.parseFrom(bytes))),
            IntroduceRequest::toByteArray,
            List.of(InvalidProtocolBufferException.class, IllegalArgumentException.class)),
        new DecoderTarget<>(
            "introduction-reply",
            random -> IntroductionCodec.write(reply(random)).toByteArray(),
            bytes ->
                IntroductionCodec.write(IntroductionCodec.read(IntroduceResponse.parseFrom(bytes))),
            IntroduceResponse::toByteArray,
            List.of(InvalidProtocolBufferException.class, IllegalArgumentException.class)));
  }

  private interface Reading {
    void read(byte[] bytes, OperationCodec.Sink sink)
        throws OperationCodec.InvalidOperationException;
  }

  /** A target for requests of several operations. */
  private static FuzzTarget requests(
      String name, Function<SplittableRandom, byte[]> samples, Reading reading) {
    return new DecoderTarget<>(
        name,
        samples,
        bytes -> {
          Again again = new Again();
          reading.read(bytes, again);
          return ByteString.copyFrom(again.operations.toByteArray());
        },
        null,
        List.of(MalformedMessageException.class, OperationCodec.InvalidOperationException.class));
  }

  /**
   * A target for requests of one operation, which must be equal after they are written and read
   * again.
   */
  private static FuzzTarget request(
      String name,
      Function<SplittableRandom, MessageLite> samples,
      DecoderTarget.Decode<io.quorate.replication.api.Operation> decode) {
    return new DecoderTarget<>(
        name,
        random -> samples.apply(random).toByteArray(),
        bytes -> {
          byte[] once = written(decode.decode(bytes));
          Again again = new Again();
          OperationCodec.readPipeRequest(once, again);
          if (!Arrays.equals(once, again.operations.toByteArray())) {
            throw new AssertionError("another operation when it is read again");
          }
          return once;
        },
        null,
        List.of(MalformedMessageException.class, OperationCodec.InvalidOperationException.class));
  }

  /** What opens a stream, and messages of all kinds. */
  public static byte[] frame(SplittableRandom random) {
    WireWriter frame = new WireWriter();
    if (random.nextBoolean()) {
      PeerCodec.addHello(frame, hello(random));
    }
    Messages messages = new Messages(random, BYTES_MAX);
    for (int left = random.nextInt(4); left > 0; left--) {
      if (random.nextInt(4) == 0) {
        byte[] raft = new byte[random.nextInt(20)];
        random.nextBytes(raft);
        PeerCodec.addRaft(frame, raft);
      } else {
        PeerCodec.add(frame, messages.replicaMessage());
      }
    }
    return frame.toByteArray();
  }

  /**
   * Messages that this version understands, and between them others.
   *
   * @param understood gets the former, encoded, in their order
   */
  public static byte[] ofNewerNode(SplittableRandom random, List<ByteString> understood) {
    WireWriter frame = new WireWriter();
    Messages messages = new Messages(random, BYTES_MAX);
    for (int left = random.nextInt(6); left > 0; left--) {
      switch (random.nextInt(8)) {
        case 0 -> {
          byte[] raft = new byte[random.nextInt(20)];
          random.nextBytes(raft);
          PeerCodec.addRaft(frame, raft);
          understood.add(ByteString.copyFrom(raft));
        }
        case 1 -> addOfKindToCome(random, frame);
        case 2 -> {
          int kind = List.of(2, 4, 6, 8, 12, 14, 16, 20).get(random.nextInt(8));
          PeerCodec.add(
              frame,
              new ReplicaMessage.UnknownReply(random.nextLong(), kind, ReplicaMessage.Asked.OTHER));
        }
        case 3 -> {
          int kind = List.of(1, 3, 7, 19).get(random.nextInt(4));
          PeerCodec.add(
              frame,
              new ReplicaMessage.UnknownRequest(
                  random.nextLong(), kind, ReplicaMessage.Asked.OTHER));
        }
        case 4 -> {
          NewerRecords newer = List.of(NewerRecords.values()).get(random.nextInt(2));
          PeerMessage message = newer.in(messages.replicaMessage());
          if (message != null) {
            frame.presentBytes(2, message.toByteArray());
          }
        }
        default -> {
          ReplicaMessage message = messages.replicaMessage();
          PeerCodec.add(frame, message);
          understood.add(ByteString.copyFrom(PeerCodec.encode(message)));
        }
      }
    }
    return frame.toByteArray();
  }

  /** Its content may be anything. */
  private static void addOfKindToCome(SplittableRandom random, WireWriter frame) {
    byte[] content = new byte[random.nextInt(20)];
    random.nextBytes(content);
    if (random.nextBoolean() && content.length > 0) {
      content[0] = 9; // the tag of an id
    }
    long mark = frame.begin(2, 40);
    frame.presentBytes(32 + random.nextInt(2_000), content);
    frame.end(mark);
  }

  private static Hello hello(SplittableRandom random) {
    return new Hello(
        new NodeId(random.nextInt(4)),
        new ClusterId(random.nextInt(8) == 0 ? 8 : 9),
        random.nextInt(3) == 0 ? "no address%" : "h:" + random.nextInt(3),
        random.nextInt(3),
        random.nextInt(8) == 0
            ? new Protocols(random.nextInt(), random.nextInt())
            : Protocols.KNOWN,
        random.nextInt(8) == 0 ? new Release("0.9", 7, 8) : Releases.THIS,
        random.nextInt(4));
  }

  /**
   * No node sends on what it has not understood, and of a kind that is known nothing could be
   * written that would not be understood: the answer to it has all that was read, its id and kind.
   */
  private static ReplicaMessage sendable(ReplicaMessage message) {
    return switch (message) {
      case UnknownRequest unknown ->
          new NotUnderstood(unknown.id(), unknown.kind(), unknown.asked());
      case UnknownReply unknown -> new NotUnderstood(unknown.id(), unknown.kind(), unknown.asked());
      default -> message;
    };
  }

  private static ByteString readFrame(byte[] bytes) {
    WireWriter again = new WireWriter();
    PeerCodec.readFrame(
        bytes,
        new PeerCodec.Sink() {
          @Override
          public void hello(Hello hello) {
            PeerCodec.addHello(again, hello);
          }

          @Override
          public void message(ReplicaMessage message) {
            PeerCodec.add(again, sendable(message));
          }

          @Override
          public void raft(byte[] message) {
            PeerCodec.addRaft(again, message);
          }
        });
    return ByteString.copyFrom(again.toByteArray());
  }

  /** A message of a Pipe. */
  public static byte[] pipeRequest(SplittableRandom random) {
    PipeRequest.Builder request = PipeRequest.newBuilder();
    for (int left = random.nextInt(5); left > 0; left--) {
      request.addOperations(operation(random, KINDS.get(random.nextInt(KINDS.size()))));
    }
    return request.build().toByteArray();
  }

  private static byte[] puts(SplittableRandom random) {
    BatchPutRequest.Builder request = BatchPutRequest.newBuilder();
    for (int left = random.nextInt(BATCH_OPERATIONS_MAX + 1); left > 0; left--) {
      request.addPuts(operation(random, Kind.PUT).getPut());
    }
    return request.build().toByteArray();
  }

  private static byte[] gets(SplittableRandom random) {
    BatchGetRequest.Builder request = BatchGetRequest.newBuilder();
    for (int left = random.nextInt(BATCH_OPERATIONS_MAX + 1); left > 0; left--) {
      request.addGets(operation(random, Kind.GET).getGet());
    }
    return request.build().toByteArray();
  }

  private enum Kind {
    PUT,
    GET,
    DELETE,
    UPDATE,
    INCREMENT,
    UPDATE_FIELDS
  }

  private static final List<Kind> KINDS = List.of(Kind.values());

  private static Operation operation(SplittableRandom random, Kind kind) {
    Messages messages = new Messages(random, BYTES_MAX);
    while (true) {
      var operation = messages.operation();
      Kind made =
          switch (operation) {
            case io.quorate.replication.api.Operation.Put put -> Kind.PUT;
            case io.quorate.replication.api.Operation.Get get -> Kind.GET;
            case io.quorate.replication.api.Operation.Delete delete -> Kind.DELETE;
            case io.quorate.replication.api.Operation.Update update -> Kind.UPDATE;
            case io.quorate.replication.api.Operation.Increment increment -> Kind.INCREMENT;
            case io.quorate.replication.api.Operation.UpdateFields update -> Kind.UPDATE_FIELDS;
          };
      if (made == kind) {
        return parsed(written(operation)).toBuilder()
            .setId(random.nextLong())
            .setTimeoutMs(random.nextInt(3) == 0 ? 0 : random.nextInt())
            .build();
      }
    }
  }

  private static byte[] written(io.quorate.replication.api.Operation operation) {
    WireWriter out = new WireWriter();
    OperationCodec.write(out, 1, operation);
    return out.toByteArray();
  }

  private static Operation parsed(byte[] request) {
    try {
      return PipeRequest.parseFrom(request).getOperations(0);
    } catch (InvalidProtocolBufferException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Writes the operations again that make sense. */
  private static final class Again implements OperationCodec.Sink {
    private final WireWriter operations = new WireWriter();

    @Override
    public void operation(
        long id,
        int timeoutMillis,
        long sentAtMillis,
        io.quorate.replication.api.Operation operation) {
      OperationCodec.write(operations, 1, operation);
    }

    @Override
    public void invalid(long id, String reason) {
      if (reason.isEmpty()) {
        throw new AssertionError("refused without a reason");
      }
    }
  }

  private static Introduction introduction(SplittableRandom random) {
    return new Introduction(
        new NodeId(random.nextLong()),
        "h:1",
        "r",
        "z",
        random.nextInt(3),
        List.of("a:1", "b:2"),
        random.nextBoolean() ? new ClusterId(4) : null,
        random.nextInt(),
        random.nextLong(),
        List.of(Joining.values()).get(random.nextInt(3)),
        random.nextBoolean() ? new ClusterId(3) : null,
        Releases.THIS,
        random.nextBoolean() ? new JoinTokenText("0123cdef", "0f".repeat(16)) : null,
        random.nextBoolean() ? "c:1" : "",
        random.nextBoolean() ? random.nextLong() : 0);
  }

  // NullAway does not see, in a class file, that a record's array component may be null.
  @SuppressWarnings("NullAway")
  private static IntroductionReply reply(SplittableRandom random) {
    return new IntroductionReply(
        new NodeId(random.nextLong()),
        "h:1",
        "r",
        "z",
        random.nextInt(9),
        random.nextBoolean() ? new ClusterId(5) : null,
        random.nextInt(),
        random.nextBoolean() ? new byte[] {1, 2, 3} : null,
        random.nextBoolean() ? new Refusal(Refusal.Kind.LEFT, "it left") : null,
        random.nextBoolean() ? "an operator" : null,
        List.of("a:1", "b:2"),
        Releases.THIS);
  }
}
