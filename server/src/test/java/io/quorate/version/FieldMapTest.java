package io.quorate.version;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldMapTest {
  private static FieldMap map(String... namesAndValues) {
    TreeMap<String, byte @Nullable []> fields = new TreeMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.put(namesAndValues[i], namesAndValues[i + 1].getBytes(UTF_8));
    }
    return FieldMap.EMPTY.with(fields);
  }

  private static FieldMap read(byte[] bytes) {
    return Objects.requireNonNull(FieldMap.of(bytes));
  }

  /** Clients of other languages read it: it may not change. */
  @Test
  void itsBytesAreThoseThatAreDocumented() {
    assertThat(HexFormat.of().formatHex(map("b", "", "a", "xy").toBytes()))
        .isEqualTo(
            "00514601" + "0002" + "0001" + "61" + "00000002" + "7879" + "0001" + "62" + "00000000");
    assertThat(HexFormat.of().formatHex(FieldMap.EMPTY.toBytes())).isEqualTo("005146010000");
  }

  @Test
  void whatIsWrittenIsRead() {
    FieldMap map = map("owner", "a", "state", "", "gr\u00fc\u00dfe", "\u0000");
    FieldMap again = read(map.toBytes());
    assertThat(again.fields().keySet()).containsExactly("gr\u00fc\u00dfe", "owner", "state");
    assertThat(again.get("owner")).isEqualTo(new byte[] {'a'});
    assertThat(again.get("state")).isEmpty();
    assertThat(again.get("none")).isNull();
    assertThat(again.toBytes()).isEqualTo(map.toBytes()).hasSize((int) map.bytes());
  }

  /** As the bytes are ordered: U+FFFF comes before U+1F5DD, whose first half is U+D83D. */
  @Test
  void fieldsAreInTheOrderOfTheirBytes() {
    byte[] bytes = map("\uffff", "1", "\ud83d\uddDD", "2").toBytes();
    assertThat(read(bytes).fields().keySet()).containsExactly("\uffff", "\ud83d\uddDD");
  }

  @Test
  void fieldsAreSetAndRemovedInAMapOfItsOwn() {
    FieldMap before = map("a", "1", "b", "2");
    TreeMap<String, byte @Nullable []> edits = new TreeMap<>();
    edits.put("a", null);
    edits.put("c", new byte[] {'3'});
    edits.put("none", null);
    FieldMap after = before.with(edits);
    assertThat(after.fields().keySet()).containsExactly("b", "c");
    assertThat(before.fields().keySet()).containsExactly("a", "b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // nothing
        "00", // cut off
        "0051460100", // cut off in the count
        "00514602" + "0000", // another number
        "01514601" + "0000", // another beginning
        "00514601" + "0000" + "00", // more than it says
        "00514601" + "0001", // less than it says
        "00514601" + "0001" + "0000" + "00000000", // no name
        "00514601" + "0001" + "0001" + "61" + "00000001", // less of a value
        "00514601" + "0001" + "0001" + "61" + "ffffffff", // a length below 0
        "00514601" + "0001" + "0001" + "ff" + "00000000", // no UTF-8
        "00514601" + "0401", // too many
      })
  void otherBytesAreNoMap(String hex) {
    assertThat(FieldMap.of(HexFormat.of().parseHex(hex))).isNull();
  }

  /** Else two values were one map, and a compare-and-set of it would not find the other. */
  @Test
  void aMapInAnotherOrderIsNone() {
    String beginning = "00514601" + "0002";
    String a = "0001" + "61" + "00000000";
    String b = "0001" + "62" + "00000000";
    assertThat(FieldMap.of(HexFormat.of().parseHex(beginning + a + b))).isNotNull();
    assertThat(FieldMap.of(HexFormat.of().parseHex(beginning + b + a))).isNull();
    assertThat(FieldMap.of(HexFormat.of().parseHex(beginning + a + a))).isNull();
  }

  @Test
  void namesHaveABound() {
    assertThat(FieldMap.of(map("n".repeat(256), "").toBytes())).isNotNull();
    assertThat(FieldMap.of(map("n".repeat(257), "").toBytes())).isNull();
  }

  @Test
  void textAndNumbersAreNoMaps() {
    assertThat(FieldMap.of("42".getBytes(UTF_8))).isNull();
    assertThat(FieldMap.of("QF and more text".getBytes(UTF_8))).isNull();
  }
}
