package io.quorate.replication.coordinator.register;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.replication.api.Condition;
import io.quorate.replication.api.FieldsUpdate;
import io.quorate.version.FieldMap;
import io.quorate.version.Register;
import io.quorate.version.WriteId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegisterEditTest {
  private static Register with(@Nullable String value) {
    byte[] bytes = value == null ? null : value.getBytes(StandardCharsets.US_ASCII);
    return Register.of(null, 0)
        .after(new Register.Change(new WriteId(1, 1, 1), (byte) 0, 0), bytes);
  }

  private static @Nullable String added(@Nullable String value, long by, long min, long max) {
    if (!(new RegisterEdit.Add(by, min, max).of(with(value))
        instanceof RegisterEdit.Edited edited)) {
      return null;
    }
    byte[] bytes = edited.value();
    String text = bytes == null ? "" : new String(bytes, StandardCharsets.US_ASCII);
    assertThat(text).isEqualTo(Long.toString(edited.sum()));
    return text;
  }

  private static @Nullable String added(@Nullable String value, long by) {
    return added(value, by, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  @Test
  void aNumberIsAddedTo() {
    assertThat(added(null, 5)).isEqualTo("5");
    assertThat(added("5", -7)).isEqualTo("-2");
    assertThat(added("-2", 2)).isEqualTo("0");
    assertThat(added("0", Long.MAX_VALUE)).isEqualTo("9223372036854775807");
    assertThat(added("-9223372036854775808", 0)).isEqualTo("-9223372036854775808");
  }

  @Test
  void aSumBeyondItsBoundsIsNot() {
    assertThat(added("1", -1, 0, 9)).isEqualTo("0");
    assertThat(added("0", -1, 0, 9)).isNull();
    assertThat(added("9", 1, 0, 9)).isNull();
    assertThat(added("9223372036854775807", 1)).isNull();
    assertThat(added("-9223372036854775808", -1)).isNull();
  }

  private static FieldsUpdate.Expected is(String field, String value) {
    return new FieldsUpdate.Value(field, value.getBytes(StandardCharsets.US_ASCII));
  }

  private static FieldsUpdate.Edit set(String field, String value) {
    return new FieldsUpdate.Edit(field, value.getBytes(StandardCharsets.US_ASCII));
  }

  private static FieldsUpdate.Edit remove(String field) {
    return new FieldsUpdate.Edit(field, null);
  }

  private static Register map(String... namesAndValues) {
    TreeMap<String, byte @Nullable []> fields = new TreeMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.put(namesAndValues[i], namesAndValues[i + 1].getBytes(StandardCharsets.US_ASCII));
    }
    return with((String) null)
        .after(
            new Register.Change(new WriteId(2, 1, 1), (byte) 0, 0),
            FieldMap.EMPTY.with(fields).toBytes());
  }

  /** The fields afterwards, or the number of why they are as they were. */
  private static String updated(Register before, RegisterEdit.UpdateFields update) {
    return switch (update.of(before)) {
      case RegisterEdit.NotMet(long why) -> "not met: " + why;
      case RegisterEdit.Edited(byte[] value, long sum) ->
          Objects.requireNonNull(FieldMap.of(Objects.requireNonNull(value)))
              .fields()
              .entrySet()
              .stream()
              .map(
                  each ->
                      each.getKey() + "=" + new String(each.getValue(), StandardCharsets.US_ASCII))
              .collect(Collectors.joining(","));
    };
  }

  private static String updated(
      Register before, List<FieldsUpdate.Expected> conditions, FieldsUpdate.Edit... edits) {
    return updated(
        before,
        new RegisterEdit.UpdateFields(
            null, new FieldsUpdate(conditions, List.of(edits)), 1_000_000));
  }

  @Test
  void fieldsAreSetAndRemoved() {
    assertThat(updated(with((String) null), List.of(), set("a", "1"))).isEqualTo("a=1");
    assertThat(updated(map("a", "1", "b", "2"), List.of(), set("a", "3"), set("c", "")))
        .isEqualTo("a=3,b=2,c=");
    assertThat(updated(map("a", "1", "b", "2"), List.of(), remove("a"), remove("none")))
        .isEqualTo("b=2");
    assertThat(updated(map("a", "1"), List.of(), remove("a"))).as("a map is left").isEmpty();
    assertThat(updated(with((String) null), List.of(), remove("a"))).isEmpty();
  }

  @Test
  void allConditionsAreJudgedOnTheMapBefore() {
    Register before = map("owner", "ada", "state", "open");
    FieldsUpdate.Edit edit = set("state", "shipped");
    FieldsUpdate.Expected free = new FieldsUpdate.Absent("hold");
    FieldsUpdate.Expected owned = new FieldsUpdate.Present("owner");

    assertThat(updated(before, List.of(free, owned, is("state", "open")), edit))
        .isEqualTo("owner=ada,state=shipped");
    assertThat(updated(before, List.of(free, owned, is("state", "shipped")), edit))
        .isEqualTo("not met: 3");
    assertThat(updated(before, List.of(free, is("owner", "ad")), edit)).isEqualTo("not met: 2");
    assertThat(updated(before, List.of(free, new FieldsUpdate.Absent("owner")), edit))
        .isEqualTo("not met: 2");
    assertThat(updated(before, List.of(new FieldsUpdate.Present("hold"), free), edit))
        .isEqualTo("not met: 1");
    assertThat(updated(before, List.of(is("hold", "")), edit)).isEqualTo("not met: 1");
    assertThat(updated(with((String) null), List.of(free), edit)).isEqualTo("state=shipped");
    assertThat(updated(with((String) null), List.of(owned), edit)).isEqualTo("not met: 1");
  }

  @Test
  void aValueThatIsNoMapIsLeftAsItIs() {
    assertThat(updated(with("42"), List.of(), set("a", "1"))).isEqualTo("not met: -2");
    assertThat(updated(with(""), List.of(), set("a", "1"))).isEqualTo("not met: -2");
  }

  @Test
  void theKeyAsAWholeMayHaveACondition() {
    Register before = map("a", "1");
    FieldsUpdate update = new FieldsUpdate(List.of(), List.of(set("a", "2")));
    assertThat(
            updated(
                before,
                new RegisterEdit.UpdateFields(new Condition.Of(before.version()), update, 99)))
        .isEqualTo("a=2");
    assertThat(
            updated(
                before,
                new RegisterEdit.UpdateFields(new Condition.Of(with("x").version()), update, 99)))
        .isEqualTo("not met: -1");
    assertThat(updated(before, new RegisterEdit.UpdateFields(new Condition.Absent(), update, 99)))
        .isEqualTo("not met: -1");
  }

  /** Of what would come of it: no client can know that before. */
  @Test
  void aMapHasBounds() {
    String[] full = new String[2 * FieldMap.FIELDS_MAX];
    for (int i = 0; i < FieldMap.FIELDS_MAX; i++) {
      full[2 * i] = "f" + i;
      full[2 * i + 1] = "";
    }
    assertThat(updated(map(full), List.of(), set("one", "more"))).isEqualTo("not met: -3");
    assertThat(updated(map(full), List.of(), remove("f0"), set("one", ""))).contains("one=");

    FieldsUpdate grow = new FieldsUpdate(List.of(), List.of(set("b", "12")));
    assertThat(updated(map("a", "1"), new RegisterEdit.UpdateFields(null, grow, 23)))
        .isEqualTo("a=1,b=12");
    assertThat(updated(map("a", "1"), new RegisterEdit.UpdateFields(null, grow, 22)))
        .isEqualTo("not met: -4");
    FieldsUpdate shrink = new FieldsUpdate(List.of(), List.of(remove("b")));
    assertThat(
            updated(
                map("a", "1234567890", "b", "1"), new RegisterEdit.UpdateFields(null, shrink, 9)))
        .as("made when larger maps were taken")
        .isEqualTo("a=1234567890");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "+1", "01", "-0", "1 ", "1.0", "9223372036854775808", "\u0661", "--1"})
  void whatIsNoNumberIsLeftAsItIs(String value) {
    assertThat(added(value, 1)).isNull();
  }
}
