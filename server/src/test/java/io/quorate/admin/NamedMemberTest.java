package io.quorate.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Genesis;
import io.quorate.cluster.Member;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NamedMemberTest {
  private static ClusterState cluster(String... names) {
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < names.length; i++) {
      members.add(
          new Member(
              new NodeId(i + 1),
              "node-" + i + ":7401",
              "region",
              "zone-" + i,
              1,
              1,
              Releases.THIS,
              Member.State.ACTIVE,
              false,
              names[i]));
    }
    return Genesis.create(new ClusterId(5), members, 4);
  }

  private static NodeId named(ClusterState state, String name) {
    return NamedMember.get(state, name).id();
  }

  @Test
  void aMemberIsNamedByItsIdItsAddressOrItsName() {
    ClusterState state = cluster("one", "two", "");
    assertThat(named(state, "two")).isEqualTo(new NodeId(2));
    assertThat(named(state, "node-2:7401")).isEqualTo(new NodeId(3));
    assertThat(named(state, new NodeId(1).toString())).isEqualTo(new NodeId(1));
  }

  /** Addresses and ids are of one node only, and names are not. */
  @Test
  void anAddressIsNotTakenForTheNameOfAnotherNode() {
    assertThat(named(cluster("node-1", "x", "y"), "node-1:7401")).isEqualTo(new NodeId(2));
    String id = new NodeId(3).toString();
    assertThat(named(cluster(id, "x", "y"), id)).isEqualTo(new NodeId(3));
  }

  @Test
  void aNameOfSeveralIsOfNone() {
    assertThatThrownBy(() -> named(cluster("one", "two", "two"), "two"))
        .isInstanceOf(FailedPreconditionException.class)
        .hasMessageContaining("2 nodes have the name 'two': give the id of one");
    assertThatThrownBy(() -> named(cluster("one", "", ""), "three"))
        .isInstanceOf(FailedPreconditionException.class)
        .hasMessageContaining("'three' is neither the id, the address nor the name of a member");
    assertThatThrownBy(() -> named(cluster("one", "", ""), ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no node is named");
  }
}
