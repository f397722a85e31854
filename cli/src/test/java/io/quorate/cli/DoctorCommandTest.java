package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.proto.v1.GetStatusResponse;
import io.quorate.proto.v1.Membership;
import io.quorate.proto.v1.NodeReport;
import io.quorate.proto.v1.NodeStatus;
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

  private String doctor() {
    return Ran.command("doctor", "--endpoints", one.endpoint(), "--timeout", "10s").out();
  }

  @Test
  void aNodeThatIsBehindForAMomentIsInOrder() {
    two.reports(
        NodeReport.newBuilder().setStateVersion(8).build(),
        NodeReport.newBuilder().setStateVersion(8).build(),
        NodeReport.newBuilder().setStateVersion(9).build());
    assertThat(doctor()).contains("asked 2 of 2 nodes").doesNotContain("change ago");
  }

  @Test
  void aNodeThatIsDrainedIsToldWithTheCommandThatPutsItBack() {
    one.reports(NodeReport.getDefaultInstance());
    two.reports(NodeReport.newBuilder().setWaitingFor("what it says").build());
    assertThat(doctor()).contains("does not serve clients: what it says").doesNotContain("resume");
    two.drained = true;
    assertThat(doctor())
        .contains("It is drained", "quorate node resume 0000000000000002")
        .doesNotContain("Bring back what it waits for");
    two.denyMaintenance();
    assertThat(doctor()).contains("does not serve clients: what it says");
  }

  @Test
  void aNodeThatStaysBehindIsNot() {
    two.reports(NodeReport.newBuilder().setStateVersion(8).build());
    assertThat(doctor()).contains("It knows the cluster as it was 1 change ago");
  }
}
