package io.quorate.replication.coordinator.register;

import static io.quorate.replication.coordinator.operation.PlayedNode.A;
import static io.quorate.replication.coordinator.operation.PlayedNode.B;
import static io.quorate.replication.coordinator.operation.PlayedNode.C;
import static io.quorate.replication.coordinator.operation.PlayedNode.EPOCH;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.placement.Model;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.PurgeMarks;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.api.Condition;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.coordinator.operation.CoordinatorRules;
import io.quorate.replication.coordinator.operation.HeldTokens;
import io.quorate.replication.coordinator.operation.PlayedNode;
import io.quorate.replication.coordinator.operation.PlayedNode.AskedForToken;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.Prepare;
import io.quorate.replication.message.ReplicaMessage.Promised;
import io.quorate.replication.message.ReplicaMessage.Same;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import io.quorate.version.Register;
import io.quorate.version.Version;
import io.quorate.version.WriteId;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One proposer that comes with the token of a lock (docs/design/fencing.md). */
class FencedRegisterTest {
  private static final long PURGED = Hlc.of(900_000, 0);
  private static final Register.Change GIVEN =
      new Register.Change(new WriteId(1, 1, 1), (byte) 0, 0);
  private static final Key KEY = new Key(1, new byte[] {7});
  private static final byte[] OLD = {5};
  private static final byte[] VALUE = {1};

  private PlayedNode node = node(0, new CoordinatorRules());
  private PlayedRegister register = new PlayedRegister(node, KEY);
  private @Nullable Condition condition;
  private int round;

  private static PlayedNode node(long purged, CoordinatorRules rules) {
    return new PlayedNode(
        new Tenant(1, "jobs", 3, TenantSettings.NONE.with(TenantSetting.MODEL, Model.LINEARIZABLE)),
        new PartitionPlacement(
            EPOCH,
            List.of(A, B, C),
            new PurgeMarks(purged, purged),
            Collections.emptySortedSet(),
            null),
        CoordinatorConfig.DEFAULT,
        rules);
  }

  private void starts(long purged, CoordinatorRules rules) {
    node = node(purged, rules);
    register = new PlayedRegister(node, KEY);
  }

  /** A purge has taken away what the key knew of tokens. */
  private void startsPurged() {
    starts(PURGED, new CoordinatorRules());
  }

  private WriteId id() {
    return new WriteId(Hlc.of(node.wallMillis(), 0), 3, 1);
  }

  private List<Object> begins(RegisterChange change) {
    round++;
    return register.proposes(change);
  }

  private List<Object> puts(long token) {
    return begins(
        new RegisterChange.Write(id(), true, true, token, new RegisterEdit.Set(condition, VALUE)));
  }

  private List<Object> raises(long token) {
    round++;
    return register.reads(new RegisterChange.Raise(token));
  }

  private Record held(Register register) {
    return register.toRecord(new Version(EPOCH, Hlc.of(node.wallMillis() - 10, 0), B, 1));
  }

  private Record fencedBy(long fence) {
    return held(Register.of(null, 0).after(GIVEN, OLD).fencedBy(fence));
  }

  /** What happens once two replicas have promised, and have accepted this before. */
  private List<Object> promised(@Nullable Record before) {
    assertThat(node.ownAnswers(round, new Promised(before))).isEmpty();
    return node.prepareReply(B, round, new Promised(before));
  }

  /** What happens once two replicas have accepted. */
  private List<Object> accepted() {
    round++;
    assertThat(node.ownAnswers(round, Stored.INSTANCE)).isEmpty();
    return node.writeReply(B, round, Stored.INSTANCE);
  }

  private static <T> List<T> all(List<Object> happened, Class<T> kind) {
    return happened.stream()
        .map(each -> each instanceof PlayedNode.Sent sent ? sent.message() : each)
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
  }

  private static <T> T first(List<Object> happened, Class<T> kind) {
    List<T> all = all(happened, kind);
    assertThat(all).as("%s in %s", kind, happened).isNotEmpty();
    return all.getFirst();
  }

  private static Register proposed(List<Object> happened) {
    return Register.of(first(happened, Write.class).record(), 0);
  }

