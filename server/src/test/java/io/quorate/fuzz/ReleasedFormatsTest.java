package io.quorate.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What earlier releases wrote is read, and means what it meant. */
class ReleasedFormatsTest {
  /** The releases whose formats this one reads: its own, and the one before. */
  private static final List<String> RELEASES = List.of("0.1.0");

  static Stream<String> files() {
    return RELEASES.stream()
        .flatMap(
            release -> ReleasedFormats.all().stream().map(target -> release + "/" + target.name()));
  }

  @ParameterizedTest
  @MethodSource("files")
  void whatAReleaseWroteIsRead(String file) throws Exception {
    String name = file.substring(file.indexOf('/') + 1);
    DecoderTarget<?> target =
        ReleasedFormats.all().stream()
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElseThrow();
    List<String> lines = lines(file);
    assertThat(lines).isNotEmpty();
    for (String line : lines) {
      String[] parts = line.split("\t", -1);
      assertThat(parts).hasSize(3);
      read(target, parts[0], HexFormat.of().parseHex(parts[1]), parts[2]);
    }
  }

  private static <T> void read(DecoderTarget<T> target, String kind, byte[] bytes, String text)
      throws Exception {
    T value = target.decode().decode(bytes);
    assertThat(value.getClass().getSimpleName()).isEqualTo(kind);
    if (!text.isEmpty()) {
      assertThat(ReleasedFormats.text(value, value)).isEqualTo(text);
    }
    if (target.encode() != null) {
      assertThat(target.decode().decode(target.encode().apply(value))).isEqualTo(value);
    }
  }

  /** A format of which no sample is kept could change unseen. */
  @Test
  void eachKindOfCommandAndOfMessageIsAmongThem() throws IOException {
    assertThat(kinds("0.1.0/command")).hasSizeGreaterThanOrEqualTo(24);
    assertThat(kinds("0.1.0/peer-message")).hasSizeGreaterThanOrEqualTo(14);
    assertThat(kinds("0.1.0/raft-message")).hasSizeGreaterThanOrEqualTo(10);
  }

  private static List<String> kinds(String file) throws IOException {
    return lines(file).stream().map(line -> line.split("\t", -1)[0]).distinct().toList();
  }

  private static List<String> lines(String file) throws IOException {
    String path = "/released/" + file + ".txt";
    try (InputStream in = ReleasedFormatsTest.class.getResourceAsStream(path)) {
      return new String(Objects.requireNonNull(in, path).readAllBytes(), UTF_8).lines().toList();
    }
  }
}
