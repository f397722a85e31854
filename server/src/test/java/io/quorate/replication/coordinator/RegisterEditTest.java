package io.quorate.replication.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.version.Register;
import io.quorate.version.WriteId;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegisterEditTest {
  private static Register with(@Nullable String value) {
    byte[] bytes = value == null ? null : value.getBytes(StandardCharsets.US_ASCII);
    return Register.of(null, 0)
        .after(new Register.Change(new WriteId(1, 1, 1), (byte) 0, 0), bytes);
  }

  private static @Nullable String added(@Nullable String value, long by, long min, long max) {
    RegisterEdit.Edited edited = new RegisterEdit.Add(by, min, max).of(with(value));
    if (edited == null) {
      return null;
    }
    byte[] bytes = edited.value();
    String text = bytes == null ? "" : new String(bytes, StandardCharsets.US_ASCII);
    assertThat(text).isEqualTo(Long.toString(edited.sum()));
    return text;
  }

  private static @Nullable String added(@Nullable String value, long by) {
    return added(value, by, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  @Test
  void aNumberIsAddedTo() {
    assertThat(added(null, 5)).isEqualTo("5");
    assertThat(added("5", -7)).isEqualTo("-2");
    assertThat(added("-2", 2)).isEqualTo("0");
    assertThat(added("0", Long.MAX_VALUE)).isEqualTo("9223372036854775807");
    assertThat(added("-9223372036854775808", 0)).isEqualTo("-9223372036854775808");
  }

  @Test
  void aSumBeyondItsBoundsIsNot() {
    assertThat(added("1", -1, 0, 9)).isEqualTo("0");
    assertThat(added("0", -1, 0, 9)).isNull();
    assertThat(added("9", 1, 0, 9)).isNull();
    assertThat(added("9223372036854775807", 1)).isNull();
    assertThat(added("-9223372036854775808", -1)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "+1", "01", "-0", "1 ", "1.0", "9223372036854775808", "\u0661", "--1"})
  void whatIsNoNumberIsLeftAsItIs(String value) {
    assertThat(added(value, 1)).isNull();
  }
}
