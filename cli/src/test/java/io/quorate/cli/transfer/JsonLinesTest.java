package io.quorate.cli.transfer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.ScanEntry;
import io.quorate.client.Version;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class JsonLinesTest {
  private static final Fields WHOLE = new Fields("id", "");

  @Test
  void wholeObjectIsStoredAsItIsWritten() throws IOException {
    assertThat(Items.good(items(WHOLE, "\uFEFF{ \"id\" : 1.10,  \"x\":[1, 2] }\r\n{\"id\":\"b\"}")))
        .containsExactly("1.10={ \"id\" : 1.10,  \"x\":[1, 2] }", "b={\"id\":\"b\"}");
  }

  @Test
  void fieldsOfAnyKindAreValues() throws IOException {
    assertThat(
            Items.good(
                items(
                    new Fields("id", "v"),
                    """
                    {"id":"a","v":"text"}
                    {"id":"b","v":12345678901234567890123}
                    {"id":"c","v":{"x": true}}
                    {"id":"d","v":""}
                    {"id":"e","v_base64":"aGk="}
                    """)))
        .containsExactly("a=text", "b=12345678901234567890123", "c={\"x\":true}", "d=", "e=hi");
  }

  @Test
  void numbersAreStoredAsTheyAreWritten() throws IOException {
    assertThat(
            Items.good(
                items(
                    new Fields("k", "v"),
                    """
                    {"k":1e5,"v":0.0000001}
                    {"k":1.10,"v":{"a":[1e5, 1E-7, -0.0, 1e99999999999],"b":{"c":1e+5}}}
                    """)))
        .containsExactly(
            "1e5=0.0000001", "1.10={\"a\":[1e5,1E-7,-0.0,1e99999999999],\"b\":{\"c\":1e+5}}");
  }

  /** The last of two counts, also where it says nothing. */
  @Test
  void aFieldThatIsGivenTwiceHasItsLastValue() throws IOException {
    List<Item> items =
        items(
            new Fields("k", "v"),
            """
            {"k":"a","v":"1","v":"2"}
            {"k":"b","v":"1","v":null}
            {"k":"c","v_base64":"aGk=","v_base64":7}
            """);
    assertThat(Items.good(items)).containsExactly("a=2");
    assertThat(Items.bad(items)).extracting(Item::line).containsExactly(2L, 3L);
  }

  /** What an export writes of values that nodes take: the largest is 64 MiB. */
  @Test
  void valuesOfAnyLengthAreRead() throws IOException {
    String text = "x".repeat(21_000_000);
    byte[] bytes = new byte[16 << 20];
    bytes[0] = (byte) 0xff;
    StringWriter out = new StringWriter();
    try (EntryWriter writer = new JsonLinesWriter(out)) {
      Version version = Version.of(0, 1, 2, 3);
      writer.write(ScanEntry.of("a".getBytes(UTF_8), text.getBytes(UTF_8), version, 0));
      writer.write(ScanEntry.of("b".getBytes(UTF_8), bytes, version, 0));
    }
    byte[] file = out.toString().getBytes(UTF_8);
    List<Item> items = Items.all(source(file, Fields.EXPORTED, 100 << 20));
    assertThat(Items.bad(items)).isEmpty();
    assertThat(items)
        .extracting(item -> ((Item.Good) item).entry().value())
        .satisfiesExactly(
            first -> assertThat(Arrays.equals(first, text.getBytes(UTF_8))).isTrue(),
            second -> assertThat(Arrays.equals(second, bytes)).isTrue());
  }

  @Test
  void badLinesAreNumberedAndCostNoOthers() throws IOException {
    List<Item> items =
        items(
            new Fields("id", "v"),
            """
            {"id":"a","v":"1"}
            {"id":"b","v":
            [1]

            {"id":"c"}
            {"v":"x"}
            {"id":"","v":"x"}
            {"id":"d","v_base64":"*"}
            {"id":"e","v":"2"} trailing
            {"id":null,"v":"2"}
            {"id":"f","v":"3"}
            """);
    assertThat(Items.good(items)).containsExactly("a=1", "f=3");
    assertThat(Items.bad(items))
        .extracting(Item::line)
        .containsExactly(2L, 3L, 5L, 6L, 7L, 8L, 9L, 10L);
    assertThat(Items.bad(items))
        .extracting(Item.Bad::reason)
        .allSatisfy(reason -> assertThat(reason).isNotBlank());
    assertThat(Items.bad(items).get(5).reason())
        .startsWith("field 'v_base64' is not base64: give A-Z")
        .endsWith("text stands in field 'v'");
  }

  @Test
  void halfACharacterIsReportedNotReplaced() throws IOException {
    List<Item> items =
        items(
            new Fields("k", "v"),
            "{\"k\":\"\\ud800\",\"v\":\"x\"}\n{\"k\":\"a\",\"v\":{\"n\":\"\\udc00\"}}\n");
    assertThat(Items.bad(items))
        .containsExactly(
            new Item.Bad(1, 1, "field 'k' holds a surrogate without its other half"),
            new Item.Bad(2, 2, "field 'v' holds a surrogate without its other half"));
  }

  @Test
  void whatTheParserSaysOfAMalformedLineNamesNoPlaceOfItsOwn() throws IOException {
    assertThat(Items.bad(items(new Fields("k", "v"), "{\"k\":\"a\"\n")))
        .singleElement()
        .extracting(Item.Bad::reason)
        .asString()
        .startsWith("not JSON: ")
        .doesNotContain("Source");
  }

  @Test
  void bytesThatAreNotUtf8AreReportedNotReplaced() throws IOException {
    byte[] file = "{\"id\":\"\u00e4\"}\n{\"id\":\"b\"}\n".getBytes(ISO_8859_1);
    List<Item> items = Items.all(source(file, WHOLE, 1 << 20));
    assertThat(Items.bad(items)).containsExactly(new Item.Bad(1, 1, "the line is not UTF-8"));
    assertThat(Items.good(items)).containsExactly("b={\"id\":\"b\"}");
  }

  @Test
  void lineBeyondTheBoundIsReportedAndSkipped() throws IOException {
    byte[] file = ("{\"id\":\"" + "x".repeat(100_000) + "\"}\n{\"id\":\"b\"}\n").getBytes(UTF_8);
    List<Item> items = Items.all(source(file, WHOLE, 50));
    assertThat(Items.bad(items)).extracting(Item::line).containsExactly(1L);
    assertThat(Items.good(items)).containsExactly("b={\"id\":\"b\"}");
  }

  private static List<Item> items(Fields fields, String file) throws IOException {
    return Items.all(source(file.getBytes(UTF_8), fields, 1 << 20));
  }

  private static RecordSource source(byte[] file, Fields fields, int lineBytesMax) {
    return new JsonLines(
        new LineReader(new ByteArrayInputStream(file), lineBytesMax), fields, false);
  }
}
