package io.quorate.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Nodes are written with their names, and nothing else of a text is changed. */
class NodeNamesTest {
  private static final NodeId EAST = new NodeId(0x7f3a1c0e52d94b86L);
  private static final NodeId WEST = new NodeId(0xffffffffffffffffL);
  private static final NodeId PLAIN = new NodeId(0x1111111111111111L);
  private static final NodeNames NAMES =
      new NodeNames(Map.of(EAST, "db-east-1", WEST, "db-west-1", PLAIN, ""));

  @Test
  void aNodeWithoutNameIsItsId() {
    assertThat(NAMES.of(EAST)).isEqualTo("7f3a1c0e52d94b86 (db-east-1)");
    assertThat(NAMES.of(PLAIN)).isEqualTo("1111111111111111");
    assertThat(NodeNames.NONE.of(EAST)).isEqualTo("7f3a1c0e52d94b86");
  }

  @Test
  void idsInATextGetTheirNames() {
    assertThat(NAMES.in("nodes [7f3a1c0e52d94b86, ffffffffffffffff, 1111111111111111] are away"))
        .isEqualTo(
            "nodes [7f3a1c0e52d94b86 (db-east-1), ffffffffffffffff (db-west-1), 1111111111111111]"
                + " are away");
    assertThat(NAMES.in("7f3a1c0e52d94b86")).isEqualTo("7f3a1c0e52d94b86 (db-east-1)");
    assertThat(NAMES.in("'7f3a1c0e52d94b86'")).isEqualTo("'7f3a1c0e52d94b86 (db-east-1)'");
  }

  /** The coordinator has named them, and the node that the client speaks to passes it on. */
  @Test
  void aTextThatHasTheNamesStaysAsItIs() {
    String once = NAMES.in("node 7f3a1c0e52d94b86 did not answer");
    assertThat(NAMES.in(once)).isEqualTo(once);
  }

  @Test
  void otherNumbersAreLeftAlone() {
    String others =
        "key 7f3a1c0e52d94b8 value 7f3a1c0e52d94b860 of 7F3A1C0E52D94B86 request"
            + " 7f3a1c0e52d94b86-0000000000000001 x7f3a1c0e52d94b86 2222222222222222";
    assertThat(NAMES.in(others)).isEqualTo(others);
  }
}
