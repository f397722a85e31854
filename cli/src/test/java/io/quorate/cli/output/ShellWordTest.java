package io.quorate.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordTest {
  @ParameterizedTest
  @ValueSource(strings = {"orders", "s3://b/p-1", "/tmp/a_b.c", "root@host:22", "a=b,c+d%"})
  void aTextThatAShellTakesAsItIsStaysAsItIs(String text) {
    assertThat(ShellWord.of(text)).isEqualTo(text);
  }

  /** As a shell reads it: a word in single quotes ends at the next one, whatever is between. */
  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "$HOME", "~", "a;b", "it's", "''", "a\nb", "*", "\"", "\\"})
  void anythingElseIsInQuotes(String text) {
    String word = ShellWord.of(text);
    assertThat(word).startsWith("'").endsWith("'");
    StringBuilder read = new StringBuilder();
    boolean isQuoted = false;
    for (int i = 0; i < word.length(); i++) {
      char each = word.charAt(i);
      if (each == '\'') {
        isQuoted = !isQuoted;
      } else if (each == '\\' && !isQuoted) {
        i++;
        read.append(word.charAt(i));
      } else {
        assertThat(isQuoted).isTrue();
        read.append(each);
      }
    }
    assertThat(isQuoted).isFalse();
    assertThat(read.toString()).isEqualTo(text);
  }
}
