package io.quorate.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {
  private static final Path PAGE = Path.of("..", "docs", "configuration.md");
  private static final Path FILE = Path.of("..", "config", "quorate.yml");

  /**
   * To make it again: {@code mvn -pl server test -Dtest=ConfigurationPageTest
   * -Dquorate.docs.rewrite}.
   */
  @Test
  void pageIsWhatIsMadeFromTheSettings() throws IOException {
    String made = ConfigurationPage.of(Files.readString(FILE));
    if (System.getProperty("quorate.docs.rewrite") != null) {
      Files.writeString(PAGE, made);
    }
    assertThat(PAGE)
        .as("make it again with -Dquorate.docs.rewrite, and read the difference")
        .hasContent(made);
  }
}
