package io.quorate.client.internal.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuotedTest {
  @Test
  void keysThatAreTextAreShownAsText() {
    assertThat(Quoted.of("user:1".getBytes(UTF_8))).isEqualTo("'user:1'");
    assertThat(Quoted.of("grüße".getBytes(UTF_8))).isEqualTo("'grüße'");
    assertThat(Quoted.of(new byte[0])).isEqualTo("''");
  }

  @Test
  void otherKeysAreShownInHexadecimalDigits() {
    assertThat(Quoted.of(new byte[] {'a', 0})).isEqualTo("0x6100");
    assertThat(Quoted.of(new byte[] {'k', (byte) 0xFF})).isEqualTo("0x6bff");
    assertThat(Quoted.of("a\nb".getBytes(UTF_8))).isEqualTo("0x610a62");
  }

  @Test
  void longOnesAreCutAtACharacter() {
    assertThat(Quoted.of("x".repeat(70_000).getBytes(UTF_8)))
        .isEqualTo("'" + "x".repeat(60) + "'... (70000 bytes)");
    assertThat(Quoted.of(("x".repeat(59) + "ü").getBytes(UTF_8)))
        .isEqualTo("'" + "x".repeat(59) + "'... (61 bytes)");
    assertThat(Quoted.of("x".repeat(70_000)))
        .isEqualTo("'" + "x".repeat(80) + "...' (70000 characters)");
    assertThat(Quoted.of("x".repeat(79) + "😀"))
        .isEqualTo("'" + "x".repeat(79) + "...' (81 characters)");
  }

  @Test
  void whatWouldForgeALineIsEscaped() {
    assertThat(Quoted.of("a\nb\u2028c\ud800")).isEqualTo("'a\\u000ab\\u2028c\\ud800'");
  }
}
