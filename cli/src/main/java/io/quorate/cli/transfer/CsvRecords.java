package io.quorate.cli.transfer;

import io.quorate.cli.output.Bytes;
import io.quorate.cli.output.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/**
 * Records of a CSV file whose first line names the columns.
 *
 * <p>A parser over the whole file would stop at the first malformed record, and one quote that is
 * never closed would swallow all that follows. So the file is cut into records first: a quoted
 * field may run over lines, but when its quote is not closed within the longest record that is
 * read, or what it encloses is no record, only the line it began on is bad and reading goes on
 * after it.
 */
final class CsvRecords implements RecordSource {
  private static final CSVFormat FORMAT = CSVFormat.RFC4180;

  private static final byte[] NOTHING = {};

  /**
   * How often the input, and its longest record, may be read again: each quote that is opened in
   * vain has lines read that are then read as records of their own.
   */
  private static final int AGAIN_MAX = 8;

  private final LineReader lines;
  private final int recordBytesMax;
  private final boolean mayBeLonger;
  private final Fields fields;
  private final EntryReader entries;

  /** Bytes that were read in vain, for quotes that enclosed no record. */
  private long readAgain;

  private final List<String> columns;

  /**
   * Reads the header.
   *
   * @param recordBytesMax how far a closing quote is sought behind its line; so much is kept in
   *     memory meanwhile, up to three times
   * @param mayBeLonger whether a record may be longer than that, which is then all that there is
   *     memory for: reading ends there, for lines within a value must not be taken for records
   * @param expiryNeeded see {@link EntryReader}
   * @throws IOException if there is none, or it lacks a column that {@code fields} names
   */
  CsvRecords(
      LineReader lines,
      int recordBytesMax,
      boolean mayBeLonger,
      Fields fields,
      boolean expiryNeeded)
      throws IOException {
    this.lines = lines;
    this.recordBytesMax = recordBytesMax;
    this.mayBeLonger = mayBeLonger;
    this.fields = fields;
    this.entries = new EntryReader(fields, expiryNeeded);
    this.columns = header();
  }

  private List<String> header() throws IOException {
    LineReader.Line first = lines.next();
    if (first == null) {
      throw new IOException("the CSV file is empty: its first line must name the columns");
    }
    if (first.text() == null) {
      throw new IOException("line 1 must name the columns: " + first.problem());
    }
    List<String> names;
    try {
      names = parse(first.text());
    } catch (BadRecordException bad) {
      throw new IOException("line 1 must name the columns: " + bad.reason(), bad);
    }
    requireColumn(names, fields.key());
    if (!fields.wholeRecord()) {
      requireColumn(names, fields.value());
    }
    if (new HashSet<>(names).size() < names.size()) {
      throw new IOException("two columns have the same name: " + String.join(", ", names));
    }
    return names;
  }

  private static void requireColumn(List<String> names, String wanted) throws IOException {
    if (!names.contains(wanted) && !names.contains(wanted + Fields.BASE64_SUFFIX)) {
      throw new IOException(
          "no column '" + wanted + "'; the first line names: " + String.join(", ", names));
    }
  }

  @Override
  public @Nullable Item next() throws IOException {
    LineReader.Line first = lines.next();
    if (first == null) {
      return null;
    }
    long number = first.number();
    if (first.text() == null) {
      return new Item.Bad(number, number, first.problem());
    }
    if (first.text().isBlank()) {
      return new Item.Skipped(number, number);
    }
    QuoteScan quotes = new QuoteScan();
    if (quotes.goesOnAfter(first.text())) {
      return overLines(first, quotes);
    }
    try {
      return new Item.Good(number, number, entry(first.text()));
    } catch (BadRecordException bad) {
      return new Item.Bad(number, number, bad.reason());
    }
  }

