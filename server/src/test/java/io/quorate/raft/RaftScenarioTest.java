package io.quorate.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Stories in {@code src/test/resources/raft}: commands, and what happened. {@code
 * -Dquorate.raft.rewrite=true} writes down what happens now; read the difference as code.
 */
class RaftScenarioTest {
  private static final Path DIRECTORY = Path.of("src/test/resources/raft");

  static Stream<String> stories() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".txt"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("stories")
  void happensAsTold(String story) throws IOException {
    Path file = DIRECTORY.resolve(story);
    String told = Files.readString(file);
    String happened = ScenarioFile.retell(told);
    if (Boolean.getBoolean("quorate.raft.rewrite")) {
      Files.writeString(file, happened);
      return;
    }
    assertThat(happened).isEqualTo(told);
  }
}
