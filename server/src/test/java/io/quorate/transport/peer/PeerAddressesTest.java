package io.quorate.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PeerAddressesTest {
  private static final NodeId NODE = new NodeId(7);

  private final PeerAddresses where = new PeerAddresses();

  @Test
  void theWordOfALaterStartCountsUntilTheStateKnowsIt() {
    follow(member("old:1", 3));
    assertThat(where.said(NODE, "new:1", 4)).isTrue();
    assertThat(where.of(member("old:1", 3))).isEqualTo("new:1");

    follow(member("old:1", 3));
    assertThat(where.of(member("old:1", 3))).isEqualTo("new:1");
    follow(member("newest:1", 5));
    assertThat(where.of(member("newest:1", 5))).isEqualTo("newest:1");
    follow(member("old:1", 3)); // nothing is left of it
    assertThat(where.of(member("old:1", 3))).isEqualTo("old:1");
  }

  @Test
  void theWordOfAStartThatTheStateKnowsIsNoNews() {
    follow(member("old:1", 3));
    assertThat(where.said(NODE, "new:1", 3)).isFalse();
    assertThat(where.said(NODE, "new:1", 2)).isFalse();
    assertThat(where.of(member("old:1", 3))).isEqualTo("old:1");
  }

  /** A stranger may have sent a message in the node's name; the node's own message comes later. */
  @Test
  void theLastWordCounts() {
    follow(member("old:1", 3));
    where.said(NODE, "stranger:1", 9);
    assertThat(where.said(NODE, "old:1", 3)).isTrue();
    assertThat(where.of(member("old:1", 3))).isEqualTo("old:1");
  }

  @Test
  void whatWasSaidBeforeTheStateIsFollowedCounts() {
    assertThat(where.said(NODE, "new:1", 4)).isFalse();
    follow(member("old:1", 3));
    assertThat(where.of(member("old:1", 3))).isEqualTo("new:1");
  }

  @Test
  void whatIsNoAddressOrSaidByNoMemberIsNotTaken() {
    follow(member("old:1", 3));
    for (String none : new String[] {"", "new", "new:0", ":1", "n".repeat(255) + ":1"}) {
      assertThat(where.said(NODE, none, 4)).as(none).isFalse();
    }
    assertThat(where.said(new NodeId(8), "new:1", 4)).isFalse();
    assertThat(where.of(member("old:1", 3))).isEqualTo("old:1");
  }

  private void follow(Placements.Member member) {
    where.follow(Map.of(NODE, member));
  }

  private static Placements.Member member(String address, int incarnation) {
    return new Placements.Member(NODE, address, "r", "z", incarnation);
  }
}