  /** A record whose first line ends within quotes. */
  private Item overLines(LineReader.Line first, QuoteScan quotes) throws IOException {
    long number = first.number();
    lines.mark(recordBytesMax);
    try {
      long last = lastLine(number, quotes);
      return new Item.Good(number, last, entry(first.text() + '\n' + lines.sinceMark()));
    } catch (BadRecordException bad) {
      readAgain(number);
      return new Item.Bad(number, number, bad.reason());
    } finally {
      lines.unmark();
    }
  }

  /** Reads on to the line on which the quote is closed. */
  private long lastLine(long number, QuoteScan quotes) throws IOException, BadRecordException {
    LineReader.Line more;
    do {
      more = lines.next();
      if (more == null && lines.isTooFar()) {
        if (mayBeLonger) {
          throw new IOException(
              ("line %d: a quote is opened and not closed within %s, and this command has no memory"
                      + " for more. Close the quote; or, if the record is longer, run the command"
                      + " with JAVA_TOOL_OPTIONS=-Xmx2g")
                  .formatted(number, Bytes.text(recordBytesMax)));
        }
        throw new BadRecordException(
            "a quote is opened and not closed within %s after its line: a record that is longer is not read"
                .formatted(Bytes.text(recordBytesMax)));
      }
      if (more == null || more.text() == null) {
        throw new BadRecordException("a quote is opened and never closed");
      }
    } while (quotes.goesOnAfter(more.text()));
    return more.number();
  }

  private void readAgain(long number) throws IOException {
    readAgain += lines.reset();
    if (readAgain > AGAIN_MAX * (recordBytesMax + lines.bytes())) {
      throw new IOException(
          ("line %d: too many quotes are opened up to here that enclose no field: is this CSV as"
                  + " RFC 4180 has it, with a quote in a field written twice?")
              .formatted(number));
    }
  }

  private static List<String> parse(String record) throws BadRecordException {
    String withoutLineEnd =
        record.endsWith("\r") ? record.substring(0, record.length() - 1) : record;
    try (CSVParser parser = CSVParser.parse(withoutLineEnd, FORMAT)) {
      List<CSVRecord> records = parser.getRecords();
      if (records.size() != 1) {
        throw new BadRecordException("quotes enclose more than fields");
      }
      return records.getFirst().toList();
    } catch (IOException | UncheckedIOException | IllegalStateException malformed) {
      throw new BadRecordException("not CSV: " + reason(malformed));
    }
  }

  /** What the parser says; an exception around it begins with the name of its class. */
  private static @Nullable String reason(Exception malformed) {
    Throwable inner = malformed.getCause();
    return inner instanceof IOException ? inner.getMessage() : malformed.getMessage();
  }

  private Entry entry(String text) throws BadRecordException {
    Map<String, String> record = record(parse(text));
    if (!fields.wholeRecord()) {
      return entries.read(record, NOTHING);
    }
    Map<String, String> whole = new LinkedHashMap<>(record);
    whole.keySet().removeAll(List.of(fields.key(), fields.key() + Fields.BASE64_SUFFIX));
    return entries.read(record, Json.line(whole).getBytes(StandardCharsets.UTF_8));
  }

  private Map<String, String> record(List<String> values) throws BadRecordException {
    if (values.size() != columns.size()) {
      throw new BadRecordException(
          "%d fields where the first line names %d columns"
              .formatted(values.size(), columns.size()));
    }
    Map<String, String> record = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      record.put(columns.get(i), values.get(i));
    }
    for (String column : columns) {
      dropTwin(record, column);
    }
    return record;
  }

  /** A row has every column; of a field and its base64 twin, only the one that is used counts. */
  private static void dropTwin(Map<String, String> record, String column) {
    String twin = record.get(column + Fields.BASE64_SUFFIX);
    if (twin != null) {
      record.remove(twin.isEmpty() ? column + Fields.BASE64_SUFFIX : column);
    }
  }

  @Override
  public long bytesRead() {
    return lines.bytes();
  }
}
