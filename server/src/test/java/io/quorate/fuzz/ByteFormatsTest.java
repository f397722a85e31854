package io.quorate.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.documents.Repository;
import io.quorate.model.ByteFormat;
import io.quorate.model.Invariant;
import io.quorate.model.Release;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The numbers of formats change with the cluster version only, and never for a version. */
class ByteFormatsTest {
  private static final String NOTED = "/released/formats.txt";

  /** A constant for a format that holds its number itself. */
  private static final Pattern NUMBER_OF_ITS_OWN =
      Pattern.compile("\\b(byte|int) FORMAT\\w* *= *(\\(byte\\) *)?\\d");

  /** The numbers of each version, as they were noted when it was made. */
  private static Map<String, List<Integer>> noted() throws IOException {
    try (InputStream in = ByteFormatsTest.class.getResourceAsStream(NOTED)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" ", -1))
          .collect(
              Collectors.toMap(
                  words -> words[0],
                  words -> Arrays.stream(words).skip(1).map(Integer::valueOf).toList()));
    }
  }

  @Test
  void noNumberChangesWithoutANewClusterVersion() throws IOException {
    Map<String, List<Integer>> noted = noted();
    assertThat(noted.keySet())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(ByteFormat.values()).map(ByteFormat::name).toList());
    for (ByteFormat format : ByteFormat.values()) {
      List<Integer> numbers =
          IntStream.rangeClosed(1, Release.NEWEST_VERSION).mapToObj(format::at).toList();
      assertThat(numbers)
          .as("%s: what %s has is written by releases: add a cluster version", format, NOTED)
          .isEqualTo(noted.get(format.name()));
    }
  }

  @Test
  void aNodeReadsTheNumbersOfItsVersionsAndNoOthers() {
    assertThat(ByteFormat.COMMAND.isReadAt(1, 10)).isTrue();
    assertThat(ByteFormat.COMMAND.isReadAt(1, 11)).isFalse();
    assertThat(ByteFormat.COMMAND.isReadAt(2, 10)).isTrue();
    assertThat(ByteFormat.COMMAND.isReadAt(2, 11)).isTrue();
    assertThat(ByteFormat.COMMAND.isReadAt(9, 12)).isFalse();
    assertThat(ByteFormat.COMMAND.at(9)).as("the last one holds on").isEqualTo(11);
  }

  /** An encoder that is not told the cluster's version breaks once its format has two numbers. */
  @Test
  void whatHasTwoNumbersHasNoOnlyOne() {
    assertThat(ByteFormat.RECORD.only()).isEqualTo(1);
    assertThatThrownBy(ByteFormat.COMMAND::only)
        .isInstanceOf(Invariant.BrokenInvariant.class)
        .hasMessageContaining("[10, 11]");
  }

  /**
   * A format outside the table could change without a test that asks for a new version. Values that
   * libraries of applications write are left out: nodes do not read them.
   */
  @Test
  void codecsTakeTheirNumbersFromTheTable() throws IOException {
    List<Path> sources =
        Repository.files(".java").stream()
            .filter(file -> file.toString().contains("/src/main/"))
            .filter(file -> !file.toString().contains("/client/recipe/"))
            .filter(file -> !file.toString().contains("/io/quorate/jobs/"))
            .toList();
    assertThat(sources).hasSizeGreaterThan(700);
    for (Path source : sources) {
      assertThat(NUMBER_OF_ITS_OWN.matcher(Files.readString(source)).find())
          .as("%s has a format's number: put it into ByteFormat", source)
          .isFalse();
    }
  }
}
