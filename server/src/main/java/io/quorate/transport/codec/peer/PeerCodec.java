package io.quorate.transport.codec.peer;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.transport.codec.MalformedMessageException;
import io.quorate.transport.codec.Wire;
import io.quorate.transport.codec.WireWriter;
import io.quorate.version.MalformedRecordException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What nodes say to each other: {@code quorate.internal.PeerFrame}. A frame is built by appending
 * to a {@link WireWriter}, so that a message is encoded when it is sent and never kept otherwise.
 */
public final class PeerCodec {
  /**
   * Messages in one frame at most, written and read. The smallest take some bytes on the wire and
   * some hundred when they are read and answered, so a bound on bytes alone does not bound memory.
   */
  public static final int FRAME_MESSAGES_MAX = 4096;

  private static final int FRAME_HELLO = 1;
  private static final int FRAME_MESSAGES = 2;

  private static final int HELLO_NODE = 1;
  private static final int HELLO_CLUSTER = 2;
  private static final int HELLO_INCARNATION = 3;
  private static final int HELLO_PROTOCOL = 4;
  private static final int HELLO_ADDRESS = 5;
  private static final int HELLO_PROTOCOL_OLDEST = 6;
  private static final int HELLO_RELEASE = 7;
  private static final int HELLO_DISK_MARK = 8;
  private static final int RELEASE_NAME = 1;
  private static final int RELEASE_OLDEST = 2;
  private static final int RELEASE_NEWEST = 3;

  static final int RAFT = 10;

  private static final int DELIMITED = 2;
  private static final int FIXED64 = 1;

  private PeerCodec() {}

  /** Takes what a frame holds, in its order. */
  public interface Sink {
    void hello(Hello hello);

    void message(ReplicaMessage message);

    /** One message of the metadata group, in the encoding of {@code metadata}. */
    void raft(byte[] message);
  }

  public static void addHello(WireWriter frame, Hello hello) {
    int releaseBytes = 20 + 3 * hello.release().name().length();
    long mark = frame.begin(FRAME_HELLO, 60 + 3 * hello.address().length() + releaseBytes);
    frame.fixed64(HELLO_NODE, hello.node().value());
    frame.fixed64(HELLO_CLUSTER, hello.cluster().value());
    frame.uint32(HELLO_INCARNATION, hello.incarnation());
    frame.uint32(HELLO_PROTOCOL, hello.protocols().newest());
    frame.string(HELLO_ADDRESS, hello.address());
    frame.uint32(HELLO_PROTOCOL_OLDEST, hello.protocols().oldest());
    long release = frame.begin(HELLO_RELEASE, releaseBytes);
    frame.string(RELEASE_NAME, hello.release().name());
    frame.uint32(RELEASE_OLDEST, hello.release().oldest());
    frame.uint32(RELEASE_NEWEST, hello.release().newest());
    frame.end(release);
    frame.fixed64(HELLO_DISK_MARK, hello.diskMark());
    frame.end(mark);
  }

  public static void add(WireWriter frame, ReplicaMessage message) {
    long mark = frame.begin(FRAME_MESSAGES, PeerMessageWriter.bytesMax(message));
    PeerMessageWriter.write(frame, message);
    frame.end(mark);
  }

  public static void addRaft(WireWriter frame, byte[] message) {
    long mark = frame.begin(FRAME_MESSAGES, message.length + 6);
    frame.presentBytes(RAFT, message);
    frame.end(mark);
  }

