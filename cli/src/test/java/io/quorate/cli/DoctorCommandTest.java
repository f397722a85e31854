package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.command.ExitCode;
import io.quorate.proto.v1.GetStatusResponse;
import io.quorate.proto.v1.Membership;
import io.quorate.proto.v1.NodeReport;
import io.quorate.proto.v1.NodeStatus;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the doctor asks two nodes. */
class DoctorCommandTest {
  private final FakeCluster one = new FakeCluster();
  private final FakeCluster two = new FakeCluster();

  @BeforeEach
  void acquaint() {
    two.nodeId = 2;
    one.moreStatus = knowing(two);
    two.moreStatus = knowing(one);
    one.reports(NodeReport.newBuilder().setStateVersion(9).build());
  }

  @AfterEach
  void close() {
    one.close();
    two.close();
  }

  private static GetStatusResponse knowing(FakeCluster other) {
    return GetStatusResponse.newBuilder()
        .addNodes(
            NodeStatus.newBuilder()
                .setId(other.nodeId)
                .setAddress(other.endpoint())
                .setState(NodeStatus.State.STATE_UP)
                .setMembership(Membership.MEMBERSHIP_ACTIVE))
        .build();
  }

  private Ran doctor(String... options) {
    List<String> words =
        new ArrayList<>(List.of("doctor", "--endpoints", one.endpoint(), "--timeout", "10s"));
    words.addAll(List.of(options));
    return Ran.command(words.toArray(String[]::new));
  }

  @Test
  void howFullADiskMayBeIsSaid() {
    NodeReport report =
        NodeReport.newBuilder()
            .setStateVersion(9)
            .setDisk(NodeReport.Disk.DISK_WRITABLE)
            .setDiskBytes(100)
            .setDiskUsedBytes(85)
            .build();
    one.reports(report);
    two.reports(report);
    String used = "Its disk is used to 85 %";
    Ran asked = doctor();
    assertThat(asked.out()).contains("WARNING", used);
    assertThat(asked.exitCode()).isEqualTo(1);
    Ran strict = doctor("--disk-problem", "84");
    assertThat(strict.out()).contains("PROBLEM", used);
    assertThat(strict.exitCode()).isEqualTo(2);
    Ran lax = doctor("--disk-warning", "85");
    assertThat(lax.out()).doesNotContain("disk");
    for (String percent : List.of("0", "101", "-1")) {
      Ran refused = doctor("--disk-warning", percent);
      assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
      assertThat(refused.err()).contains("--disk-warning " + percent + ": give 1 to 100");
      assertThat(doctor("--disk-problem", percent).exitCode()).isEqualTo(ExitCode.USAGE);
    }
  }

  /** Between two questions, a node may fail that has answered the first. */
  @Test
  void aNodeThatFailsAfterItHasAnsweredIsNoClusterThatDoesNot() {
    one.tenantsFail = true;
    two.tenantsFail = true;
    two.reports(NodeReport.newBuilder().setStateVersion(9).build());
    Ran ran = Ran.command("doctor", "--endpoints", one.endpoint(), "--timeout", "2s");
    assertThat(ran.out())
        .contains("asked 2 of 2 nodes", "No node said which tenants there are")
        .doesNotContain("No node answers");
  }

  @Test
  void aNodeThatIsBehindForAMomentIsInOrder() {
    two.reports(
        NodeReport.newBuilder().setStateVersion(8).build(),
        NodeReport.newBuilder().setStateVersion(8).build(),
        NodeReport.newBuilder().setStateVersion(9).build());
    assertThat(doctor().out()).contains("asked 2 of 2 nodes").doesNotContain("change ago");
  }

  @Test
  void aNodeThatIsDrainedIsToldWithTheCommandThatPutsItBack() {
    one.reports(NodeReport.getDefaultInstance());
    two.reports(NodeReport.newBuilder().setWaitingFor("what it says").build());
    assertThat(doctor().out())
        .contains("does not serve clients: what it says")
        .doesNotContain("resume");
    two.drained = true;
    assertThat(doctor().out())
        .contains("It is drained", "quorate node resume 0000000000000002")
        .doesNotContain("Bring back what it waits for");
    two.denyMaintenance();
    assertThat(doctor().out()).contains("does not serve clients: what it says");
  }

  @Test
  void aNodeThatStaysBehindIsNot() {
    two.reports(NodeReport.newBuilder().setStateVersion(8).build());
    assertThat(doctor().out()).contains("It knows the cluster as it was 1 change ago");
  }
}
