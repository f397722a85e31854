package io.quorate.cli.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/**
 * Records of a CSV file whose first line names the columns.
 *
 * <p>A parser over the whole file would stop at the first malformed record, and one quote that is
 * never closed would swallow all that follows. So the file is cut into records first: a quoted
 * field may run over lines, but when its quote is not closed within the longest record that there
 * can be, or what it encloses is no record, only the line it began on is bad and reading goes on
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
  private final int recordCharsMax;
  private final Fields fields;
  private final EntryReader entries;
  private final ObjectMapper mapper = new ObjectMapper();

  /** Lines read ahead in search of a closing quote, not yet part of a returned record. */
  private final Deque<LineReader.Line> ahead = new ArrayDeque<>();

  /** Characters that were read in vain, for quotes that enclosed no record. */
  private long readAgain;

  private final List<String> columns;

  /**
   * Reads the header.
   *
   * @param recordCharsMax how far a closing quote is sought, in characters
   * @param expiryNeeded see {@link EntryReader}
   * @throws IOException if there is none, or it lacks a column that {@code fields} names
   */
  CsvRecords(LineReader lines, int recordCharsMax, Fields fields, boolean expiryNeeded)
      throws IOException {
    this.lines = lines;
    this.recordCharsMax = recordCharsMax;
    this.fields = fields;
    this.entries = new EntryReader(mapper, fields, expiryNeeded);
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
    LineReader.Line first = take();
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
    StringBuilder text = new StringBuilder(first.text());
    List<LineReader.Line> rest = new ArrayList<>();
    boolean goesOn = quotes.goesOnAfter(first.text());
    while (goesOn) {
      LineReader.Line more = text.length() > recordCharsMax ? null : take();
      if (more == null || more.text() == null) {
        giveBack(rest, more, number, text.length());
        return new Item.Bad(number, number, "a quote is opened and never closed");
      }
      rest.add(more);
      text.append('\n').append(more.text());
      goesOn = quotes.goesOnAfter(more.text());
    }
    try {
      Entry entry = entry(object(parse(text.toString())));
      long last = rest.isEmpty() ? number : rest.getLast().number();
      return new Item.Good(number, last, entry);
    } catch (BadRecordException bad) {
      giveBack(rest, null, number, text.length());
      return new Item.Bad(number, number, bad.reason());
    }
  }

  private LineReader.@Nullable Line take() throws IOException {
    return ahead.isEmpty() ? lines.next() : ahead.poll();
  }

  private void giveBack(
      List<LineReader.Line> taken, LineReader.@Nullable Line last, long number, int chars)
      throws IOException {
    readAgain += taken.isEmpty() ? 0 : chars;
    if (readAgain > AGAIN_MAX * (recordCharsMax + lines.bytes())) {
      throw new IOException(
          ("line %d: too many quotes are opened up to here that enclose no field: is this CSV as"
                  + " RFC 4180 has it, with a quote in a field written twice?")
              .formatted(number));
    }
    if (last != null) {
      ahead.addFirst(last);
    }
    taken.reversed().forEach(ahead::addFirst);
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

  private Entry entry(ObjectNode record) throws BadRecordException {
    if (!fields.wholeRecord()) {
      return entries.read(record, NOTHING);
    }
    ObjectNode whole = record.deepCopy();
    whole.remove(List.of(fields.key(), fields.key() + Fields.BASE64_SUFFIX));
    return entries.read(record, whole.toString().getBytes(StandardCharsets.UTF_8));
  }

  private ObjectNode object(List<String> values) throws BadRecordException {
    if (values.size() != columns.size()) {
      throw new BadRecordException(
          "%d fields where the first line names %d columns"
              .formatted(values.size(), columns.size()));
    }
    ObjectNode object = mapper.createObjectNode();
    for (int i = 0; i < columns.size(); i++) {
      object.put(columns.get(i), values.get(i));
    }
    for (String column : columns) {
      dropTwin(object, column);
    }
    return object;
  }

  /** A row has every column; of a field and its base64 twin, only the one that is used counts. */
  private static void dropTwin(ObjectNode object, String column) {
    JsonNode twin = object.get(column + Fields.BASE64_SUFFIX);
    if (twin != null) {
      object.remove(twin.asText().isEmpty() ? column + Fields.BASE64_SUFFIX : column);
    }
  }

  @Override
  public long bytesRead() {
    return lines.bytes();
  }
}
