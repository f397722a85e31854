package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A data directory as a build wrote it that did not remember what it had synced. */
class OlderDirectoryTest {
  @Test
  void theDirectoryOfAnOlderBuildIsRefusedAndLeftAsItIs() throws IOException {
    try (Nodes nodes = Nodes.onHosts("127.0.0.1").start()) {
      Node node = nodes.node(0);
      node.stop();
      for (Path mark : marks(node.data())) {
        Files.delete(mark);
      }
      Map<String, Long> before = files(node.data());

      node.start();
      assertThat(node.awaitExit(Duration.ofMinutes(1))).isEqualTo(4);
      assertThat(node.log().lines().reduce((first, second) -> second).orElseThrow())
          .contains("older build", node.data().toString());
      assertThat(node.log()).contains("readmit");
      assertThat(files(node.data())).isEqualTo(before);
    }
  }

  private static List<Path> marks(Path data) throws IOException {
    try (Stream<Path> files = Files.list(data)) {
      List<Path> marks =
          files.filter(file -> file.getFileName().toString().startsWith("synced")).toList();
      assertThat(marks).isNotEmpty();
      return marks;
    }
  }

  /** Names and lengths of the files of the database. */
  private static Map<String, Long> files(Path data) throws IOException {
    Map<String, Long> lengths = new TreeMap<>();
    try (Stream<Path> files = Files.list(data.resolve("db"))) {
      for (Path file : files.toList()) {
        lengths.put(file.getFileName().toString(), Files.size(file));
      }
    }
    return lengths;
  }
}
