package io.quorate.client.internal.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.internal.text.Hex;
import org.junit.jupiter.api.Test;

class NodeIdsTest {
  @Test
  void idsAreReadAsPeopleWriteThem() {
    assertThat(NodeIds.parse("ff")).isEqualTo(255);
    assertThat(NodeIds.parse("FFFFFFFFFFFFFFFF")).isEqualTo(-1);
    assertThat(NodeIds.parse(Hex.of(Long.MIN_VALUE))).isEqualTo(Long.MIN_VALUE);
    assertThat(NodeIds.parseOrAll(null)).isZero();
    assertThat(Hex.orEmpty(0)).isEmpty();
    assertThat(Hex.orEmpty(255)).isEqualTo("00000000000000ff");
  }
}
