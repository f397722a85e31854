package io.quorate.replication.replica;

import static io.quorate.replication.replica.SteppedReplica.KEY;
import static io.quorate.replication.replica.SteppedReplica.SELF;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.placement.Model;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.Prepare;
import io.quorate.replication.message.ReplicaMessage.PrepareOutcome;
import io.quorate.replication.message.ReplicaMessage.Promised;
import io.quorate.replication.message.ReplicaMessage.PromisedHigher;
import io.quorate.replication.message.ReplicaMessage.Read;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.Same;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import io.quorate.version.Register;
import io.quorate.version.Version;
import io.quorate.version.WriteId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** An acceptor keeps what it has promised, durably (docs/design/linearizable.md#promise). */
class ReplicaPromisesTest {
  private static final Register.Change GIVEN =
      new Register.Change(new WriteId(1, 1, 1), (byte) 0, 0);

  private static final Map<String, Tenant> REGISTERS =
      Map.of(
          "t",
          new Tenant(1, "t", 1, TenantSettings.NONE.with(TenantSetting.MODEL, Model.LINEARIZABLE)));

  private final SteppedReplica stepped = new SteppedReplica();
  private final SteppedStore store = stepped.store;
  private final List<PrepareOutcome> promised = new ArrayList<>();
  private Replica replica = started();

  private Replica started() {
    return new Replica(stepped.with, SteppedReplica.purging(REGISTERS, 1, 0, 0));
  }

  private static Version ballot(long millis) {
    return new Version(1, Hlc.of(millis, 0), SELF, 1);
  }

  private static Record register(long millis) {
    return Register.of(null, 0).after(GIVEN, new byte[] {(byte) millis}).toRecord(ballot(millis));
  }

  private void prepare(long millis) {
    replica.prepare(new Prepare(1, 0, 1, KEY, ballot(millis), 1000), promised::add);
    store.answerGets();
  }

  private void accept(long millis, Cause cause) {
    replica.write(new Write(1, 0, 1, KEY, register(millis), cause, 1000), stepped.written::add);
    store.answerGets();
  }

  @Test
  void aPromiseIsAnsweredOnceItIsDurable() {
    prepare(10);
    assertThat(promised).isEmpty();
    store.syncAll();

    assertThat(promised).containsExactly(new Promised(null));
    assertThat(Objects.requireNonNull(store.durable.get(KEY)).promised()).isEqualTo(ballot(10));
  }

  @Test
  void nothingBelowIsPromisedOrAcceptedWhateverBringsIt() {
    prepare(20);
    store.syncAll();
    prepare(10);
    for (Cause cause : Cause.values()) {
      accept(10, cause);
    }
    store.syncAll();

    PromisedHigher higher = new PromisedHigher(ballot(20));
    assertThat(promised).containsExactly(new Promised(null), higher);
    assertThat(stepped.written)
        .containsExactly(
            Collections.nCopies(Cause.values().length, higher).toArray(new PromisedHigher[0]));
  }

  @Test
  void aPromiseOutlivesARestart() {
    prepare(20);
    store.syncAll();
    replica = started();
    accept(10, Cause.FRESH);
    prepare(15);

    assertThat(stepped.written).containsExactly(new PromisedHigher(ballot(20)));
    assertThat(promised).endsWith(new PromisedHigher(ballot(20)));
  }

  @Test
  void whoPromisesTellsWhatItHasAcceptedAndOthersDoNotSeeThePromise() {
    accept(10, Cause.FRESH);
    store.syncAll();
    prepare(20);
    store.syncAll();
    replica.read(new Read(1, 0, 1, KEY, register(10).summary(), false, 0, 1000), stepped.read::add);
    replica.read(new Read(2, 0, 1, KEY, null, false, 0, 1000), stepped.read::add);
    store.answerGets();

    assertThat(promised).containsExactly(new Promised(register(10)));
    assertThat(stepped.read).containsExactlyInAnyOrder(Same.INSTANCE, new Held(register(10)));
  }

  @Test
  void theBallotThatWasPromisedIsAccepted() {
    prepare(20);
    store.syncAll();
    accept(20, Cause.FRESH);
    store.syncAll();
    prepare(20);

    assertThat(stepped.written).containsExactly(Stored.INSTANCE);
    assertThat(store.durable).containsEntry(KEY, register(20));
    assertThat(promised).endsWith(new PromisedHigher(ballot(20)));
  }

  private void acceptAndPromise(long millis, long next, Cause cause) {
    Record both = Record.promising(register(millis), ballot(next));
    replica.write(new Write(1, 0, 1, KEY, both, cause, 1000), stepped.written::add);
    store.answerGets();
  }

  /** The next ballot of the same proposer, which then need not prepare. */
  @Test
  void whatIsPromisedWithARegisterIsKept() {
    acceptAndPromise(10, 30, Cause.FRESH);
    assertThat(stepped.written).isEmpty();
    store.syncAll();
    replica = started();
    accept(20, Cause.FRESH);
    prepare(25);
    accept(30, Cause.FRESH);
    store.syncAll();

    PromisedHigher higher = new PromisedHigher(ballot(30));
    assertThat(stepped.written).containsExactly(Stored.INSTANCE, higher, Stored.INSTANCE);
    assertThat(promised).containsExactly(higher);
    assertThat(store.durable).containsEntry(KEY, register(30));
  }

  /** Its sync took longer than the proposer waits before it sends again. */
  @Test
  void whatIsSentAgainWithItsPromiseIsStored() {
    acceptAndPromise(10, 30, Cause.FRESH);
    acceptAndPromise(10, 30, Cause.FRESH);
    assertThat(stepped.written).as("until it is durable").isEmpty();
    store.syncAll();
    acceptAndPromise(10, 30, Cause.FRESH);
    store.syncAll();
    prepare(40);
    store.syncAll();
    acceptAndPromise(10, 30, Cause.FRESH);

    assertThat(stepped.written)
        .as("until it has promised more")
        .containsExactly(
            Stored.INSTANCE, Stored.INSTANCE, Stored.INSTANCE, new PromisedHigher(ballot(40)));
  }

  /** A copy was here first. */
  @Test
  void whatHasTheRegisterAlreadyPromisesNevertheless() {
    accept(10, Cause.REPAIR);
    store.syncAll();
    acceptAndPromise(10, 30, Cause.FRESH);
    assertThat(stepped.written).as("until it is durable").containsExactly(Stored.INSTANCE);
    store.syncAll();
    prepare(20);

    assertThat(stepped.written).containsExactly(Stored.INSTANCE, Stored.INSTANCE);
    assertThat(promised).containsExactly(new PromisedHigher(ballot(30)));
  }

  @Test
  void whoHasPromisedMoreThanTheNextBallotDoesNotPromiseIt() {
    prepare(40);
    store.syncAll();
    acceptAndPromise(10, 30, Cause.FRESH);
    accept(40, Cause.FRESH);
    prepare(50);
    store.syncAll();
    acceptAndPromise(40, 45, Cause.FRESH);

    assertThat(stepped.written)
        .containsExactly(
            new PromisedHigher(ballot(40)), Stored.INSTANCE, new PromisedHigher(ballot(50)));
  }

  /** Else who brings it would think that something is missing there. */
  @Test
  void whatIsOlderThanWhatWasAcceptedIsNoNews() {
    acceptAndPromise(10, 30, Cause.FRESH);
    store.syncAll();
    accept(5, Cause.REPAIR);
    accept(10, Cause.REPAIR);
    accept(15, Cause.REPAIR);

    assertThat(stepped.written)
        .containsExactly(
            Stored.INSTANCE, Stored.INSTANCE, Stored.INSTANCE, new PromisedHigher(ballot(30)));
  }

  /** What a replica has promised is its own. */
  @Test
  void aCopyBringsNoPromise() {
    acceptAndPromise(10, 30, Cause.REPAIR);

    assertThat(stepped.written).hasSize(1).allMatch(Refused.class::isInstance);
  }

  /** Its answer was lost, and it is asked again. */
  @Test
  void theSameBallotIsPromisedAgain() {
    prepare(20);
    store.syncAll();
    prepare(20);

    assertThat(promised).containsExactly(new Promised(null), new Promised(null));
  }

  /** A fresh register below what was accepted has lost; an older copy is merely not needed. */
  @Test
  void belowWhatWasAcceptedAProposerIsToldSo() {
    accept(20, Cause.FRESH);
    store.syncAll();
    accept(10, Cause.FRESH);
    accept(10, Cause.REPAIR);

    assertThat(stepped.written)
        .containsExactly(Stored.INSTANCE, new PromisedHigher(ballot(20)), Stored.INSTANCE);
  }

  /** Else each key that was ever deleted would leave a promise behind. */
  @Test
  void aPromiseGoesWithTheDeletionOnceAPurgeHasReachedIt() {
    Record deleted = Register.of(null, 0).after(GIVEN, null).toRecord(ballot(10));
    store.durable.put(KEY, Record.promising(deleted, ballot(30)));
    replica.placementsChanged(SteppedReplica.purging(REGISTERS, 2, Hlc.of(20, 0), Hlc.of(20, 0)));
    stepped.readAll(replica);
    assertThat(Objects.requireNonNull(store.durable.get(KEY)).promised())
        .as("its proposer may still come")
        .isEqualTo(ballot(30));

    replica.placementsChanged(SteppedReplica.purging(REGISTERS, 3, Hlc.of(30, 0), Hlc.of(30, 0)));
    replica.trees().doubt(0);
    stepped.readAll(replica);
    assertThat(store.durable).isEmpty();
  }
}
