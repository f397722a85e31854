package io.quorate.cli.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.quorate.admin.FakeAdmin;
import io.quorate.cli.Ran;
import io.quorate.cli.ServedAdmin;
import io.quorate.cli.command.ExitCode;
import io.quorate.client.FailedPreconditionException;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.UpgradeStatus;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command.NodeStarted;
import io.quorate.cluster.Decision;
import io.quorate.cluster.Member;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.model.Releases;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An upgrade as operators see it: the client, and the commands, against the service. */
class UpgradeCommandTest {
  private static final int NOW = Releases.THIS.newest();
  private static final int NEXT = Releases.NEXT.newest();

  private final ServedAdmin served;
  private final FakeAdmin admin;
  private final String endpoint;

  UpgradeCommandTest() throws IOException {
    served = new ServedAdmin();
    admin = served.admin;
    endpoint = served.endpoint();
  }

  @AfterEach
  void close() {
    served.close();
  }

  private ClusterState state() {
    return Objects.requireNonNull(admin.state);
  }

  private void start(NodeId node, Release release) {
    Member member = Objects.requireNonNull(state().members().get(node));
    NodeStarted started =
        new NodeStarted(
            node,
            member.address(),
            member.region(),
            member.zone(),
            member.weight(),
            member.incarnation() + 1,
            release);
    Decision decision = state().apply(started, state().stateVersion() + 1);
    assertThat(decision).isInstanceOf(Decision.Accepted.class);
    admin.state = ((Decision.Accepted) decision).next();
  }

  private void startAll(Release release) {
    List.of(FakeAdmin.A, FakeAdmin.B, FakeAdmin.C).forEach(node -> start(node, release));
  }

  private Ran upgrade(String... words) {
    List<String> command = new ArrayList<>(List.of("cluster", "upgrade"));
    command.addAll(List.of(words));
    command.addAll(List.of("--endpoints", endpoint));
    return Ran.command(command.toArray(String[]::new));
  }

  @Test
  void theClientSeesEachReleaseAndRaisesTheVersion() {
    start(FakeAdmin.A, Releases.NEXT);
    admin.down.add(FakeAdmin.C);
    try (QuorateClient client = QuorateClient.builder().endpoints(endpoint).build()) {
      UpgradeStatus status = Administration.of(client).cluster().upgradeStatus();
      assertThat(status.clusterVersion()).isEqualTo(NOW);
      assertThat(status.highestClusterVersion()).isEqualTo(NOW);
      assertThat(status.nodes())
          .extracting(UpgradeStatus.Node::release)
          .containsExactlyInAnyOrder("0.3.0", "0.2.0", "0.2.0");
      assertThat(status.nodes()).extracting(each -> each.state().name()).contains("UP", "DOWN");
      assertThatThrownBy(() -> Administration.of(client).cluster().finalizeUpgrade(NEXT))
          .isInstanceOf(FailedPreconditionException.class)
          .hasMessageContaining("runs release 0.2.0")
          .hasMessageContaining("before all of its nodes can");
      assertThatThrownBy(() -> Administration.of(client).cluster().finalizeUpgrade(0))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("cluster_version 0: give the version");

      startAll(Releases.NEXT);
      assertThat(Administration.of(client).cluster().upgradeStatus().highestClusterVersion())
          .isEqualTo(NEXT);
      assertThat(Administration.of(client).cluster().finalizeUpgrade(NEXT)).isEmpty();
      assertThat(Administration.of(client).cluster().finalizeUpgrade(NEXT)).isEmpty();
      assertThat(Administration.of(client).cluster().upgradeStatus().clusterVersion())
          .isEqualTo(NEXT);
      assertThatThrownBy(() -> Administration.of(client).cluster().finalizeUpgrade(NOW))
          .isInstanceOf(FailedPreconditionException.class)
          .hasMessageContaining("does not go back");
    }
  }

  @Test
  void theCommandSaysWhatIsLeftToDo() {
    assertThat(upgrade("status").out())
        .contains("0.2.0", "the cluster is at version " + NOW, "there is nothing to finalize");

    start(FakeAdmin.A, Releases.NEXT);
    admin.upgradeOpenMillis = 7;
    Ran mixed = upgrade("status");
    assertThat(mixed.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(mixed.out())
        .contains(NOW + " to " + NEXT)
        .contains("an upgrade is under way, and cannot be finalized yet")
        .contains("10.0.0.2:7400 (release 0.2.0), 10.0.0.3:7400 (release 0.2.0)")
        .doesNotContain("10.0.0.1:7400 (release");
    JsonNode json = upgrade("status", "--json").json();
    assertThat(json.get("cluster_version").asInt()).isEqualTo(NOW);
    assertThat(json.get("behind")).hasSize(2);
    assertThat(json.get("open_ms").asLong()).isEqualTo(7);
    assertThat(json.get("nodes").get(0).get("newest_cluster_version").asInt()).isEqualTo(NEXT);

    startAll(Releases.NEXT);
    assertThat(upgrade("status").out())
        .contains("all nodes can work at version " + NEXT)
        .contains("'quorate cluster upgrade finalize --yes'", "can go back");
  }

  @Test
  void theCommandFinalizesOnlyWhatItIsToldTo() {
    Ran nothing = upgrade("finalize", "--yes");
    assertThat(nothing.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(nothing.out()).contains("there is nothing to finalize");

    start(FakeAdmin.B, Releases.NEXT);
    Ran early = upgrade("finalize", "--yes");
    assertThat(early.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(early.out()).contains("cannot be finalized yet", "10.0.0.1:7400 (release 0.2.0)");

    startAll(Releases.NEXT);
    Ran unasked = upgrade("finalize");
    assertThat(unasked.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(unasked.err()).contains("nothing was changed", "no node can go back", "Give --yes");
    assertThat(state().clusterVersion()).isEqualTo(NOW);

    Ran done = upgrade("finalize", "--yes");
    assertThat(done.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(done.out()).contains("finalized: the cluster is at version " + NEXT);
    assertThat(state().clusterVersion()).isEqualTo(NEXT);
  }

  @Test
  void nodesThatDoNotKnowOfTheVersionYetAreNamed() {
    startAll(Releases.NEXT);
    admin.unaware.add(FakeAdmin.B);
    Ran ran = upgrade("finalize", "--yes");
    assertThat(ran.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(ran.err()).startsWith("warning: ").contains("not known yet by node " + FakeAdmin.B);
  }

  @Test
  void programsAreToldOfThemToo() {
    startAll(Releases.NEXT);
    admin.unaware.add(FakeAdmin.B);
    Ran ran = upgrade("finalize", "--yes", "--json");
    assertThat(ran.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(ran.err()).isEmpty();
    assertThat(ran.json().path("warnings").path(0).asText())
        .contains("not known yet by node " + FakeAdmin.B);
  }
}
