package io.quorate.transport.codec;

import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.quorate.model.ClusterId;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.proto.internal.KeyVersion;
import io.quorate.proto.internal.PeerFrame;
import io.quorate.proto.internal.PeerMessage;
import io.quorate.proto.internal.RangeEntry;
import io.quorate.proto.internal.RangeReply;
import io.quorate.proto.internal.ReadRange;
import io.quorate.proto.internal.ReadRecords;
import io.quorate.proto.internal.Stored;
import io.quorate.proto.internal.VersionsReply;
import io.quorate.proto.internal.WriteRecords;
import io.quorate.proto.internal.WriteRecordsReply;
import io.quorate.proto.internal.WriteReply;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class PeerCodecTest {
  private static final Hello HELLO =
      new Hello(new NodeId(-5), new ClusterId(77), "quorate-ä:7420", 3, Hello.PROTOCOL);

  @Provide
  Arbitrary<ReplicaMessage> messages() {
    return Messages.replica();
  }

  @Property(tries = 1000)
  void everyMessageComesBackAsItWas(@ForAll("messages") ReplicaMessage message) {
    assertSame(PeerCodec.decode(PeerCodec.encode(message)), message);
  }

  /** The proto files are the contract: generated classes read all of ours, and we read theirs. */
  @Property(tries = 1000)
  void generatedClassesAgree(@ForAll("messages") ReplicaMessage message) throws Exception {
    PeerFrame theirs = PeerFrame.parseFrom(PeerCodec.encode(message));
    assertNothingUnknown(theirs);
    assertSame(PeerCodec.decode(theirs.toByteArray()), message);
  }

  @Property(tries = 200)
  void aFrameKeepsOrder(
      @ForAll("messages") ReplicaMessage first, @ForAll("messages") ReplicaMessage last) {
    WireWriter frame = new WireWriter();
    PeerCodec.addHello(frame, HELLO);
    PeerCodec.add(frame, first);
    PeerCodec.addRaft(frame, new byte[] {1, 2, 3});
    PeerCodec.addRaft(frame, new byte[0]);
    PeerCodec.add(frame, last);

    List<Object> read = new ArrayList<>();
    PeerCodec.readFrame(frame.toByteArray(), into(read));

    assertThat(read).hasSize(5);
    assertThat(read.getFirst()).isEqualTo(HELLO);
    assertSame(read.get(1), first);
    assertThat(read.get(2)).isEqualTo(new byte[] {1, 2, 3});
    assertThat(read.get(3)).isEqualTo(new byte[0]);
    assertSame(read.get(4), last);
  }

  /** A frame cut short anywhere, or with a byte changed, never gives anything but its exception. */
  @Property(tries = 1000)
  void damageIsRefusedOrHarmless(
      @ForAll("messages") ReplicaMessage message, @ForAll int at, @ForAll byte to) {
    byte[] frame = PeerCodec.encode(message);
    int position = Math.floorMod(at, frame.length);
    byte[] changed = frame.clone();
    changed[position] = to;
    for (byte[] damaged : List.of(Arrays.copyOf(frame, position), changed)) {
      try {
        PeerCodec.readFrame(damaged, into(new ArrayList<>()));
      } catch (MalformedMessageException said) {
        assertThat(said).hasMessageContaining("PeerFrame of " + damaged.length + " bytes");
      }
    }
  }

  @Property(tries = 500)
  void aMessageCutShortIsRefused(@ForAll("messages") ReplicaMessage message, @ForAll int at) {
    byte[] frame = PeerCodec.encode(message);
    byte[] cut = Arrays.copyOf(frame, Math.floorMod(at, frame.length));
    assertThatThrownBy(() -> PeerCodec.decode(cut)).isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void aMessageOfTooManyElementsIsRefused() {
    int many = Elements.MAX + 1;
    var version = io.quorate.proto.v1.Version.newBuilder().setHlc(1);
    var held = KeyVersion.newBuilder().setVersion(version).build();
    var stored = WriteReply.newBuilder().setStored(Stored.getDefaultInstance()).build();
    byte[] bytes = Record.tombstone(new Version(0, 1, new NodeId(1), 1), 1).bytes();
    var entry = RangeEntry.newBuilder().setRecord(ByteString.copyFrom(bytes)).build();
    assertRefused(
        "versions",
        PeerMessage.newBuilder()
            .setVersionsReply(VersionsReply.newBuilder().addAllHeld(nCopies(many, held))));
    assertRefused(
        "outcomes",
        PeerMessage.newBuilder()
            .setWriteRecordsReply(
                WriteRecordsReply.newBuilder().addAllOutcomes(nCopies(many, stored))));
    assertRefused(
        "keys",
        PeerMessage.newBuilder()
            .setReadRecords(ReadRecords.newBuilder().addAllKeys(nCopies(many, ByteString.EMPTY))));
    assertRefused(
        "entries",
        PeerMessage.newBuilder()
            .setWriteRecords(WriteRecords.newBuilder().addAllEntries(nCopies(many, entry))));
    assertRefused(
        "entries",
        PeerMessage.newBuilder()
            .setRangeReply(RangeReply.newBuilder().addAllEntries(nCopies(many, entry))));
  }

  private static void assertRefused(String what, PeerMessage.Builder message) {
    byte[] frame = PeerFrame.newBuilder().addMessages(message).build().toByteArray();
    assertThatThrownBy(() -> PeerCodec.decode(frame))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("more than 16384 " + what);
  }

  /** A page that is asked for without a bound is bounded here. */
  @Test
  void aPageIsNeverLargerThanItsBound() {
    var ask = ReadRange.newBuilder().setRecordsMax(-1).setBytesMax(Integer.MAX_VALUE);
    byte[] frame =
        PeerFrame.newBuilder()
            .addMessages(PeerMessage.newBuilder().setReadRange(ask))
            .build()
            .toByteArray();
    var range = ((ReplicaMessage.ReadRange) PeerCodec.decode(frame)).range();
    assertThat(range.recordsMax()).isEqualTo(Elements.MAX);
    assertThat(range.bytesMax()).isEqualTo(16 << 20);
  }

  @Test
  void aMessageOfUnknownKindIsRefused() {
    WireWriter frame = new WireWriter();
    long mark = frame.begin(2, 10);
    frame.presentVarint(15, 1);
    frame.end(mark);
    assertThatThrownBy(() -> PeerCodec.decode(frame.toByteArray()))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("unknown kind 15");
  }

  @Test
  void aWriteWithoutRecordIsRefused() {
    WireWriter frame = new WireWriter();
    long mark = frame.begin(2, 10);
    long body = frame.begin(1, 10);
    frame.fixed64(1, 9);
    frame.end(body);
    frame.end(mark);
    assertThatThrownBy(() -> PeerCodec.decode(frame.toByteArray()))
        .hasMessageContaining("without record");
  }

  @Test
  void aRecordOfAnUnknownFormatIsRefused() {
    var record = Record.tombstone(new Version(0, 1, new NodeId(1), 1), 1);
    byte[] frame =
        PeerCodec.encode(
            new ReplicaMessage.Write(
                1, 1, 1, new Key(1, new byte[1]), record, ReplicaMessage.Cause.FRESH, 1));
    int format =
        new String(frame, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("\1\1\0\0");
    frame[format] = 9;
    assertThatThrownBy(() -> PeerCodec.decode(frame))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("format 9");
  }

  @Test
  void whatTheReceiverThrowsIsNotCalledMalformed() {
    byte[] frame = PeerCodec.encode(new ReplicaMessage.Heartbeat(1, 1, true, 100, 0, null));
    assertThatThrownBy(
            () ->
                PeerCodec.readFrame(
                    frame,
                    new Into(new ArrayList<>()) {
                      @Override
                      public void message(ReplicaMessage message) {
                        throw new IllegalArgumentException("mine");
                      }
                    }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("mine");
  }

  private static void assertSame(Object actual, Object expected) {
    assertThat(DeepEquality.same(actual, expected))
        .as("%s must equal %s", actual, expected)
        .isTrue();
  }

  static void assertNothingUnknown(Message message) {
    assertThat(message.getUnknownFields().asMap()).isEmpty();
    message
        .getAllFields()
        .forEach(
            (field, value) -> {
              if (value instanceof Message nested) {
                assertNothingUnknown(nested);
              } else if (value instanceof List<?> list) {
                for (Object element : list) {
                  if (element instanceof Message nested) {
                    assertNothingUnknown(nested);
                  }
                }
              }
            });
  }

  private static PeerCodec.Sink into(List<Object> list) {
    return new Into(list);
  }

  private static class Into implements PeerCodec.Sink {
    private final List<Object> list;

    Into(List<Object> list) {
      this.list = list;
    }

    @Override
    public void hello(Hello hello) {
      list.add(hello);
    }

    @Override
    public void message(ReplicaMessage message) {
      list.add(message);
    }

    @Override
    public void raft(byte[] message) {
      list.add(message);
    }
  }
}