  private static void isFencedOff(List<Object> happened) {
    PlayedNode.Failed failed = first(happened, PlayedNode.Failed.class);
    assertThat(failed.reason()).isEqualTo(Reason.FENCED);
    assertThat(failed.mayHaveApplied()).isFalse();
  }

  @Test
  void aWriteOfALaterHolderRaisesTheFence() {
    assertThat(puts(7)).isNotEmpty();
    Register next = proposed(promised(fencedBy(5)));

    assertThat(next.fence()).isEqualTo(7);
    assertThat(next.value()).isEqualTo(VALUE);
    assertThat(first(accepted(), PlayedNode.Answered.class).result())
        .isInstanceOf(Outcome.Written.class);
  }

  @Test
  void aWriteUnderNoLockLeavesTheFence() {
    assertThat(puts(0)).isNotEmpty();
    Register next = proposed(promised(fencedBy(5)));

    assertThat(next.fence()).isEqualTo(5);
    assertThat(next.value()).isEqualTo(VALUE);
  }

  /** Only then no earlier attempt at it can take effect (docs/design/fencing.md#remembered). */
  @Test
  void aLowerTokenIsRefusedOnceThatIsRemembered() {
    assertThat(puts(4)).isNotEmpty();
    List<Object> judged = promised(fencedBy(5));
    assertThat(all(judged, PlayedNode.Failed.class)).isEmpty();
    Register next = proposed(judged);
    assertThat(next.value()).isEqualTo(OLD);
    assertThat(next.find(id())).isNotNull();
    assertThat(next.fence()).isEqualTo(5);

    isFencedOff(accepted());
    assertThat(node.message()).contains("token 4").contains("token 5");
  }

  /** The twin: one replica alone may have seen the higher token, and the write goes on. */
  @Test
  void withoutTheRuleItIsToldThoughNothingIsChosen() {
    starts(
        0,
        new CoordinatorRules() {
          @Override
          public boolean remembersFencedOff() {
            return false;
          }
        });
    assertThat(puts(4)).isNotEmpty();
    List<Object> judged = promised(fencedBy(5));
    assertThat(all(judged, Write.class)).isEmpty();
    isFencedOff(judged);
  }

  @Test
  void aRetryIsAnsweredAsTheWriteWas() {
    assertThat(puts(4)).isNotEmpty();
    assertThat(promised(fencedBy(5))).isNotEmpty();
    isFencedOff(accepted());
    // The retry would be the holder of the highest token by now, if that were judged again.
    Register next =
        proposed(
            begins(
                new RegisterChange.Write(id(), false, true, 9, new RegisterEdit.Set(null, VALUE))));
    assertThat(next.value()).isEqualTo(OLD);
    round--; // it needs no preparation
    isFencedOff(accepted());
  }

  @Test
  void aTokenIsJudgedBeforeACondition() {
    condition = new Condition.Absent();
    assertThat(puts(4)).isNotEmpty();
    assertThat(proposed(promised(fencedBy(5))).value()).isEqualTo(OLD);
    isFencedOff(accepted());
  }

  @Test
  void aReadUnderALockRaisesTheFence() {
    Record before = fencedBy(5);
    assertThat(raises(7)).hasSize(1);
    assertThat(node.ownAnswers(round, new Held(before))).isNotEmpty();
    List<Object> asked = node.readReply(B, round, Same.INSTANCE);
    assertThat(all(asked, Prepare.class)).hasSize(2);
    round++;
    Register next = proposed(promised(before));
    assertThat(next.fence()).isEqualTo(7);
    assertThat(next.value()).isEqualTo(OLD);
    assertThat(first(accepted(), PlayedNode.Answered.class).result())
        .isInstanceOf(Outcome.Read.class);
  }

  @Test
  void aReadUnderTheTokenThatTheKeyHasIsAnsweredInOneRound() {
    assertThat(raises(5)).hasSize(1);
    assertThat(node.ownAnswers(round, new Held(fencedBy(5)))).isNotEmpty();
    assertThat(first(node.readReply(B, round, Same.INSTANCE), PlayedNode.Answered.class).result())
        .isInstanceOf(Outcome.Read.class);
  }

