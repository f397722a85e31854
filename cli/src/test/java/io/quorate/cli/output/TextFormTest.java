package io.quorate.cli.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TextFormTest {
  private static final byte[] BINARY = {(byte) 0xC3, 0x28, 0};

  @Test
  void everyFormReadsWhatItPrints() {
    byte[] text = "Grüße".getBytes(UTF_8);
    for (TextForm form : TextForm.values()) {
      assertThat(form.parse(form.print(text))).isEqualTo(text);
    }
    assertThat(TextForm.HEX.parse(TextForm.HEX.print(BINARY))).isEqualTo(BINARY);
    assertThat(TextForm.BASE64.parse(TextForm.BASE64.print(BINARY))).isEqualTo(BINARY);
  }

  @Test
  void bytesThatAreNoTextNeverReachTheTerminal() {
    assertThat(TextForm.UTF8.print(BINARY)).isEqualTo("0xc32800");
    assertThat(TextForm.UTF8.print("\u001b[2J".getBytes(UTF_8))).isEqualTo("0x1b5b324a");
    assertThat(TextForm.UTF8.print("a\tb\n".getBytes(UTF_8))).isEqualTo("a\tb\n");
  }

  @Test
  void anEntryStaysOnItsLine() {
    assertThat(TextForm.onOneLine("a\tb\\\r\nc".getBytes(UTF_8))).isEqualTo("a\\tb\\\\\\r\\nc");
  }

  @Test
  void malformedTextIsRefusedWithItsForm() {
    assertThatThrownBy(() -> TextForm.HEX.parse("xyz"))
        .hasMessage("'xyz' is not hexadecimal: give 0-9 and a-f, two for each byte");
    assertThatThrownBy(() -> TextForm.HEX.parse("aBc"))
        .hasMessage("'aBc' is not hexadecimal: each byte has two digits, and there are 3");
    assertThatThrownBy(() -> TextForm.BASE64.parse("*"))
        .hasMessageStartingWith("'*' is not base64: give A-Z, a-z, 0-9, '+' and '/'");
  }

  @Test
  void jsonFlagsBytesThatAreNoText() {
    Map<String, Object> object = new LinkedHashMap<>();
    Json.putBytes(object, "key", "k".getBytes(UTF_8));
    Json.putBytes(object, "value", BINARY);
    assertThat(Json.line(object)).isEqualTo("{\"key\":\"k\",\"value_base64\":\"wygA\"}");
  }
}
