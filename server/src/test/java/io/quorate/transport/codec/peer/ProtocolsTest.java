package io.quorate.transport.codec.peer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProtocolsTest {
  @Test
  void twoNodesSpeakTheHighestVersionThatBothUnderstand() {
    assertThat(new Protocols(1, 2).common(new Protocols(2, 3))).isEqualTo(2);
    assertThat(new Protocols(2, 3).common(new Protocols(1, 2))).isEqualTo(2);
    assertThat(new Protocols(2, 3).common(new Protocols(2, 3))).isEqualTo(3);
    assertThat(new Protocols(1, 2).common(new Protocols(1, 1))).isEqualTo(1);
    assertThat(new Protocols(1, 2).common(new Protocols(3, 4))).isEqualTo(Protocols.NONE);
    assertThat(new Protocols(3, 4).common(new Protocols(1, 2))).isEqualTo(Protocols.NONE);
  }

  /** A hello without them says 0 to 0, and one that lies may say anything. */
  @Test
  void whatIsNoRangeHasNothingInCommon() {
    assertThat(Protocols.KNOWN.common(new Protocols(0, 0))).isEqualTo(Protocols.NONE);
    assertThat(Protocols.KNOWN.common(new Protocols(3, 1))).isEqualTo(Protocols.NONE);
    assertThat(new Protocols(0, 0).common(new Protocols(0, 0))).isEqualTo(Protocols.NONE);
    assertThat(Protocols.KNOWN.common(new Protocols(-9, -2))).isEqualTo(Protocols.NONE);
  }

  @Test
  void aRangeSaysWhatItIs() {
    assertThat(new Protocols(2, 3)).hasToString("2 to 3");
    assertThat(new Protocols(2, 2)).hasToString("2");
    assertThat(new Protocols(2, 3).includes(3)).isTrue();
    assertThat(new Protocols(2, 3).includes(1)).isFalse();
    assertThat(new Protocols(2, 3).includes(4)).isFalse();
  }
}
