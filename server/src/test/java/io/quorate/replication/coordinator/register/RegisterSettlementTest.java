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
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.coordinator.operation.PlayedNode;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.Nothing;
import io.quorate.replication.message.ReplicaMessage.Prepare;
import io.quorate.replication.message.ReplicaMessage.Promised;
import io.quorate.replication.message.ReplicaMessage.PromisedHigher;
import io.quorate.replication.message.ReplicaMessage.Same;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.version.Record;
import io.quorate.version.Register;
import io.quorate.version.Version;
import io.quorate.version.WriteId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A replica of a partition that moves, which has one register accepted under the new epoch. */
class RegisterSettlementTest {
  private static final Key KEY = new Key(1, new byte[] {7});
  private static final long TIMEOUT_NANOS = 3_000_000_000L;

  private final PlayedNode node =
      new PlayedNode(
          new Tenant(
              1, "numbers", 3, TenantSettings.NONE.with(TenantSetting.MODEL, Model.LINEARIZABLE)),
          placed(EPOCH, A, B, C),
          CoordinatorConfig.DEFAULT);
  private final List<Boolean> settled = new ArrayList<>();

  private List<Object> settles(long sinceEpoch) {
    RegisterEntry registers = new RegisterEntry(node.context(), node.hints());
    return node.step(
        () ->
            registers.settle(
                node.plan(), KEY, node.nanos() + TIMEOUT_NANOS, sinceEpoch, 0, settled::add));
  }

  private static Record register() {
    return register(0);
  }

  private static Record register(long millis) {
    Version ballot = PlayedNode.version(B, millis, 0);
    return Register.of(null, 0)
        .after(new Register.Change(new WriteId(1, 1, 1), (byte) 0, 0), new byte[] {1})
        .toRecord(new Version(EPOCH, ballot.hlc(), ballot.node(), ballot.boot()));
  }

  private static <T extends ReplicaMessage> List<T> sent(List<Object> happened, Class<T> kind) {
    return happened.stream()
        .filter(PlayedNode.Sent.class::isInstance)
        .map(each -> ((PlayedNode.Sent) each).message())
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
  }

  /** Each has something else: the register is proposed. */
  private void isProposed(int look) {
    assertThat(node.ownAnswers(look, new Held(register()))).isNotEmpty();
    assertThat(node.readReply(B, look, Nothing.INSTANCE)).isEmpty();
    Held older = new Held(register(-5));
    assertThat(sent(node.readReply(C, look, older), Prepare.class)).hasSize(2);
  }

  private List<Object> isOutbid(int round) {
    Version higher = PlayedNode.version(B, 5_000, 0);
    assertThat(node.ownAnswers(round, new Promised(register()))).isEmpty();
    assertThat(node.prepareReply(B, round, new PromisedHigher(higher))).isEmpty();
    return node.prepareReply(C, round, new PromisedHigher(higher));
  }

  @Test
  void aRegisterIsProposedThatIsNotAgreedOn() {
    assertThat(settles(EPOCH)).hasSize(1);
    isProposed(1);
    assertThat(node.ownAnswers(2, new Promised(register()))).isEmpty();
    assertThat(node.prepareReply(B, 2, new Promised(null))).isNotEmpty();
    assertThat(node.ownAnswers(3, Stored.INSTANCE)).isEmpty();
    assertThat(settled).isEmpty();
    assertThat(node.writeReply(B, 3, Stored.INSTANCE)).isEmpty();
    assertThat(settled).containsExactly(true);
  }

  /** What has outbid it settles the key, too; so it looks before it proposes again. */
  @Test
  void oneThatWasOutbidLooksAfterAWhileWhetherOthersHaveSettledIt() {
    assertThat(settles(EPOCH)).hasSize(1);
    isProposed(1);
    assertThat(sent(isOutbid(2), ReplicaMessage.class)).isEmpty();
    assertThat(node.after(150)).isEmpty();
    assertThat(node.after(100)).as("it asks its own replica").hasSize(1);
    assertThat(settled).isEmpty();

    assertThat(node.ownAnswers(3, new Held(register()))).isNotEmpty();
    assertThat(node.readReply(B, 3, Same.INSTANCE)).isNotEmpty();
    assertThat(settled).containsExactly(true);
    assertThat(node.isIdle()).isTrue();
  }

  /** A comparison that finds it again has it proposed again. */
  @Test
  void oneThatLooksAtNothingIsNotSettledOnceItIsOutbid() {
    assertThat(sent(settles(RegisterEntry.NO_EPOCH), Prepare.class)).hasSize(2);
    assertThat(sent(isOutbid(1), ReplicaMessage.class)).isEmpty();
    assertThat(settled).containsExactly(false);
    assertThat(node.isIdle()).isTrue();
  }

  /** Where clients write without end, no look finds agreement. */
  @Test
  void oneThatHasWaitedThriceCompetes() {
    assertThat(settles(EPOCH)).hasSize(1);
    for (int i = 0; i < 3; i++) {
      isProposed(2 * i + 1);
      assertThat(sent(isOutbid(2 * i + 2), ReplicaMessage.class)).isEmpty();
      assertThat(node.after(200 << i)).as("wait %d", i).isNotEmpty();
    }
    isProposed(7);
    assertThat(sent(isOutbid(8), Prepare.class)).as("above the other ballot").hasSize(2);
    assertThat(settled).isEmpty();
  }

  @Test
  void oneWhoseTimeIsOverIsNotSettled() {
    assertThat(settles(EPOCH)).hasSize(1);
    isProposed(1);
    assertThat(node.after(2_900)).as("sends again").isNotEmpty();
    assertThat(sent(isOutbid(2), ReplicaMessage.class)).isEmpty();
    assertThat(settled).as("no time is left to wait").containsExactly(false);
    assertThat(node.isIdle()).isTrue();
  }
}
