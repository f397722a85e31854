package io.quorate.transport.codec.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.quorate.model.ClusterId;
import io.quorate.model.KeyRange;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import io.quorate.proto.internal.ForwardOperation;
import io.quorate.proto.internal.ForwardedResult;
import io.quorate.proto.internal.KeyVersion;
import io.quorate.proto.internal.NotUnderstood;
import io.quorate.proto.internal.PeerFrame;
import io.quorate.proto.internal.PeerMessage;
import io.quorate.proto.internal.RangeEntry;
import io.quorate.proto.internal.RangeReply;
import io.quorate.proto.internal.ReadImage;
import io.quorate.proto.internal.ReadRange;
import io.quorate.proto.internal.ReadRecord;
import io.quorate.proto.internal.ReadRecords;
import io.quorate.proto.internal.ReadReply;
import io.quorate.proto.internal.Stored;
import io.quorate.proto.internal.TreeReply;
import io.quorate.proto.internal.VersionsReply;
import io.quorate.proto.internal.WriteRecord;
import io.quorate.proto.internal.WriteRecords;
import io.quorate.proto.internal.WriteRecordsReply;
import io.quorate.proto.internal.WriteReply;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.Asked;
import io.quorate.storage.RecordStore;
import io.quorate.transport.codec.DeepEquality;
import io.quorate.transport.codec.Elements;
import io.quorate.transport.codec.KnownFields;
import io.quorate.transport.codec.MalformedMessageException;
import io.quorate.transport.codec.Messages;
import io.quorate.transport.codec.WireWriter;
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
      new Hello(
          new NodeId(-5),
          new ClusterId(77),
          "quorate-ä:7420",
          3,
          Protocols.KNOWN,
          Releases.THIS,
          -9);

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
    KnownFields.assertNothingUnknown(theirs);
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

  /** A frame cut short anywhere, or with a byte changed, throws only the codec's exception. */
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

  /** A node of the release before ignores a field that it does not know, and refuses a kind. */
  @Test
  void bytesOfARangeWithBoundsOrInReverseAreOfAKindOfTheirOwn() throws Exception {
    byte[] none = {};
    byte[] bound = {1};
    assertThat(kindOf(new KeyRange(bound, none, none, false)).hasReadRange()).isTrue();
    for (KeyRange keys :
        List.of(
            new KeyRange(none, bound, none, false),
            new KeyRange(none, none, bound, false),
            new KeyRange(none, none, none, true))) {
      assertThat(kindOf(keys).hasReadBoundedRange()).as("%s", keys).isTrue();
    }
  }

  private static PeerMessage kindOf(KeyRange keys) throws Exception {
    var range = new RecordStore.Range(1, 1, keys, new byte[0], 10, 10);
    byte[] frame = PeerCodec.encode(new ReplicaMessage.ReadRange(1, 1, range, 10));
    return PeerFrame.parseFrom(frame).getMessages(0);
  }

  /** A node of the release before would answer a page of what it holds now. */
  @Test
  void aPageOfAnImageIsAskedForByAKindOfItsOwn() throws Exception {
    var range = new RecordStore.Range(5, 6, new byte[] {10}, new byte[] {7}, 8, 9);
    byte[] frame = PeerCodec.encode(new ReplicaMessage.ReadImage(1, 2, 3, range, 4));
    assertThat(PeerFrame.parseFrom(frame).getMessages(0).getReadImage())
        .isEqualTo(
            ReadImage.newBuilder()
                .setId(1)
                .setCut(2)
                .setEpoch(3)
                .setTimeoutMs(4)
                .setPartition(5)
                .setTenant(6)
                .setAfter(ByteString.copyFrom(new byte[] {7}))
                .setRecordsMax(8)
                .setBytesMax(9)
                .setPrefix(ByteString.copyFrom(new byte[] {10}))
                .build());
  }

  /** Else the read would wait until its deadline. */
  @Test
  void aNodeThatKnowsNoImagesAnswersWhoAskedForAPage() {
    byte[] frame =
        PeerFrame.newBuilder()
            .addMessages(
                PeerMessage.newBuilder()
                    .setNotUnderstood(NotUnderstood.newBuilder().setId(7).setKind(29)))
            .build()
            .toByteArray();
    assertThat(PeerCodec.decode(frame))
        .isEqualTo(new ReplicaMessage.NotUnderstood(7, 29, Asked.READ_RANGE));
  }

  @Test
  void aPeerMessageWithoutAMessageIsRefused() {
    PeerMessage nothing = PeerMessage.getDefaultInstance();
    PeerMessage fieldsOnly = PeerMessage.newBuilder().setUnknownFields(undelimited()).build();
    for (PeerMessage without : List.of(nothing, fieldsOnly)) {
      byte[] frame = PeerFrame.newBuilder().addMessages(without).build().toByteArray();
      assertThatThrownBy(() -> PeerCodec.decode(frame))
          .isInstanceOf(MalformedMessageException.class)
          .hasMessageContaining("a PeerMessage without a message");
    }
  }

  /** Fields of each type but the one that messages have, of known and unknown numbers. */
  private static UnknownFieldSet undelimited() {
    var group = UnknownFieldSet.Field.newBuilder().addGroup(unknownOutcome()).build();
    return UnknownFieldSet.newBuilder()
        .addField(1, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
        .addField(19, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
        .addField(20, UnknownFieldSet.Field.newBuilder().addFixed32(1).build())
        .addField(21, UnknownFieldSet.Field.newBuilder().addFixed64(1).build())
        .addField(22, group)
        .build();
  }

  private static final ReplicaMessage SOUND =
      new ReplicaMessage.Heartbeat(1, 1, true, 100, 0, null);

  /** Reads a message between two others that are understood. */
  private static Object between(PeerMessage message) {
    WireWriter frame = new WireWriter();
    PeerCodec.add(frame, SOUND);
    frame.presentBytes(2, message.toByteArray());
    PeerCodec.add(frame, SOUND);
    List<Object> read = new ArrayList<>();
    PeerCodec.readFrame(frame.toByteArray(), into(read));
    assertThat(read).hasSize(3);
    assertSame(read.getFirst(), SOUND);
    assertSame(read.getLast(), SOUND);
    return read.get(1);
  }

  private static PeerMessage ofKind(int kind, byte... payload) {
    return PeerMessage.newBuilder()
        .setUnknownFields(
            field(
                kind,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(ByteString.copyFrom(payload))))
        .build();
  }

  private static UnknownFieldSet field(int number, UnknownFieldSet.Field.Builder value) {
    return UnknownFieldSet.newBuilder().addField(number, value.build()).build();
  }

  private static UnknownFieldSet unknownOutcome() {
    return field(99, UnknownFieldSet.Field.newBuilder().addVarint(1));
  }

  @Test
  void messagesOfUnknownKindsAreReadAsSuch() {
    byte[] id = {9, 7, 0, 0, 0, 0, 0, 0, 0};
    byte[] idAndMore = Arrays.copyOf(id, id.length + 2);
    idAndMore[id.length] = 16;
    assertThat(between(ofKind(33, idAndMore)))
        .isEqualTo(new ReplicaMessage.UnknownRequest(7, 33, Asked.OTHER));
    assertThat(between(ofKind(34, id)))
        .isEqualTo(new ReplicaMessage.UnknownReply(7, 34, Asked.OTHER));
    for (byte[] without : List.of(new byte[0], new byte[] {-1, -1, -1}, new byte[] {9, 7})) {
      assertThat(between(ofKind(35, without)))
          .isEqualTo(new ReplicaMessage.UnknownRequest(0, 35, Asked.OTHER));
    }
  }

  @Test
  void whatStandsBesideAMessageIsPassedOver() {
    PeerMessage heartbeat =
        PeerMessage.newBuilder()
            .setHeartbeat(io.quorate.proto.internal.Heartbeat.newBuilder().setWallMs(5))
            .build();
    UnknownFieldSet trace = ofKind(33, "trace".getBytes(UTF_8)).getUnknownFields();
    for (UnknownFieldSet beside : List.of(trace, undelimited())) {
      assertThat(between(heartbeat.toBuilder().setUnknownFields(beside).build()))
          .isInstanceOf(ReplicaMessage.Heartbeat.class);
    }
    UnknownFieldSet both = undelimited().toBuilder().mergeFrom(trace).build();
    assertThat(between(PeerMessage.newBuilder().setUnknownFields(both).build()))
        .isEqualTo(new ReplicaMessage.UnknownRequest(0, 33, Asked.OTHER));
  }

  @Test
  void requestsWithUnknownValuesAreRequestsThatAreNotKnown() {
    byte[] record = Record.tombstone(new Version(0, 1, new NodeId(1), 1), 1).bytes();
    assertThat(
            between(
                PeerMessage.newBuilder()
                    .setWriteRecord(
                        WriteRecord.newBuilder()
                            .setId(5)
                            .setRecord(ByteString.copyFrom(record))
                            .setCauseValue(9))
                    .build()))
        .isEqualTo(new ReplicaMessage.UnknownRequest(5, 1, Asked.WRITE));
    assertThat(
            between(
                PeerMessage.newBuilder()
                    .setWriteRecord(
                        WriteRecord.newBuilder().setId(5).setCause(WriteRecord.Cause.CAUSE_FRESH))
                    .build()))
        .isEqualTo(new ReplicaMessage.UnknownRequest(5, 1, Asked.WRITE));
    assertThat(
            between(
                PeerMessage.newBuilder()
                    .setReadRecord(ReadRecord.newBuilder().setId(5).setWantValue(9))
                    .build()))
        .isEqualTo(new ReplicaMessage.UnknownRequest(5, 3, Asked.READ));
    var get = io.quorate.proto.v1.GetRequest.newBuilder();
    for (var operation :
        List.of(
            io.quorate.proto.v1.Operation.newBuilder(),
            io.quorate.proto.v1.Operation.newBuilder().setUnknownFields(unknownOutcome()),
            io.quorate.proto.v1.Operation.newBuilder()
                .setGet(get)
                .setUnknownFields(unknownOutcome()),
            io.quorate.proto.v1.Operation.newBuilder()
                .setGet(get.clone().setUnknownFields(unknownOutcome())),
            io.quorate.proto.v1.Operation.newBuilder()
                .setGet(
                    get.clone()
                        .setLevel(io.quorate.proto.v1.Level.newBuilder().setNamedValue(9))))) {
      assertThat(
              between(
                  PeerMessage.newBuilder()
                      .setForward(
                          ForwardOperation.newBuilder()
                              .setId(5)
                              .setOperation(operation.build().toByteString()))
                      .build()))
          .as("%s", operation)
          .isEqualTo(new ReplicaMessage.UnknownRequest(5, 7, Asked.FORWARD));
    }
  }

  /** None of them may be taken for a success. */
  @Test
  void answersWithUnknownOutcomesAreAnswersThatAreNotKnown() {
    UnknownFieldSet unknown = unknownOutcome();
    assertUnknownReply(
        2,
        Asked.WRITE,
        PeerMessage.newBuilder()
            .setWriteReply(WriteReply.newBuilder().setId(5).setUnknownFields(unknown)));
    assertUnknownReply(
        4,
        Asked.READ,
        PeerMessage.newBuilder()
            .setReadReply(ReadReply.newBuilder().setId(5).setUnknownFields(unknown)));
    assertUnknownReply(
        6,
        Asked.READ_RANGE,
        PeerMessage.newBuilder()
            .setRangeReply(RangeReply.newBuilder().setId(5).setUnknownFields(unknown)));
    assertUnknownReply(
        8,
        Asked.FORWARD,
        PeerMessage.newBuilder().setForwarded(ForwardedResult.newBuilder().setId(5)));
    var failure = io.quorate.proto.v1.Failure.newBuilder().setReasonValue(77);
    assertUnknownReply(
        8,
        Asked.FORWARD,
        PeerMessage.newBuilder()
            .setForwarded(
                ForwardedResult.newBuilder()
                    .setId(5)
                    .setResult(
                        io.quorate.proto.v1.OperationResult.newBuilder()
                            .setFailure(failure)
                            .build()
                            .toByteString())));
    assertUnknownReply(
        12,
        Asked.COMPARE_TREE,
        PeerMessage.newBuilder()
            .setTreeReply(TreeReply.newBuilder().setId(5).setUnknownFields(unknown)));
    assertUnknownReply(
        14,
        Asked.READ_VERSIONS,
        PeerMessage.newBuilder()
            .setVersionsReply(VersionsReply.newBuilder().setId(5).setUnknownFields(unknown)));
    assertUnknownReply(
        16,
        Asked.WRITE_RECORDS,
        PeerMessage.newBuilder()
            .setWriteRecordsReply(
                WriteRecordsReply.newBuilder().setId(5).setUnknownFields(unknown)));
    assertUnknownReply(
        16,
        Asked.WRITE_RECORDS,
        PeerMessage.newBuilder()
            .setWriteRecordsReply(
                WriteRecordsReply.newBuilder()
                    .setId(5)
                    .addOutcomes(WriteReply.newBuilder().setStored(Stored.getDefaultInstance()))
                    .addOutcomes(WriteReply.newBuilder().setUnknownFields(unknown))));
  }

  private static void assertUnknownReply(int kind, Asked asked, PeerMessage.Builder message) {
    assertThat(between(message.build())).isEqualTo(new ReplicaMessage.UnknownReply(5, kind, asked));
  }

  /** A node that runs a newer version stores and sends records of its own format. */
  @Property(tries = 500)
  void recordsOfANewerVersionAreNotUnderstood(
      @ForAll("messages") ReplicaMessage message, @ForAll NewerRecords newer) {
    PeerMessage sent = newer.in(message);
    if (sent == null) {
      return;
    }
    ReplicaMessage expected =
        switch (message) {
          case ReplicaMessage.Write write ->
              new ReplicaMessage.UnknownRequest(write.id(), 1, Asked.WRITE);
          case ReplicaMessage.RelayWrite relay ->
              new ReplicaMessage.UnknownRequest(relay.id(), 21, Asked.WRITE);
          case ReplicaMessage.RelayedWrite relayed ->
              new ReplicaMessage.UnknownRequest(relayed.id(), 23, Asked.OTHER);
          case ReplicaMessage.WriteRecords write ->
              new ReplicaMessage.UnknownRequest(write.id(), 15, Asked.WRITE_RECORDS);
          case ReplicaMessage.ReadReply reply ->
              new ReplicaMessage.UnknownReply(reply.id(), 4, Asked.READ);
          case ReplicaMessage.RangeReply reply ->
              new ReplicaMessage.UnknownReply(reply.id(), 6, Asked.READ_RANGE);
          default -> throw new AssertionError("records in " + message);
        };
    assertThat(between(sent)).isEqualTo(expected);
  }

  /** A record of no known version: it was cut, or changed on its way. */
  @Test
  void recordsThatAreDamagedAreRefused() {
    byte[] sound = Record.tombstone(new Version(0, 1, new NodeId(1), 1), 1).bytes();
    byte[] formatOfNoVersion = sound.clone();
    formatOfNoVersion[0] = 0;
    byte[] cutWithUnknownFlag = Arrays.copyOf(sound, sound.length - 1);
    cutWithUnknownFlag[1] |= 64;
    for (byte[] damaged :
        List.of(
            new byte[] {1},
            Arrays.copyOf(sound, sound.length - 1),
            formatOfNoVersion,
            cutWithUnknownFlag)) {
      ByteString bytes = ByteString.copyFrom(damaged);
      byte[] frame =
          PeerFrame.newBuilder()
              .addMessages(
                  PeerMessage.newBuilder()
                      .setWriteRecord(
                          WriteRecord.newBuilder()
                              .setId(5)
                              .setCause(WriteRecord.Cause.CAUSE_FRESH)
                              .setRecord(bytes)))
              .build()
              .toByteArray();
      assertThatThrownBy(() -> PeerCodec.decode(frame))
          .isInstanceOf(MalformedMessageException.class)
          .hasMessageContaining("a record of " + damaged.length + " bytes");
    }
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
