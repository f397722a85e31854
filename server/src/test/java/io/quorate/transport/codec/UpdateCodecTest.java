package io.quorate.transport.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.quorate.proto.v1.Assignment;
import io.quorate.proto.v1.Change;
import io.quorate.proto.v1.Dot;
import io.quorate.proto.v1.FieldKind;
import io.quorate.proto.v1.FieldUpdate;
import io.quorate.proto.v1.Totals;
import io.quorate.proto.v1.UpdateRequest;
import io.quorate.proto.v1.Writer;
import io.quorate.replication.api.Operation;
import io.quorate.transport.codec.OperationCodec.InvalidOperationException;
import org.junit.jupiter.api.Test;

/**
 * What is checked of an update where it arrives. That what is good is kept: see the codec tests.
 */
class UpdateCodecTest {
  private static final Writer WRITER = Writer.newBuilder().setOpenedHlc(1).setId(7).build();
  private static final UpdateRequest GOOD =
      UpdateRequest.newBuilder().setKey(bytes("k")).setWriter(WRITER).build();

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  private static FieldUpdate.Builder field(FieldKind kind) {
    return FieldUpdate.newBuilder().setField("f").setKind(kind);
  }

  private static FieldUpdate.Builder counter(long number, long up, long down) {
    return field(FieldKind.FIELD_KIND_COUNTER)
        .setTotals(Totals.newBuilder().setNumber(number).setUp(up).setDown(down));
  }

  private static FieldUpdate.Builder set(Change... changes) {
    FieldUpdate.Builder set = field(FieldKind.FIELD_KIND_SET);
    for (Change change : changes) {
      set.addChanges(change);
    }
    return set;
  }

  private static Change add(long number) {
    return Change.newBuilder().setNumber(number).setAdd(bytes("v")).build();
  }

  private static Operation.Update read(FieldUpdate.Builder... fields) throws Exception {
    return (Operation.Update) OperationCodec.readUpdate(request(fields).toByteArray());
  }

  private static UpdateRequest request(FieldUpdate.Builder... fields) {
    UpdateRequest.Builder request = GOOD.toBuilder();
    for (FieldUpdate.Builder field : fields) {
      request.addFields(field);
    }
    return request.build();
  }

  private static void assertRefused(String why, FieldUpdate.Builder... fields) {
    assertRefused(why, request(fields));
  }

  private static void assertRefused(String why, UpdateRequest request) {
    InvalidOperationException refusal =
        catchThrowableOfType(
            InvalidOperationException.class,
            () -> OperationCodec.readUpdate(request.toByteArray()));
    assertThat(refusal).as(why).isNotNull();
    assertThat(refusal).hasMessageContaining(why).hasMessageEndingWith("Nothing was applied");
  }

  @Test
  void writerAndFieldsAreNeeded() {
    assertRefused("the update changes nothing: give at least one field", GOOD);
    assertRefused(
        "the update has no writer, or one without opened_hlc: give",
        request(counter(1, 1, 0)).toBuilder().clearWriter().build());
    assertRefused(
        "no writer",
        request(counter(1, 1, 0)).toBuilder().setWriter(Writer.newBuilder().setId(7)).build());
  }

  @Test
  void totalsAreBounded() throws Exception {
    long max = (1L << 62) - 1;
    assertThat(read(counter(1, max, max)).changes()).hasSize(1);

    assertRefused("each must be below 2^62: open another writer", counter(1, max + 1, 0));
    assertRefused("each must be below 2^62", counter(1, 0, -1));
    assertRefused("has number 0: count from 1", counter(0, 1, 0));
    assertRefused("has number 18446744073709551615: count from 1", counter(-1, 1, 0));
    assertRefused(
        "only grows, and the totals are 2 down: send 0",
        counter(1, 5, 2).setKind(FieldKind.FIELD_KIND_GROW_ONLY_COUNTER));
  }

  @Test
  void fieldsAreNamedOnceAndShortly() throws Exception {
    String longest = "n".repeat(256);
    assertThat(read(counter(1, 1, 0).setField(longest)).changes()).hasSize(1);
    assertThat(read(counter(1, 1, 0), set(add(1))).changes()).hasSize(2);

    assertRefused("has 257 bytes; at most 256", counter(1, 1, 0).setField(longest + "n"));
    assertRefused("has 258 bytes; at most 256", counter(1, 1, 0).setField("é".repeat(129)));
    assertRefused(
        "field 'f' of kind COUNTER is named twice: send its changes as those of one field",
        counter(1, 1, 0),
        counter(2, 2, 0));
  }

