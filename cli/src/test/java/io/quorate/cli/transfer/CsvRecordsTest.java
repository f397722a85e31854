package io.quorate.cli.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.cli.transfer.Item.Bad;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CsvRecordsTest {
  private static final int RECORD_BYTES_MAX = 10_000;

  private static final Fields KEY_AND_VALUE = new Fields("id", "text");

  @Test
  void quotedFieldsHoldCommasQuotesAndLineEndsAsTheyAre() throws IOException {
    assertThat(good(KEY_AND_VALUE, "id,text\r\n1,\"a,b\"\r\n2,\"c\r\n\"\"d\"\"\n\"\r\n3,e\r\n"))
        .containsExactly("1=a,b", "2=c\r\n\"d\"\n", "3=e");
  }

  @Test
  void remainingColumnsAreTheValueUnlessOneIsNamed() throws IOException {
    assertThat(good(new Fields("id", ""), "name,id,age\nAda,7,36\n"))
        .containsExactly("7={\"name\":\"Ada\",\"age\":\"36\"}");
  }

  @Test
  void quoteThatIsNeverClosedCostsOneLine() throws IOException {
    List<Item> items = items(KEY_AND_VALUE, "id,text\n1,a\n2,\"b\n3,c\n4,d\n");
    assertThat(Items.good(items)).containsExactly("1=a", "3=c", "4=d");
    assertThat(Items.bad(items))
        .containsExactly(new Bad(3, 3, "a quote is opened and never closed"));
  }

  @Test
  void quoteClosedByALaterRecordCostsOneLine() throws IOException {
    List<Item> items = items(KEY_AND_VALUE, "id,text\n2,\"b\n3,c\n4,\"d\"\n5,e\n");
    assertThat(Items.good(items)).containsExactly("3=c", "4=d", "5=e");
    assertThat(Items.bad(items)).extracting(Item::line).containsExactly(2L);
  }

  @Test
  void aFieldMayHaveManyLines() throws IOException {
    String text = "line\n".repeat(1_900);
    assertThat(good(KEY_AND_VALUE, "id,text\n1,\"" + text + "\"\n2,b\n"))
        .containsExactly("1=" + text, "2=b");
  }

  @Test
  void whatTheParserSaysOfAMalformedLineNamesNoClass() throws IOException {
    List<Item> items = items(KEY_AND_VALUE, "id,text\n1,\"a\"b\"\n");
    assertThat(Items.bad(items))
        .singleElement()
        .extracting(Item.Bad::reason)
        .asString()
        .startsWith("not CSV: ")
        .doesNotContain("Exception");
  }

  @Test
  void closingQuoteIsNotSoughtForEver() throws IOException {
    StringBuilder file = new StringBuilder("id,text\nbad,\"\n");
    int rows = RECORD_BYTES_MAX;
    for (int i = 0; i < rows; i++) {
      file.append(i).append(",x\n");
    }
    List<Item> items = items(KEY_AND_VALUE, file.toString());
    assertThat(Items.good(items)).hasSize(rows);
    assertThat(Items.bad(items))
        .singleElement()
        .satisfies(
            bad -> {
              assertThat(bad.line()).isEqualTo(2);
              assertThat(bad.reason()).contains("not closed within");
            });
  }

  /** Lines within a value must not be stored as records, for want of memory. */
  @Test
  void readingEndsAtARecordThatThereIsNoMemoryFor() throws IOException {
    String file = "id,text\n0,x\n1,\"" + "a,b\n".repeat(RECORD_BYTES_MAX) + "\"\n";
    CsvRecords records = new CsvRecords(reader(file), RECORD_BYTES_MAX, true, KEY_AND_VALUE, false);
    assertThat(records.next()).isInstanceOf(Item.Good.class);
    assertThatThrownBy(records::next)
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("line 3", "no memory for more", "-Xmx2g");
  }

  /** As far as the bound and no further: a line that ends behind it is none of the record. */
  @Test
  void aRecordOverLinesIsReadUpToTheBound() throws IOException {
    String rest = "x".repeat(RECORD_BYTES_MAX - 3) + "\"\r\n"; // all behind the first line
    assertThat(good(KEY_AND_VALUE, "id,text\n1,\"\n" + rest + "2,b\n"))
        .containsExactly("1=\n" + "x".repeat(RECORD_BYTES_MAX - 3), "2=b");
    List<Item> items = items(KEY_AND_VALUE, "id,text\n1,\"\ny" + rest + "2,b\n");
    assertThat(Items.good(items)).containsExactly("2=b");
    assertThat(Items.bad(items)).extracting(Item::line).containsExactly(2L, 3L);
  }

  /** Lines read again have their numbers, also those that open quotes themselves. */
  @Test
  void linesThatAreReadAgainAreThoseOfTheFile() throws IOException {
    List<Item> items = items(KEY_AND_VALUE, "id,text\n1,\"a\n2,b\n3,\"c\nd\"\n4,\"\u00e9\n5,f");
    assertThat(Items.good(items)).containsExactly("2=b", "3=c\nd", "5=f");
    assertThat(Items.bad(items)).extracting(Item::line).containsExactly(2L, 6L);
  }

  /** Each line opens a quote that no other line closes. */
  @Test
  void aFileOfQuotesThatAreOpenedInVainIsGivenUpInGoodTime() {
    assertThatThrownBy(() -> items(KEY_AND_VALUE, "id,text\n" + "a\",\"\"\"\n".repeat(200_000)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("RFC 4180");
  }

  /** A few of them cost what they must: their own line. */
  @Test
  void someQuotesThatAreOpenedInVainCostTheirLines() throws IOException {
    String rows = "1,x\n".repeat(4_000);
    List<Item> items = items(KEY_AND_VALUE, "id,text\n" + ("2,\"x\n" + rows).repeat(7));
    assertThat(Items.good(items)).hasSize(28_000);
    assertThat(Items.bad(items)).hasSize(7);
  }

  @Test
  void rowsOfAnotherLengthAreBadByTheirLine() throws IOException {
    List<Item> items = items(KEY_AND_VALUE, "id,text\n1,a\n\n2\n3,c,d\n4,\"x\ny\"\n5,e\n,f\n");
    assertThat(Items.good(items)).containsExactly("1=a", "4=x\ny", "5=e");
    assertThat(Items.bad(items)).extracting(Item::line).containsExactly(4L, 5L, 9L);
  }

  @Test
  void quotesInsideAPlainFieldMeanNothing() throws IOException {
    assertThat(good(KEY_AND_VALUE, "id,text\n1,5\"\n2,a\"\"b\n3,c\n"))
        .containsExactly("1=5\"", "2=a\"\"b", "3=c");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"''|empty", "a,b|no column 'id'", "id,id,text|same name", "id|no column 'text'"})
  void headerThatDoesNotFitIsRefused(String file, String reason) {
    assertThatThrownBy(() -> items(KEY_AND_VALUE, file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(reason);
  }

  private static List<String> good(Fields fields, String file) throws IOException {
    List<Item> items = items(fields, file);
    assertThat(Items.bad(items)).isEmpty();
    return Items.good(items);
  }

  private static LineReader reader(String file) {
    return new LineReader(new ByteArrayInputStream(file.getBytes(UTF_8)), 1 << 20);
  }

  private static List<Item> items(Fields fields, String file) throws IOException {
    return Items.all(new CsvRecords(reader(file), RECORD_BYTES_MAX, false, fields, false));
  }
}
