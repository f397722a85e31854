package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class VersionTest {
  @Test
  void versionIsReadAsItIsWritten() {
    for (Version version :
        List.of(
            Version.of(0, (1_767_225_600_000L << 16) | 2, 0xA1, 3),
            Version.of(7, (1L << 48) - 1, -1, 0),
            Version.of(Long.MAX_VALUE, -1, Long.MIN_VALUE, Integer.MAX_VALUE),
            Version.of(0, 0, 0, 0))) {
      assertThat(Version.parse(version.toString())).isEqualTo(version);
    }
  }

  @Test
  void whatIsNoVersionIsRefused() {
    for (String text :
        List.of(
            "",
            "1.2",
            "1.2@a1/3",
            "1.70000@00000000000000a1/3",
            "999999999999999.0@00000000000000a1/3",
            "1.2@00000000000000a1/9999999999",
            "9999999999999999999:1.2@00000000000000a1/3",
            "-1.2@00000000000000a1/3",
            "1.2@00000000000000A1/3",
            " 1.2@00000000000000a1/3")) {
      assertThatThrownBy(() -> Version.parse(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'" + text + "' is no version");
    }
  }
}