  @Test
  void fieldIsChangedAsItsKindIs() {
    Assignment assignment = Assignment.newBuilder().setHlc(5).setNumber(1).build();
    Totals totals = Totals.newBuilder().setNumber(1).build();
    assertRefused("the kind of a field is not said: give", FieldUpdate.newBuilder());
    assertRefused(
        "field kind 77 is not known to this server: give FIELD_KIND_COUNTER or",
        FieldUpdate.newBuilder().setKindValue(77));
    assertRefused("is changed by its totals", field(FieldKind.FIELD_KIND_COUNTER));
    assertRefused("is changed by its totals", counter(1, 1, 0).addChanges(add(2)));
    assertRefused("is changed by its totals", counter(1, 1, 0).setAssignment(assignment));
    assertRefused("is changed by adding and removing", set());
    assertRefused("is changed by adding and removing", set(add(1)).setTotals(totals));
    assertRefused("is changed by adding and removing", set(add(1)).setAssignment(assignment));
    assertRefused("is changed by an assignment", field(FieldKind.FIELD_KIND_REGISTER));
    assertRefused(
        "is changed by an assignment",
        field(FieldKind.FIELD_KIND_REGISTER).setAssignment(assignment).addChanges(add(2)));
    assertRefused(
        "has no time: give one above every hlc",
        field(FieldKind.FIELD_KIND_REGISTER).setAssignment(assignment.toBuilder().clearHlc()));
    assertRefused(
        "neither adds nor removes a value", set(Change.newBuilder().setNumber(1).build()));
    assertRefused(
        "the values of flags are", set(add(1)).setKind(FieldKind.FIELD_KIND_FLAG_ENABLE_WINS));
  }

  @Test
  void eachChangeHasItsOwnNumber() throws Exception {
    assertThat(read(set(add(2), add(1))).changes()).hasSize(2);

    assertRefused("two changes of the update have number 3", set(add(3), add(3)));
    assertRefused(
        "two changes of the update have number 3",
        set(add(3)),
        field(FieldKind.FIELD_KIND_REGISTER)
            .setAssignment(Assignment.newBuilder().setHlc(5).setNumber(3)));
    assertRefused("has number 0: count from 1", set(add(0)));
  }

  @Test
  void changesAndWhatTheyHaveSeenAreCounted() throws Exception {
    FieldUpdate.Builder most = set();
    for (int number = 1; number <= 1000; number++) {
      most.addChanges(add(number));
    }
    assertThat(read(most).changes()).hasSize(1000);
    assertRefused(
        "the update has more than 1000 changes, the limit: make several updates",
        most.clone().addChanges(add(1001)));
    assertRefused("more than 1000 changes", most, counter(1, 1, 0));

    Change.Builder seeing = add(1).toBuilder();
    for (int number = 1; number <= 1000; number++) {
      seeing.addSeen(Dot.newBuilder().setWriter(WRITER).setNumber(number));
    }
    assertThat(read(set(seeing.build())).changes()).hasSize(1);
    assertRefused(
        "names more than 1000 additions as seen",
        set(seeing.addSeen(Dot.newBuilder().setWriter(WRITER).setNumber(9)).build()));
    assertRefused(
        "which no read gives: send the dots",
        set(add(1).toBuilder().addSeen(Dot.newBuilder().setWriter(WRITER)).build()));
    assertRefused(
        "which no read gives: send the dots",
        set(add(1).toBuilder().addSeen(Dot.newBuilder().setNumber(1)).build()));
  }

  @Test
  void whatOnlyANewerVersionKnowsIsRefused() {
    UnknownFieldSet newer =
        UnknownFieldSet.newBuilder()
            .addField(77, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build();
    Change change = add(1).toBuilder().setUnknownFields(newer).build();
    for (UpdateRequest request :
        new UpdateRequest[] {
          request(counter(1, 1, 0)).toBuilder().setUnknownFields(newer).build(),
          request(counter(1, 1, 0).setUnknownFields(newer)),
          request(set(change)),
        }) {
      assertThatThrownBy(() -> OperationCodec.readUpdate(request.toByteArray()))
          .isInstanceOf(InvalidOperationException.class)
          .hasMessageContaining("field 77 of the")
          .hasMessageContaining("upgrade it first");
    }
  }
}
