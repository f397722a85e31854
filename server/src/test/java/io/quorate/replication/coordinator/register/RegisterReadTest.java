package io.quorate.replication.coordinator.register;

import static io.quorate.replication.coordinator.operation.PlayedNode.A;
import static io.quorate.replication.coordinator.operation.PlayedNode.B;
import static io.quorate.replication.coordinator.operation.PlayedNode.C;
import static io.quorate.replication.coordinator.operation.PlayedNode.EPOCH;
import static io.quorate.replication.coordinator.operation.PlayedNode.placed;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.placement.Model;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.coordinator.operation.PlayedNode;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.Nothing;
import io.quorate.replication.message.ReplicaMessage.Prepare;
import io.quorate.replication.message.ReplicaMessage.Same;
import io.quorate.version.Record;
import io.quorate.version.Register;
import io.quorate.version.Version;
import io.quorate.version.WriteId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How long a read of a register waits for answers before it has the register proposed. */
class RegisterReadTest {
  private static final Key KEY = new Key(1, new byte[] {7});

  private final PlayedNode node =
      new PlayedNode(
          new Tenant(
              1, "numbers", 3, TenantSettings.NONE.with(TenantSetting.MODEL, Model.LINEARIZABLE)),
          placed(EPOCH, A, B, C),
          CoordinatorConfig.DEFAULT);
  private final PlayedRegister register = new PlayedRegister(node, KEY);

  private static Record register() {
    Version ballot = PlayedNode.version(B, 0, 0);
    return Register.of(null, 0)
        .after(new Register.Change(new WriteId(1, 1, 1), (byte) 0, 0), new byte[] {1})
        .toRecord(new Version(EPOCH, ballot.hlc(), ballot.node(), ballot.boot()));
  }

  private void begins() {
    assertThat(register.reads(new RegisterChange.Nothing())).hasSize(1);
    assertThat(node.ownAnswers(1, new Held(register()))).hasSize(2);
  }

  private static boolean isProposed(List<Object> happened) {
    return happened.stream()
        .anyMatch(
            each -> each instanceof PlayedNode.Sent sent && sent.message() instanceof Prepare);
  }

  @Test
  void nearReplicasAreWaitedForForThreeTenthsOfASecond() {
    node.isAway(B, 2);
    node.isAway(C, 150);
    begins();
    assertThat(node.after(300)).isEmpty();
    assertThat(isProposed(node.after(1))).isTrue();
  }

  @Test
  void replicasOfWhichNothingWasMeasuredCountAsNear() {
    begins();
    assertThat(isProposed(node.after(301))).isTrue();
  }

  @Test
  void oneThatIsFarIsWaitedForUntilItCanHaveAnswered() {
    node.isAway(B, 400);
    node.isAway(C, 600);
    begins();
    assertThat(node.after(400)).isEmpty();
    assertThat(node.readReply(B, 1, Same.INSTANCE))
        .contains(CoordinatorEvent.Window.REGISTER_READ_IN_ONE_ROUND)
        .hasSize(2);
    assertThat(node.isIdle()).isTrue();
  }

  /** The third one is not needed, however far it is. */
  @Test
  void answersThatAreLostAreNotWaitedForForLong() {
    node.isAway(B, 400);
    node.isAway(C, 5_000);
    begins();
    assertThat(node.after(800)).isEmpty();
    assertThat(isProposed(node.after(1))).isTrue();
  }

  /** Then the next nearest is needed. */
  @Test
  void oneThatIsDownIsNotAmongTheNearest() {
    node.isAway(B, 1);
    node.isAway(C, 400);
    node.dies(B);
    assertThat(register.reads(new RegisterChange.Nothing())).hasSize(1);
    assertThat(node.ownAnswers(1, new Held(register()))).hasSize(1);
    assertThat(node.after(800)).isEmpty();
    assertThat(isProposed(node.after(1))).isTrue();
  }

  @Test
  void farReplicasThatDisagreeAreNotWaitedForAnyLonger() {
    node.isAway(B, 400);
    node.isAway(C, 400);
    begins();
    assertThat(node.after(400)).isEmpty();
    assertThat(node.readReply(B, 1, Nothing.INSTANCE)).as("c may agree with one").isEmpty();
    assertThat(isProposed(node.readReply(C, 1, new Held(other())))).isTrue();
  }

  private static Record other() {
    Version ballot = PlayedNode.version(C, -5, 0);
    return Register.of(null, 0)
        .after(new Register.Change(new WriteId(2, 1, 1), (byte) 0, 0), new byte[] {2})
        .toRecord(new Version(EPOCH, ballot.hlc(), ballot.node(), ballot.boot()));
  }
}
