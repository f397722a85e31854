package io.quorate.cli.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.quorate.cli.FakeCluster;
import io.quorate.cli.Ran;
import io.quorate.cli.command.ExitCode;
import io.quorate.proto.v1.GetStatusResponse;
import io.quorate.proto.v1.Membership;
import io.quorate.proto.v1.NodeReport;
import io.quorate.proto.v1.NodeStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is said of a node that is drained, also if it cannot be asked for a while. */
class NodeDrainTest {
  private static final String RESUME = "quorate node resume 0000000000000001";

  private final FakeCluster cluster = new FakeCluster();

  @BeforeEach
  void canBeDrained() {
    cluster.canBeDrained = true;
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private Ran drain(String... options) {
    String[] words = new String[options.length + 3];
    words[0] = "node";
    words[1] = "drain";
    words[2] = cluster.endpoint();
    System.arraycopy(options, 0, words, 3, options.length);
    return Ran.at(cluster.endpoint(), words);
  }

  private void failLooks(int times, Status status) {
    for (int i = 0; i < times; i++) {
      cluster.failingLooks.add(status);
    }
  }

  @Test
  void aNodeThatCannotBeAskedForAWhileIsAskedAgain() {
    failLooks(5, Status.RESOURCE_EXHAUSTED);
    Ran ran = drain();
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(ExitCode.DONE);
    assertThat(ran.out()).contains("is drained and can be stopped");
    assertThat(ran.err()).isEmpty();
  }

  @Test
  void aNodeThatCannotBeAskedInTimeMayBeDrained() {
    failLooks(1_000, Status.RESOURCE_EXHAUSTED);
    Ran ran = drain("--for", "1s");
    assertThat(ran.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(ran.err()).contains("The node may be drained: " + RESUME);
    assertThat(cluster.drainLooks.get()).isGreaterThan(2);
  }

  @Test
  void aFailureThatStaysEndsItAtOnceAndTheNodeMayBeDrained() {
    failLooks(1_000, Status.PERMISSION_DENIED);
    Ran ran = drain();
    assertThat(ran.exitCode()).isEqualTo(ExitCode.DENIED);
    assertThat(ran.err()).contains("The node may be drained: " + RESUME);
    assertThat(cluster.drainLooks.get()).isEqualTo(1);
  }

  @Test
  void aNodeThatRefusesIsNotDrained() {
    cluster.denyMaintenance();
    Ran ran = drain();
    assertThat(ran.exitCode()).isEqualTo(ExitCode.DENIED);
    assertThat(ran.err()).contains("not yours to maintain").doesNotContain("resume");
  }

  /** They are not waited for, and the nodes lack them while it is stopped. */
  @Test
  void hintsWhoseDeliveryIsPausedAreTold() {
    NodeStatus other =
        NodeStatus.newBuilder()
            .setId(2)
            .setAddress("127.0.0.1:1")
            .setState(NodeStatus.State.STATE_UP)
            .setMembership(Membership.MEMBERSHIP_ACTIVE)
            .setHints(7)
            .build();
    NodeStatus away =
        other.toBuilder().setId(3).setState(NodeStatus.State.STATE_DOWN).setHints(90).build();
    cluster.moreStatus = GetStatusResponse.newBuilder().addNodes(other).addNodes(away).build();
    assertThat(drain().err()).doesNotContain("hints");
    cluster.reports(NodeReport.newBuilder().setHintsPaused(true).build());
    Ran ran = drain();
    assertThat(ran.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(ran.out()).contains("is drained and can be stopped");
    assertThat(ran.err()).contains("it holds 7 hints", "is paused", "quorate hints resume");
    cluster.reports(NodeReport.getDefaultInstance());
    cluster.moreStatus =
        GetStatusResponse.newBuilder().addNodes(other.toBuilder().setHintsPaused(true)).build();
    assertThat(drain().err()).contains("it holds 7 hints");
  }

  /** Of two that are away at once, keys may have too few replicas. */
  @Test
  void anotherNodeThatIsDownIsTold() {
    NodeStatus other =
        NodeStatus.newBuilder()
            .setId(2)
            .setName("n2")
            .setReplicas(90)
            .setAddress("127.0.0.1:1")
            .setState(NodeStatus.State.STATE_UP)
            .setMembership(Membership.MEMBERSHIP_ACTIVE)
            .build();
    cluster.moreStatus = GetStatusResponse.newBuilder().addNodes(other).build();
    assertThat(drain().err()).isEmpty();

    cluster.moreStatus =
        GetStatusResponse.newBuilder()
            .addNodes(other.toBuilder().setState(NodeStatus.State.STATE_DOWN))
            .build();
    Ran ran = drain();
    assertThat(ran.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(ran.err())
        .contains("does not hear 0000000000000002 (n2)", "may have no quorum", RESUME);

    cluster.moreStatus =
        GetStatusResponse.newBuilder()
            .addNodes(other.toBuilder().setReplicas(0).setState(NodeStatus.State.STATE_DOWN))
            .build();
    assertThat(drain().err()).as("a spare").isEmpty();
  }
}
