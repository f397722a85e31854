package io.quorate.replication.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The documents have the bounds of a request as the code does. */
class BoundTest {
  private static final Path ROOT = Path.of("..");
  private static final String HEAD = "| bound | of what | set by | past it |";

  @Test
  void theTableHasThemInTheOrderInWhichARequestMeetsThem() throws IOException {
    List<List<String>> rows =
        Files.readAllLines(ROOT.resolve("ARCHITECTURE.md")).stream()
            .dropWhile(line -> !line.equals(HEAD))
            .takeWhile(line -> line.startsWith("|"))
            .skip(2)
            .map(line -> Arrays.asList(line.split("\\|", -1)))
            .toList();

    assertThat(rows)
        .extracting(row -> row.get(1).strip())
        .containsExactlyElementsOf(Arrays.stream(Bound.values()).map(BoundTest::name).toList());
    assertThat(rows)
        .extracting(row -> settings(row.get(3)))
        .containsExactlyElementsOf(Arrays.stream(Bound.values()).map(Bound::settings).toList());
  }

  /** What it is called in the table: nothing, where no refusal is counted by it. */
  private static String name(Bound bound) {
    return switch (bound) {
      case CONCURRENT_REQUESTS, CONCURRENT_SCANS -> "";
      case QUOTA -> "quota";
      default -> "`" + bound.label() + "`";
    };
  }

  private static List<String> settings(String cell) {
    return Arrays.stream(cell.split(" ", -1))
        .filter(word -> word.startsWith("`"))
        .map(word -> word.replaceAll("[`,]", ""))
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void whatSetsItCanBeSet(Bound bound) throws IOException {
    String config = Files.readString(ROOT.resolve("config/quorate.yml"));
    for (String setting : bound.settings()) {
      if (setting.startsWith("limits.")) {
        assertThat(config).contains("  " + setting.substring("limits.".length()) + ":");
      }
    }
  }
}
