package io.quorate.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuotedTest {
  @Test
  void ordinaryTextIsShownAsItIs() {
    assertThat(Quoted.of("grüße 中 🙂")).isEqualTo("'grüße 中 🙂'");
  }

  @Test
  void longTextIsCutAndItsLengthTold() {
    assertThat(Quoted.of("x".repeat(65_480)))
        .isEqualTo("'" + "x".repeat(80) + "...' (65480 characters)");
  }

  @Test
  void aCutNeverHalvesACharacter() {
    assertThat(Quoted.of("x".repeat(79) + "🙂🙂"))
        .isEqualTo("'" + "x".repeat(79) + "...' (83 characters)");
  }

  @Test
  void whatCouldForgeALogLineIsEscaped() {
    assertThat(Quoted.of("a\nERROR b\u2028c\u001b[31m\ud800"))
        .isEqualTo("'a\\u000aERROR b\\u2028c\\u001b[31m\\ud800'");
  }
}
