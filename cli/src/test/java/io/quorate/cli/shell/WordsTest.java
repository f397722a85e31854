package io.quorate.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class WordsTest {
  @Test
  void blanksPartWords() {
    assertThat(Words.of("  put a\t b ")).containsExactly("put", "a", "b");
    assertThat(Words.of("   ")).isEmpty();
  }

  @Test
  void quotesKeepAWordTogether() {
    assertThat(Words.of("put 'a b' \"c d\" e'f g'\"h\""))
        .containsExactly("put", "a b", "c d", "ef gh");
    assertThat(Words.of("put a ''")).containsExactly("put", "a", "");
    assertThat(Words.of("put 'it is \"so\"' \"it's\""))
        .containsExactly("put", "it is \"so\"", "it's");
  }

  /** As in a shell, so that JSON is typed as there. */
  @Test
  void aBackslashTakesTheMeaningOfTheNextCharacter() {
    assertThat(Words.of("a\\ b \\'c \\\\ \\#d")).containsExactly("a b", "'c", "\\", "#d");
    assertThat(Words.of("\"a\\\"b\\\\c\\nd\" 'e\\n'")).containsExactly("a\"b\\c\\nd", "e\\n");
  }

  @Test
  void aWordThatBeginsWithAHashBeginsAComment() {
    assertThat(Words.of("get a#b # not this")).containsExactly("get", "a#b");
    assertThat(Words.of("# nothing")).isEmpty();
  }

  @Test
  void theEndOfALineEndsACommandButForOneInQuotes() {
    assertThat(Words.commands("get a # 'b\n\r\nput b \"c\nd\" e\n'f\r\ng'"))
        .containsExactly(List.of("get", "a"), List.of("put", "b", "c\nd", "e"), List.of("f\r\ng"));
  }

  @Test
  void whatIsNotFinishedIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Words.of("put 'a"))
        .withMessageContaining("not closed");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Words.of("put a\\"))
        .withMessageContaining("backslash");
  }
}