  /**
   * Reads a frame.
   *
   * @throws MalformedMessageException at the first thing that is wrong; what came before it has
   *     been handed to the sink
   */
  public static void readFrame(byte[] frame, Sink sink) {
    CodedInputStream in = CodedInputStream.newInstance(frame);
    for (int messages = 0; ; messages++) {
      // What the sink throws is no fault of the frame, so it is called outside of the try.
      Object next;
      try {
        next = readNext(in, frame, messages);
      } catch (IOException | MalformedRecordException | IllegalArgumentException e) {
        throw new MalformedMessageException(
            String.format(
                "PeerFrame of %d bytes, near byte %d: %s",
                frame.length, in.getTotalBytesRead(), e.getMessage()),
            e);
      }
      switch (next) {
        case ReplicaMessage message -> sink.message(message);
        case byte[] raft -> sink.raft(raft);
        case Hello hello -> sink.hello(hello);
        case null -> {
          return;
        }
        default -> throw new IllegalStateException("a frame held " + next);
      }
    }
  }

  /**
   * @param before messages that the frame held before this one
   */
  private static @Nullable Object readNext(CodedInputStream in, byte[] frame, int before)
      throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (before >= FRAME_MESSAGES_MAX) {
        throw new InvalidProtocolBufferException("more than " + FRAME_MESSAGES_MAX + " messages");
      }
      switch (tag) {
        case FRAME_HELLO << 3 | DELIMITED -> {
          return readHello(in);
        }
        case FRAME_MESSAGES << 3 | DELIMITED -> {
          return PeerMessageReader.read(in, frame);
        }
        default -> Wire.skip(in, tag);
      }
    }
    return null;
  }

  private static Hello readHello(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    long node = 0;
    long cluster = 0;
    int incarnation = 0;
    int protocol = 0;
    int protocolOldest = 0;
    String address = "";
    Release release = null;
    long diskMark = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case HELLO_NODE << 3 | FIXED64 -> node = in.readFixed64();
        case HELLO_CLUSTER << 3 | FIXED64 -> cluster = in.readFixed64();
        case HELLO_INCARNATION << 3 -> incarnation = in.readUInt32();
        case HELLO_PROTOCOL << 3 -> protocol = in.readUInt32();
        case HELLO_ADDRESS << 3 | DELIMITED -> address = in.readStringRequireUtf8();
        case HELLO_PROTOCOL_OLDEST << 3 -> protocolOldest = in.readUInt32();
        case HELLO_RELEASE << 3 | DELIMITED -> release = readRelease(in);
        case HELLO_DISK_MARK << 3 | FIXED64 -> diskMark = in.readFixed64();
        default -> Wire.skip(in, tag);
      }
    }
    Wire.leave(in, outer);
    if (release == null) {
      throw new InvalidProtocolBufferException("a hello that names no release");
    }
    return new Hello(
        new NodeId(node),
        new ClusterId(cluster),
        address,
        incarnation,
        new Protocols(protocolOldest, protocol),
        release,
        diskMark);
  }

  private static Release readRelease(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    String name = "";
    int oldest = 0;
    int newest = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case RELEASE_NAME << 3 | DELIMITED -> name = in.readStringRequireUtf8();
        case RELEASE_OLDEST << 3 -> oldest = in.readUInt32();
        case RELEASE_NEWEST << 3 -> newest = in.readUInt32();
        default -> Wire.skip(in, tag);
      }
    }
    Wire.leave(in, outer);
    return new Release(name, oldest, newest);
  }

  /** One message as a frame of its own: what a simulated network carries. */
  public static byte[] encode(ReplicaMessage message) {
    WireWriter frame = new WireWriter();
    add(frame, message);
    return frame.toByteArray();
  }

  /**
   * Reads what {@link #encode} gave.
   *
   * @throws MalformedMessageException if it is not one message
   */
  public static ReplicaMessage decode(byte[] frame) {
    CodedInputStream in = CodedInputStream.newInstance(frame);
    try {
      Object only = readNext(in, frame, 0);
      if (only instanceof ReplicaMessage message && in.isAtEnd()) {
        return message;
      }
    } catch (IOException | MalformedRecordException | IllegalArgumentException e) {
      throw new MalformedMessageException("a message between replicas: " + e.getMessage(), e);
    }
    throw new MalformedMessageException(
        "a frame of " + frame.length + " bytes that is not one message between replicas");
  }
}
