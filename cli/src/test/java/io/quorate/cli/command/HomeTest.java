package io.quorate.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HomeTest {
  @Test
  void homeOfTheEnvironmentComesFirst() {
    assertThat(Home.of(Map.of("HOME", "/home/ada"), "/root")).isEqualTo(Path.of("/home/ada"));
    assertThat(Home.of(Map.of("HOME", " "), "/root")).isEqualTo(Path.of("/root"));
    assertThat(Home.of(Map.of(), "/root")).isEqualTo(Path.of("/root"));
  }
}
