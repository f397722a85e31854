package io.quorate.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HugePagesTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "[always] madvise never, true",
    "always [madvise] never, true",
    "always madvise [never], false",
    "'', false",
  })
  void theKernelGivesThemIfItSaysSo(String setting, boolean given) throws IOException {
    Path file = Files.writeString(directory.resolve("enabled"), setting + "\n");
    assertThat(HugePages.areGiven(file)).isEqualTo(given);
  }

  @Test
  void aKernelWithoutThemHasNoSetting() {
    assertThat(HugePages.areGiven(directory.resolve("enabled"))).isFalse();
  }
}
