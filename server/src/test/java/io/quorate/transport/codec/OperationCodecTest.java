package io.quorate.transport.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.quorate.proto.v1.BatchGetRequest;
import io.quorate.proto.v1.BatchPutRequest;
import io.quorate.proto.v1.Condition;
import io.quorate.proto.v1.DeleteRequest;
import io.quorate.proto.v1.FieldCondition;
import io.quorate.proto.v1.FieldEdit;
import io.quorate.proto.v1.GetRequest;
import io.quorate.proto.v1.Level;
import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.OperationResult;
import io.quorate.proto.v1.PipeRequest;
import io.quorate.proto.v1.PipeResponse;
import io.quorate.proto.v1.PutRequest;
import io.quorate.proto.v1.ReadRepair;
import io.quorate.proto.v1.RequestId;
import io.quorate.proto.v1.UpdateFieldsRequest;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Outcome;
import io.quorate.version.FieldValue;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class OperationCodecTest {
  private static final byte[] KEY = {1};

  @Provide
  Arbitrary<io.quorate.replication.api.Operation> operations() {
    return Messages.operations();
  }

  @Provide
  Arbitrary<Outcome> outcomes() {
    return Messages.outcomes();
  }

  /** What a client encodes with the generated classes arrives as our values. */
  @Property(tries = 1000)
  void pipeRequestsOfAnyClientAreRead(
      @ForAll("operations") io.quorate.replication.api.Operation operation) throws Exception {
    WireWriter ours = new WireWriter();
    OperationCodec.write(ours, 1, operation);
    PipeRequest theirs = PipeRequest.parseFrom(ours.toByteArray());
    KnownFields.assertNothingUnknown(theirs);
    PipeRequest twice =
        PipeRequest.newBuilder()
            .addOperations(
                theirs.getOperations(0).toBuilder().setId(-7).setTimeoutMs(90).setSentAtMs(5_000))
            .addOperations(theirs.getOperations(0))
            .build();

    Read read = new Read();
    OperationCodec.readPipeRequest(twice.toByteArray(), read);

    assertThat(read.ids).containsExactly(-7L, 0L);
    assertThat(read.timeouts).containsExactly(90, 0);
    assertThat(read.sentAt).containsExactly(5_000L, 0L);
    assertThat(DeepEquality.same(read.operations.get(0), operation)).isTrue();
    assertThat(DeepEquality.same(read.operations.get(1), operation)).isTrue();
  }

  /** What we answer is what the generated classes of any client understand. */
  @Property(tries = 1000)
  void resultsAreReadByAnyClient(@ForAll("outcomes") Outcome any, @ForAll boolean delete)
      throws Exception {
    Outcome outcome =
        delete && any instanceof Outcome.Written written
            ? new Outcome.Written(written.version(), written.info())
            : any;
    WireWriter out = new WireWriter();
    OutcomeCodec.addResult(
        out,
        12,
        outcome,
        delete
            ? new io.quorate.replication.api.Operation.Delete(
                "", KEY, null, io.quorate.model.RequestId.NONE)
            : null);
    PipeResponse response = PipeResponse.parseFrom(out.toByteArray());
    KnownFields.assertNothingUnknown(response);
    OperationResult result = response.getResults(0);

    assertThat(result.getId()).isEqualTo(12);
    switch (outcome) {
      case Outcome.Written written -> {
        if (delete) {
          assertThat(result.getDelete().getVersion().getHlc()).isEqualTo(written.version().hlc());
        } else if (written.sum() == 0) {
          assertThat(result.getPut().getVersion().getHlc()).isEqualTo(written.version().hlc());
        } else {
          assertThat(result.getIncrement().getVersion().getHlc())
              .isEqualTo(written.version().hlc());
          assertThat(result.getIncrement().getSum()).isEqualTo(written.sum());
        }
      }
      case Outcome.Updated updated ->
          assertThat(result.getUpdate().getInfo().getHlc()).isEqualTo(updated.info().hlc());
      case Outcome.Read read -> {
        assertThat(result.getGet().getFound())
            .isEqualTo(read.live() != null || !read.fields().isEmpty());
        assertThat(result.getGet().getFieldsList())
            .extracting(field -> field.getKind().name() + " " + field.getName())
            .containsExactlyElementsOf(
                read.fields().stream()
                    .map(
                        value ->
                            "FIELD_KIND_%s %s"
                                .formatted(value.field().kind(), value.field().name()))
                    .toList());
        assertThat(result.getGet().getFieldsList())
            .extracting(io.quorate.proto.v1.Field::getCount)
            .containsExactlyElementsOf(read.fields().stream().map(FieldValue::count).toList());
        assertThat(result.getGet().hasVersion()).isEqualTo(read.version() != null);
        assertThat(result.getGet().getInfo().getReplicasCount())
            .isEqualTo(read.info().replicas().size());
        if (read.live() != null) {
          assertThat(result.getGet().getValue().toByteArray()).isEqualTo(read.live().copyValue());
        }
      }
      case Outcome.Failed(Failure failure) -> {
        assertThat(result.getFailure().getMessage()).isEqualTo(failure.message());
        assertThat(result.getFailure().getReason().name())
            .isEqualTo("REASON_" + failure.reason().name());
        assertThat(result.getFailure().getCode())
            .isEqualTo(
                failure.code() == Failure.Code.NONE
                    ? io.quorate.proto.v1.Failure.Code.CODE_UNSPECIFIED
                    : io.quorate.proto.v1.Failure.Code.valueOf("CODE_" + failure.code()));
        assertThat(io.quorate.proto.v1.Failure.parseFrom(OutcomeCodec.failureBytes(failure)))
            .isEqualTo(result.getFailure());
      }
    }
  }

  @Test
  void anOperationThatMakesNoSenseFailsAlone() {
    PipeRequest request =
        PipeRequest.newBuilder()
            .addOperations(Operation.newBuilder().setId(1))
            .addOperations(
                Operation.newBuilder()
                    .setId(2)
                    .setGet(GetRequest.newBuilder().setLevel(Level.newBuilder().setNamedValue(9))))
            .addOperations(
                Operation.newBuilder()
                    .setId(3)
                    .setGet(
                        GetRequest.newBuilder()
                            .setLevel(Level.newBuilder().setCount(0))
                            .setKey(ByteString.copyFromUtf8("after the level"))))
            .addOperations(
                Operation.newBuilder().setId(4).setPut(PutRequest.newBuilder().setTtlMs(-1)))
            .addOperations(
                Operation.newBuilder()
                    .setId(5)
                    .setGet(GetRequest.newBuilder().setKey(ByteString.copyFromUtf8("good"))))
            .addOperations(
                Operation.newBuilder()
                    .setId(6)
                    .setGet(
                        GetRequest.newBuilder()
                            .setReadRepair(ReadRepair.newBuilder().setModeValue(9))))
            .addOperations(
                Operation.newBuilder()
                    .setId(7)
                    .setGet(
                        GetRequest.newBuilder()
                            .setReadRepair(ReadRepair.newBuilder().setBackgroundPercent(101))))
            .build();

    Read read = new Read();
    OperationCodec.readPipeRequest(request.toByteArray(), read);

    assertThat(read.invalid)
        .containsExactly(
            "1: the operation is empty: give put, get, delete, update, increment"
                + " or update_fields",
            "2: level 9 is not known to this server",
            "3: level 0: give a number from 1 to the replication factor",
            "4: ttl_ms 18446744073709551615 is more than time can hold: give at most "
                + Long.MAX_VALUE,
            "6: read repair mode 9 is not known to this server",
            "7: background_percent 101 is no share of 100 reads: give 0 to 100");
    assertThat(read.ids).containsExactly(5L);
  }

  @Test
  void updatesOfFieldsThatMakeNoSenseAreRefused() {
    FieldEdit edit = FieldEdit.newBuilder().setField("a").setRemove(true).build();
    UpdateFieldsRequest good = UpdateFieldsRequest.newBuilder().addEdits(edit).build();
    FieldCondition absent = FieldCondition.newBuilder().setField("a").setAbsent(true).build();

    assertThat(refusal(UpdateFieldsRequest.getDefaultInstance())).contains("has no edit");
    assertThat(refusal(good.toBuilder().addEdits(edit).build()))
        .contains("'a' is named twice in the edits");
    assertThat(refusal(good.toBuilder().addConditions(absent).addConditions(absent).build()))
        .contains("'a' is named twice in the conditions");
    assertThat(refusal(good.toBuilder().addEdits(FieldEdit.newBuilder().setField("b")).build()))
        .contains("the edit of field 'b' says nothing");
    assertThat(refusal(good.toBuilder().addConditions(absent.toBuilder().setAbsent(false)).build()))
        .contains("the condition on field 'a' says nothing");
    assertThat(refusal(named(""))).contains("has 0 bytes: give 1 to 256");
    assertThat(refusal(named("\u00fc".repeat(129)))).contains("has 258 bytes: give 1 to 256");
    assertThat(refusal(good.toBuilder().setCondition(Condition.getDefaultInstance()).build()))
        .contains("condition says nothing");
    assertThat(refusal(edits(1025))).contains("at most 1024 edits");
    assertThat(refusal(good)).isEmpty();
    assertThat(refusal(named("\u00fc".repeat(128)))).isEmpty();
    assertThat(refusal(edits(1024))).isEmpty();
  }

  private static UpdateFieldsRequest named(String field) {
    return UpdateFieldsRequest.newBuilder()
        .addEdits(FieldEdit.newBuilder().setField(field).setSet(ByteString.EMPTY))
        .build();
  }

  private static UpdateFieldsRequest edits(int count) {
    UpdateFieldsRequest.Builder request = UpdateFieldsRequest.newBuilder();
    for (int i = 0; i < count; i++) {
      request.addEdits(FieldEdit.newBuilder().setField("f" + i).setRemove(true));
    }
    return request.build();
  }

  /** Why a request is refused; empty if it is not. */
  private static String refusal(UpdateFieldsRequest request) {
    Read read = new Read();
    OperationCodec.readPipeRequest(
        PipeRequest.newBuilder()
            .addOperations(Operation.newBuilder().setUpdateFields(request))
            .build()
            .toByteArray(),
        read);
    return String.join(", ", read.invalid);
  }

  /** What is passed over may be a condition, and then what is done is not what was asked for. */
  @Test
  void whatOnlyANewerVersionKnowsIsRefusedAlone() {
    UnknownFieldSet newer =
        UnknownFieldSet.newBuilder()
            .addField(77, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build();
    GetRequest good = GetRequest.newBuilder().setKey(ByteString.copyFromUtf8("good")).build();
    PipeRequest request =
        PipeRequest.newBuilder()
            .addOperations(Operation.newBuilder().setId(1).setUnknownFields(newer))
            .addOperations(Operation.newBuilder().setId(2).setGet(good).setUnknownFields(newer))
            .addOperations(
                Operation.newBuilder()
                    .setId(3)
                    .setPut(PutRequest.newBuilder().setUnknownFields(newer)))
            .addOperations(
                Operation.newBuilder().setId(4).setGet(good.toBuilder().setUnknownFields(newer)))
            .addOperations(
                Operation.newBuilder()
                    .setId(5)
                    .setDelete(DeleteRequest.newBuilder().setUnknownFields(newer)))
            .addOperations(
                Operation.newBuilder()
                    .setId(6)
                    .setGet(good.toBuilder().setLevel(Level.newBuilder().setUnknownFields(newer))))
            .addOperations(
                Operation.newBuilder()
                    .setId(8)
                    .setGet(
                        good.toBuilder()
                            .setReadRepair(ReadRepair.newBuilder().setUnknownFields(newer))))
            .addOperations(
                Operation.newBuilder()
                    .setId(9)
                    .setPut(
                        PutRequest.newBuilder()
                            .setRequestId(RequestId.newBuilder().setUnknownFields(newer))))
            .addOperations(
                Operation.newBuilder()
                    .setId(10)
                    .setDelete(
                        DeleteRequest.newBuilder()
                            .setRequestId(RequestId.newBuilder().setUnknownFields(newer))))
            .addOperations(
                Operation.newBuilder()
                    .setId(11)
                    .setGet(
                        good.toBuilder()
                            .setLevel(
                                Level.newBuilder()
                                    .setUnknownFields(newer)
                                    .setNamed(Level.Named.NAMED_ONE))))
            .addOperations(Operation.newBuilder().setId(7).setGet(good))
            .build();

    Read read = new Read();
    OperationCodec.readPipeRequest(request.toByteArray(), read);

    String why =
        " is not known to this node, which runs an older version: upgrade it first. Nothing was"
            + " applied";
    assertThat(read.invalid)
        .containsExactly(
            "1: field 77 of the Operation" + why,
            "2: field 77 of the Operation" + why,
            "3: field 77 of the PutRequest" + why,
            "4: field 77 of the GetRequest" + why,
            "5: field 77 of the DeleteRequest" + why,
            "6: field 77 of the Level" + why,
            "8: field 77 of the ReadRepair" + why,
            "9: field 77 of the RequestId" + why,
            "10: field 77 of the RequestId" + why,
            "11: field 77 of the Level" + why);
    assertThat(read.ids).containsExactly(7L);
    assertThatThrownBy(
            () ->
                OperationCodec.readPut(
                    PutRequest.newBuilder().setUnknownFields(newer).build().toByteArray()))
        .isInstanceOf(OperationCodec.InvalidOperationException.class)
        .hasMessage("field 77 of the PutRequest" + why);
  }

  /** An unknown field beside the operations may be a condition for all of them. */
  @Test
  void unknownFieldsBesideOperationsRefuseAllOfThem() {
    UnknownFieldSet newer =
        UnknownFieldSet.newBuilder()
            .addField(77, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build();
    String why =
        " is not known to this node, which runs an older version: upgrade it first. Nothing was"
            + " applied";
    byte[] pipe =
        PipeRequest.newBuilder()
            .addOperations(Operation.newBuilder().setId(1).setGet(GetRequest.getDefaultInstance()))
            .addOperations(Operation.newBuilder().setId(2).setPut(PutRequest.getDefaultInstance()))
            .setUnknownFields(newer)
            .build()
            .toByteArray();
    byte[] field = PipeRequest.newBuilder().setUnknownFields(newer).build().toByteArray();
    byte[] fieldFirst = ByteString.copyFrom(field).concat(ByteString.copyFrom(pipe)).toByteArray();
    for (byte[] request : List.of(pipe, fieldFirst)) {
      Read read = new Read();
      OperationCodec.readPipeRequest(request, read);
      assertThat(read.ids).isEmpty();
      assertThat(read.invalid)
          .containsExactly(
              "1: field 77 of the PipeRequest" + why, "2: field 77 of the PipeRequest" + why);
    }
    Read read = new Read();
    OperationCodec.readPipeRequest(field, read);
    assertThat(read.invalid).isEmpty();

    byte[] puts =
        BatchPutRequest.newBuilder()
            .addPuts(PutRequest.getDefaultInstance())
            .setUnknownFields(newer)
            .build()
            .toByteArray();
    assertThatThrownBy(() -> OperationCodec.readBatchPut(puts, 1000, read))
        .isInstanceOf(OperationCodec.InvalidOperationException.class)
        .hasMessage("field 77 of the BatchPutRequest" + why);
    byte[] gets =
        BatchGetRequest.newBuilder()
            .addGets(GetRequest.getDefaultInstance())
            .setUnknownFields(newer)
            .build()
            .toByteArray();
    assertThatThrownBy(() -> OperationCodec.readBatchGet(gets, 1000, read))
        .isInstanceOf(OperationCodec.InvalidOperationException.class)
        .hasMessage("field 77 of the BatchGetRequest" + why);
    assertThat(read.ids).isEmpty();
  }

  @Test
  void batchesNumberTheirOperations() throws Exception {
    BatchPutRequest request =
        BatchPutRequest.newBuilder()
            .addPuts(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("a")))
            .addPuts(PutRequest.newBuilder().setLevel(Level.newBuilder().setNamedValue(9)))
            .addPuts(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("c")))
            .build();

    Read read = new Read();
    OperationCodec.readBatchPut(request.toByteArray(), 1000, read);

    assertThat(read.ids).containsExactly(0L, 2L);
    assertThat(read.invalid).containsExactly("1: level 9 is not known to this server");
  }

  @Test
  void bytesThatAreNoRequestAreMalformed() {
    byte[] noProtobuf = {10, 100, 1};
    assertThatThrownBy(() -> OperationCodec.readPipeRequest(noProtobuf, new Read()))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageStartingWith("PipeRequest of 3 bytes");
    assertThatThrownBy(() -> OperationCodec.readPut(noProtobuf))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageStartingWith("PutRequest of 3 bytes");
    byte[] tenantNotUtf8 = {10, 1, (byte) 0xFF};
    assertThatThrownBy(() -> OperationCodec.readGet(tenantNotUtf8))
        .isInstanceOf(MalformedMessageException.class);
  }

  private static final class Read implements OperationCodec.Sink {
    private final List<Long> ids = new ArrayList<>();
    private final List<Integer> timeouts = new ArrayList<>();
    private final List<Long> sentAt = new ArrayList<>();
    private final List<io.quorate.replication.api.Operation> operations = new ArrayList<>();
    private final List<String> invalid = new ArrayList<>();

    @Override
    public void operation(
        long id,
        int timeoutMillis,
        long sentAtMillis,
        io.quorate.replication.api.Operation operation) {
      ids.add(id);
      timeouts.add(timeoutMillis);
      sentAt.add(sentAtMillis);
      operations.add(operation);
    }

    @Override
    public void invalid(long id, String reason) {
      invalid.add(id + ": " + reason);
    }
  }
}