  @Test
  void aReadUnderALowerTokenIsRefused() {
    assertThat(raises(4)).hasSize(1);
    assertThat(node.ownAnswers(round, new Held(fencedBy(5)))).isNotEmpty();
    isFencedOff(node.readReply(B, round, Same.INSTANCE));
  }

  @Test
  void aKeyWithoutValueKeepsItsFence() {
    assertThat(raises(7)).hasSize(1);
    assertThat(node.ownAnswers(round, ReplicaMessage.Nothing.INSTANCE)).isNotEmpty();
    assertThat(node.readReply(B, round, ReplicaMessage.Nothing.INSTANCE)).isNotEmpty();
    round++;
    Record next = first(promised(null), Write.class).record();
    assertThat(next.isTombstone()).isTrue();
    assertThat(Register.of(next, 0).fence()).isEqualTo(7);
    assertThat(Register.of(next, 0).wasWritten()).isFalse();
  }

  /** The lock is asked after the promise: docs/design/fencing.md#purge. */
  @Test
  void whereAFenceMayHaveBeenPurgedTheTokenMustBeHeld() {
    startsPurged();
    List<Object> prepared = puts(4);
    assertThat(all(prepared, AskedForToken.class)).as("before the promise").isEmpty();
    List<Object> asked = promised(null);
    assertThat(all(asked, Write.class)).as("before the answer").isEmpty();
    AskedForToken question = first(asked, AskedForToken.class);
    assertThat(question.token()).isEqualTo(4);

    List<Object> told =
        node.step(() -> question.callback().accept(new HeldTokens.IsHeld("job", "host-8")));
    assertThat(proposed(told).fence()).isEqualTo(4);
    assertThat(first(accepted(), PlayedNode.Answered.class).result())
        .isInstanceOf(Outcome.Written.class);
  }

  @Test
  void aTokenThatIsNotHeldIsRefusedOnceThatIsRemembered() {
    startsPurged();
    assertThat(puts(4)).isNotEmpty();
    AskedForToken question = first(promised(null), AskedForToken.class);
    List<Object> told = node.step(() -> question.callback().accept(new HeldTokens.NotHeld()));
    assertThat(proposed(told).value()).isNull();
    isFencedOff(accepted());
    assertThat(node.message()).contains("no lock is held under it");
  }

  /** A value that was put under no lock since the purge does not make a stale token good. */
  @Test
  void aKeyThatWasWrittenAgainHasStillForgottenItsFence() {
    startsPurged();
    assertThat(puts(4)).isNotEmpty();
    Record again = held(Register.of(null, PURGED).after(GIVEN, OLD));

    assertThat(first(promised(again), AskedForToken.class).token()).isEqualTo(4);
  }

  @Test
  void ifTheLocksDoNotAnswerNothingIsApplied() {
    startsPurged();
    assertThat(puts(4)).isNotEmpty();
    AskedForToken question = first(promised(null), AskedForToken.class);
    List<Object> told = node.step(() -> question.callback().accept(new HeldTokens.NotKnown()));

    assertThat(all(told, Write.class)).isEmpty();
    PlayedNode.Failed failed = first(told, PlayedNode.Failed.class);
    assertThat(failed.reason()).isEqualTo(Reason.UNAVAILABLE);
    assertThat(failed.mayHaveApplied()).isFalse();
    assertThat(node.step(() -> question.callback().accept(new HeldTokens.IsHeld("job", "host-8"))))
        .isEmpty();
  }

  /** The twin: the write of a holder that lost its lock long ago takes effect. */
  @Test
  void withoutTheRuleAnyTokenIsGoodAfterAPurge() {
    starts(
        PURGED,
        new CoordinatorRules() {
          @Override
          public boolean asksForTokens() {
            return false;
          }
        });
    assertThat(puts(4)).isNotEmpty();
    assertThat(proposed(promised(null)).value()).isEqualTo(VALUE);
  }

  @Test
  void aKeyOfAPartitionThatWasNeverPurgedNeedsNoLocks() {
    assertThat(puts(4)).isNotEmpty();
    assertThat(proposed(promised(null)).fence()).isEqualTo(4);
  }
}
