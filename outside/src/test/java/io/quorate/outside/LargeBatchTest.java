package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A batch is as large as its caller can hold; nothing of it is refused for being too much. */
@Tag("campaign")
class LargeBatchTest {
  private static final Duration LONGEST = Duration.ofMinutes(30);

  @Test
  void aHundredThousandValuesOfFourKibibytes() {
    storesAndReads(100_000, 4096);
  }

  @Test
  void aMillionSmallValues() {
    storesAndReads(1_000_000, 8);
  }

  private static void storesAndReads(int entries, int valueBytes) {
    try (Nodes nodes = Nodes.threeOnLoopback()) {
      nodes.set("QUORATE_JAVA_OPTS", "").set("QUORATE_STORAGE_BLOCK_CACHE", "auto").start();
      CommandLine.Result result =
          new CommandLine()
              .within(LONGEST)
              .run(
                  List.of(
                      Path.of(System.getProperty("java.home"), "bin/java").toString(),
                      "-Xmx256m",
                      "-cp",
                      System.getProperty("java.class.path"),
                      LargeBatch.class.getName(),
                      nodes.endpoints(),
                      Integer.toString(entries),
                      Integer.toString(valueBytes)),
                  new byte[0]);
      assertThat(result.code()).as("%s", result).isZero();
    }
  }
}
