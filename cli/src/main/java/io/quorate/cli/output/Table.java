package io.quorate.cli.output;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import java.util.ArrayList;
import java.util.List;

/** A table for people. A heading that ends with {@code >} stands over a column of numbers. */
public final class Table {
  private static final int COLUMN_WIDTH_MAX = 80;

  private final List<String> headings;
  private final List<List<String>> rows = new ArrayList<>();

  public Table(String... headings) {
    this.headings = List.of(headings);
  }

  /** Adds a row with one cell for each heading. */
  public void row(Object... cells) {
    List<String> row = new ArrayList<>();
    for (Object cell : cells) {
      row.add(String.valueOf(cell));
    }
    rows.add(row);
  }

  @Override
  public String toString() {
    List<ColumnData<List<String>>> columns = new ArrayList<>();
    for (int i = 0; i < headings.size(); i++) {
      int column = i;
      String heading = headings.get(i);
      boolean numbers = heading.endsWith(">");
      columns.add(
          new Column()
              .header(numbers ? heading.substring(0, heading.length() - 1) : heading)
              .headerAlign(numbers ? HorizontalAlign.RIGHT : HorizontalAlign.LEFT)
              .dataAlign(numbers ? HorizontalAlign.RIGHT : HorizontalAlign.LEFT)
              .maxWidth(COLUMN_WIDTH_MAX)
              .with(row -> row.get(column)));
    }
    return AsciiTable.builder()
        .border(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS)
        .data(rows, columns)
        .asString();
  }
}
