package io.quorate.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.cluster.Command.Join;
import io.quorate.cluster.Command.NodeReplaced;
import io.quorate.cluster.Command.NodeStarted;
import io.quorate.cluster.Command.RaiseClusterVersion;
import io.quorate.cluster.Command.Readmit;
import io.quorate.cluster.Command.Requested;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Decision.Rejected;
import io.quorate.cluster.codec.ClusterStateCodec;
import io.quorate.cluster.codec.CommandCodec;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.model.Releases;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class UpgradesTest {
  private static final Release OLD = new Release("0.4.1", 3, 4);
  private static final Release NEW = new Release("0.5.0", 4, 5);
  private static final Release FAR = new Release("0.6.0", 5, 6);

  private ClusterState state = formed(OLD, OLD, OLD);

  private static ClusterState formed(Release... releases) {
    return Genesis.create(
        Clusters.ID,
        Clusters.members(releases.length).stream()
            .map(each -> running(each, releases[(int) each.id().value() - 1]))
            .toList(),
        4);
  }

  private static Member running(Member member, Release release) {
    return new Member(
        member.id(),
        member.address(),
        member.region(),
        member.zone(),
        member.weight(),
        0,
        release,
        member.state());
  }

  private Decision apply(Command command) {
    long index = state.stateVersion() + 1;
    assertThat(CommandCodec.decode(CommandCodec.encode(command, state.clusterVersion())))
        .isEqualTo(command);
    Decision decision = state.apply(command, index);
    if (decision instanceof Accepted(ClusterState next, List<String> warnings)) {
      state = next;
      assertThat(ClusterStateCodec.decode(ClusterStateCodec.encode(state))).isEqualTo(state);
    }
    return decision;
  }

  private Member member(int node) {
    return Objects.requireNonNull(state.members().get(new NodeId(node)));
  }

  private Decision start(int node, Release release) {
    Member member = member(node);
    return apply(
        new NodeStarted(
            member.id(),
            member.address(),
            member.region(),
            member.zone(),
            member.weight(),
            member.incarnation() + 1,
            release));
  }

  private static String reason(Decision decision) {
    assertThat(decision).isInstanceOf(Rejected.class);
    return ((Rejected) decision).reason();
  }

  @Test
  void aClusterBeginsAtTheHighestVersionThatAllFoundersWorkAt() {
    assertThat(formed(OLD, OLD, OLD).clusterVersion()).isEqualTo(4);
    assertThat(formed(NEW, NEW, NEW).clusterVersion()).isEqualTo(5);
    assertThat(formed(NEW, OLD, NEW).clusterVersion()).isEqualTo(4);
    assertThatThrownBy(() -> formed(OLD, FAR, FAR))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("runs release 0.6.0 (cluster versions 5 to 6)")
        .hasMessageContaining("the cluster is at version 4");
  }

  @Test
  void theVersionIsRaisedOnceAllNodesCanFollow() {
    assertThat(start(1, NEW)).isInstanceOf(Accepted.class);
    assertThat(start(2, NEW)).isInstanceOf(Accepted.class);
    assertThat(reason(apply(new RaiseClusterVersion(5))))
        .contains("cannot go to version 5 before all of its nodes can")
        .contains("at host-3:7400 runs release 0.4.1 (cluster versions 3 to 4)")
        .doesNotContain("host-1", "host-2")
        .contains("Upgrade them, or remove");
    assertThat(state.clusterVersion()).isEqualTo(4);

    assertThat(start(3, NEW)).isInstanceOf(Accepted.class);
    assertThat(apply(new RaiseClusterVersion(5))).isInstanceOf(Accepted.class);
    assertThat(state.clusterVersion()).isEqualTo(5);
    assertThat(state.placements().clusterVersion()).isEqualTo(5);

    long before = state.stateVersion();
    assertThat(apply(new RaiseClusterVersion(5))).isInstanceOf(Accepted.class);
    assertThat(state.stateVersion()).as("once more, without effect").isEqualTo(before);
    assertThat(reason(apply(new RaiseClusterVersion(4)))).contains("does not go back to 4");
    assertThat(reason(apply(new RaiseClusterVersion(0)))).contains("they count from 1");
  }

  @Test
  void aNodeMayGoBackUntilTheVersionIsRaisedAndNotAfter() {
    for (int node = 1; node <= 3; node++) {
      assertThat(start(node, NEW)).isInstanceOf(Accepted.class);
    }
    assertThat(start(2, OLD)).isInstanceOf(Accepted.class);
    assertThat(member(2).release()).isEqualTo(OLD);
    assertThat(reason(apply(new RaiseClusterVersion(5)))).contains("host-2");

    assertThat(start(2, NEW)).isInstanceOf(Accepted.class);
    assertThat(apply(new RaiseClusterVersion(5))).isInstanceOf(Accepted.class);
    assertThat(reason(start(2, OLD)))
        .contains("host-2:7400 runs release 0.4.1", "the cluster is at version 5");
    assertThat(start(2, FAR)).isInstanceOf(Accepted.class);
  }

  private Decision named(int node, String name) {
    return apply(startOf(member(node), name));
  }

  @Test
  void aStartTellsItsNameOnceTheClusterKnowsNames() {
    state = formed(Releases.BEFORE, Releases.BEFORE);
    assertThat(start(1, Releases.THIS)).isInstanceOf(Accepted.class);
    assertThat(start(2, Releases.THIS)).isInstanceOf(Accepted.class);
    Member unnamed = member(1);
    assertThat(state.apply(startOf(unnamed, "upper"), 9)).isInstanceOf(Accepted.class);
    assertThat(member(1)).as("the state is written at version 1").isEqualTo(unnamed);

    assertThat(apply(new RaiseClusterVersion(2))).isInstanceOf(Accepted.class);
    assertThat(named(1, "upper")).isInstanceOf(Accepted.class);
    assertThat(member(1).name()).isEqualTo("upper");
    assertThat(named(1, ""))
        .as("as the start said before, on its way")
        .isInstanceOf(Accepted.class);
    assertThat(member(1).name()).isEqualTo("upper");
    assertThat(reason(named(1, "Upper"))).contains("name 'Upper'", "give 1 to 64 characters");
    assertThat(start(1, Releases.THIS)).isInstanceOf(Accepted.class);
    assertThat(member(1).name()).as("its operator took the name away").isEmpty();
  }

  @Test
  void aStartTellsAnAddressForClientsOnceTheClusterKnowsSuch() {
    state = formed(Releases.BEFORE, Releases.BEFORE);
    assertThat(start(1, Releases.THIS)).isInstanceOf(Accepted.class);
    assertThat(start(2, Releases.THIS)).isInstanceOf(Accepted.class);
    Member plain = member(1);
    assertThat(state.apply(startOf(plain, "", "c:1"), 9)).isInstanceOf(Accepted.class);
    assertThat(member(1)).as("the state is written at version 1").isEqualTo(plain);

    assertThat(apply(new RaiseClusterVersion(2))).isInstanceOf(Accepted.class);
    assertThat(apply(startOf(plain, "", "c:1"))).isInstanceOf(Accepted.class);
    assertThat(member(1).addressForClients()).isEqualTo("c:1");
    assertThat(member(1).address()).as("for nodes").isEqualTo(plain.address());
    assertThat(apply(startOf(plain, ""))).isInstanceOf(Accepted.class);
    assertThat(member(1).addressForClients()).as("said before").isEqualTo("c:1");
    assertThat(reason(apply(startOf(member(2), "", "c:1"))))
        .contains("address c:1 is that of node " + plain.id());
    assertThat(reason(apply(startOf(member(2), "", plain.address()))))
        .contains("address %s is that of node".formatted(plain.address()));
    assertThat(reason(apply(startOf(member(2), "", "nowhere")))).contains("give host:port");
    assertThat(start(1, Releases.THIS)).isInstanceOf(Accepted.class);
    assertThat(member(1).addressForClients())
        .as("its operator took the port away")
        .isEqualTo(plain.address());
  }

  private static NodeStarted startOf(Member member, String name) {
    return startOf(member, name, "");
  }

  private static NodeStarted startOf(Member member, String name, String clientAddress) {
    return new NodeStarted(
        member.id(),
        member.address(),
        member.region(),
        member.zone(),
        member.weight(),
        member.incarnation(),
        member.release(),
        name,
        clientAddress);
  }

  @Test
  void aReleaseThatIsTwoVersionsAheadHasToWait() {
    assertThat(reason(start(1, FAR)))
        .contains("runs release 0.6.0 (cluster versions 5 to 6), and the cluster is at version 4");
  }

  @Test
  void aNewcomerMustWorkAtTheVersionThatTheClusterIsAt() {
    Join join = new Join(new NodeId(9), "host-9:7400", "local", "a", 1, true, FAR);
    assertThat(reason(apply(join))).contains("host-9:7400 runs release 0.6.0");
    assertThat(apply(new Join(new NodeId(9), "host-9:7400", "local", "a", 1, true, NEW)))
        .isInstanceOf(Accepted.class);
    assertThat(member(9).release()).isEqualTo(NEW);

    assertThat(apply(new Readmit(new NodeId(3), false))).isInstanceOf(Accepted.class);
    NodeReplaced far =
        new NodeReplaced(new NodeId(3), new NodeId(8), "host-3:7400", "local", "c", 1, FAR);
    assertThat(reason(apply(far))).contains("runs release 0.6.0");
    NodeReplaced fits =
        new NodeReplaced(new NodeId(3), new NodeId(8), "host-3:7400", "local", "c", 1, NEW);
    assertThat(apply(fits)).isInstanceOf(Accepted.class);
    assertThat(member(8).release()).isEqualTo(NEW);
  }

  @Test
  void anOperatorRequestsItAndAnyMemberPassesItOn() {
    for (int node = 1; node <= 3; node++) {
      assertThat(start(node, NEW)).isInstanceOf(Accepted.class);
    }
    RaiseClusterVersion raise = new RaiseClusterVersion(5);
    assertThat(Authorship.isOfLeader(raise)).isFalse();
    assertThat(apply(new Requested(RequestKey.NONE, 0, 0, raise))).isInstanceOf(Accepted.class);
    assertThat(state.change().id()).as("no change of the topology").isEqualTo(0);
  }

  @Test
  void manyThatLagAreNamedBriefly() {
    state =
        Genesis.create(
            Clusters.ID, Clusters.members(40).stream().map(m -> running(m, OLD)).toList(), 4);
    assertThat(reason(apply(new RaiseClusterVersion(5))))
        .contains("host-1:7400", "host-5:7400", ", and 35 others")
        .doesNotContain("host-6:7400");
  }
}
