package io.quorate.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.bytes.MalformedBytesException;
import io.quorate.locks.LockCommand.Acquire;
import io.quorate.locks.LockCommand.Expire;
import io.quorate.locks.LockCommand.Lapse;
import io.quorate.locks.LockCommand.Release;
import io.quorate.locks.LockCommand.Withdraw;
import io.quorate.model.NodeId;
import io.quorate.raft.Entry;
import io.quorate.raft.EntryId;
import io.quorate.raft.EntryType;
import io.quorate.raft.Membership;
import io.quorate.raft.Recovery;
import io.quorate.raft.Snapshot;
import io.quorate.storage.RaftStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LockTableTest {
  private final Heard heard = new Heard();
  private final LockTable table = new LockTable(LockRules.ALL);
  private long index = 10;
  private long requests;

  private Asker asker() {
    return new Asker(new NodeId(1), ++requests);
  }

  private void apply(LockCommand command) {
    table.apply(command, index++, heard);
  }

  private Acquire acquire(String owner, boolean waits) {
    return acquire("door", owner, 5_000, waits);
  }

  private Acquire acquire(String name, String owner, long ttlMillis, boolean waits) {
    return new Acquire(name, owner, ttlMillis, LockMode.EXCLUSIVE, waits, asker());
  }

  @Test
  void anOwnerGetsAFreeLockUnderTheIndexOfItsGrant() {
    apply(acquire("a", false));
    assertThat(heard.take()).containsExactly("granted a 10");
    apply(acquire("b", false));
    assertThat(heard.take()).containsExactly("held by a 10");
  }

  @Test
  void anOwnerAcquiresAgainUnderTheSameTokenAndOneReleaseFreesIt() {
    apply(acquire("a", false));
    apply(acquire("a", true));
    assertThat(heard.take()).containsExactly("granted a 10", "granted a 10");
    apply(new Release("door", "a", 10, asker()));
    assertThat(heard.take()).containsExactly("ended a 10", "released true");
    assertThat(table.holds("door")).isEmpty();
    assertThat(table.heldBy("a")).isEmpty();
  }

  @Test
  void theTimeOfALockDoesNotBecomeShorter() {
    apply(acquire("a", false));
    apply(acquire("door", "a", 400, false));
    assertThat(table.holds("door").getFirst().ttlMillis()).isEqualTo(5_000);
  }

  @Test
  void ownersGetTheLockInTheOrderInWhichTheyCameAndTokensRise() {
    apply(acquire("a", true));
    apply(acquire("b", true));
    apply(acquire("c", true));
    apply(acquire("b", true)); // asks again, and keeps its place
    heard.take();
    apply(new Release("door", "a", 10, asker()));
    assertThat(heard.take()).containsExactly("ended a 10", "granted b 14", "released true");
    apply(new Expire(List.of(new Lapse("door", 14, 14))));
    assertThat(heard.take()).containsExactly("ended b 14", "granted c 15");
  }

  @Test
  void aTokenIsHeldFromItsGrantToItsEnd() {
    apply(acquire("a", true));
    apply(acquire("b", true));
    assertThat(table.heldAlone(10)).isNotNull();
    assertThat(table.heldAlone(11)).isNull();
    apply(new Release("door", "a", 10, asker()));
    assertThat(table.heldAlone(10)).isNull();
    assertThat(table.heldAlone(12)).isNotNull();
    assertThat(LockTable.decode(table.encode(), LockRules.ALL).heldAlone(12)).isNotNull();
  }

  @Test
  void aTokenOfBeforeAndAnotherOwnerReleaseNothing() {
    apply(acquire("a", false));
    apply(new Release("door", "a", 9, asker()));
    apply(new Release("door", "b", 10, asker()));
    assertThat(heard.take()).containsExactly("granted a 10", "released false", "released false");
    assertThat(table.holds("door")).isNotEmpty();
  }

  /** The lapse was found before the owner acquired the lock again, and came into the log after. */
  @Test
  void aLapseOfBeforeTheOwnerAcquiredAgainEndsNothing() {
    apply(acquire("a", false));
    apply(acquire("a", false));
    apply(new Expire(List.of(new Lapse("door", 10, 10))));
    assertThat(table.holds("door")).isNotEmpty();
    apply(new Expire(List.of(new Lapse("door", 10, 11))));
    assertThat(table.holds("door")).isEmpty();
  }

  @Test
  void aRequestThatWasGivenUpWaitsNoMoreAndHoldsNothing() {
    Acquire first = acquire("a", true);
    Acquire second = acquire("b", true);
    apply(first);
    apply(second);
    apply(new Withdraw("door", "b", second.asker()));
    assertThat(table.waiting()).isZero();
    apply(new Withdraw("door", "a", first.asker()));
    assertThat(table.holds("door")).isEmpty();
  }

  /** The owner has tried again through another node, and was told that it holds the lock. */
  @Test
  void aHoldThatWasAcquiredAgainIsNotWithdrawn() {
    Acquire first = acquire("a", true);
    apply(first);
    apply(acquire("a", true));
    apply(new Withdraw("door", "a", first.asker()));
    assertThat(table.holds("door")).isNotEmpty();
  }

  @Test
  void boundsAreToldAndHold() {
    for (int i = 0; i <= LockLimits.HELD_BY_OWNER_MAX; i++) {
      apply(acquire("l" + i, "a", 5_000, false));
    }
    assertThat(table.held()).isEqualTo(LockLimits.HELD_BY_OWNER_MAX);
    assertThat(heard.take().getLast()).startsWith("TOO_MANY owner 'a' holds 1000 locks");
    apply(acquire("holder", true));
    for (int i = 0; i <= LockLimits.WAITING_FOR_ONE_MAX; i++) {
      apply(acquire("w" + i, true));
    }
    assertThat(table.waiting()).isEqualTo(LockLimits.WAITING_FOR_ONE_MAX);
    assertThat(heard.take().getLast()).startsWith("TOO_MANY 1000 owners wait");
  }

  @Test
  void aSnapshotHasAllOfItInTheSameBytes() {
    apply(acquire("a", true));
    apply(acquire("b", true));
    apply(acquire("c", true));
    apply(acquire("other", "a", 700, false));
    byte[] bytes = table.encode();
    LockTable read = LockTable.decode(bytes, LockRules.ALL);
    assertThat(read.encode()).isEqualTo(bytes);
    assertThat(read.line("door")).isEqualTo(table.line("door"));
    assertThat(read.waiting()).isEqualTo(2);
    assertThat(read.heldBy("a")).containsExactly("door", "other");
    bytes[0]++;
    assertThatThrownBy(() -> LockTable.decode(bytes, LockRules.ALL))
        .isInstanceOf(MalformedBytesException.class);
  }

  /** The next grant could have the same token. */
  @Test
  void aSnapshotWithATokenThatWasNotGrantedIsRefused() {
    apply(acquire("a", true));
    byte[] bytes = table.encode();
    bytes[1]--; // the token of the last grant
    assertThatThrownBy(() -> LockTable.decode(bytes, LockRules.ALL))
        .isInstanceOf(MalformedBytesException.class)
        .hasMessageContaining("was not granted");
  }

  @Test
  void namesAreListedByPrefixAfterAName() {
    for (String name : List.of("a1", "a2", "a3", "b1")) {
      apply(acquire(name, "o", 5_000, false));
    }
    assertThat(table.names("a", "", 2)).containsExactly("a1", "a2");
    assertThat(table.names("a", "a2", 10)).containsExactly("a3");
    assertThat(table.names("", "a3", 10)).containsExactly("b1");
  }

  /** Tokens are indices: those of a recovered group begin above all that there can have been. */
  @Test
  void aRecoveredGroupKeepsWhatIsHeldAndGivesNoTokenTwice() {
    Recovery metadata = Recovery.next(new EntryId(700, 3), 3, 5);
    RaftStore.Image stored =
        new RaftStore.Image(
            new RaftStore.HardState(2, 0),
            null,
            List.of(entry(1, acquire("a", false)), entry(2, acquire("other", "b", 5_000, false))));
    NodeId survivor = new NodeId(4);
    RaftStore.Snapshot recovered =
        Objects.requireNonNull(
            LocksRecovery.recover(survivor, stored, metadata.generation()).snapshot());
    Snapshot snapshot = Snapshot.ofBody(recovered.index(), recovered.term(), recovered.payload());
    LockTable after = LockTable.decode(snapshot.state(), LockRules.ALL);
    assertThat(after.holds("door").getFirst().token()).isEqualTo(1);
    assertThat(snapshot.membership().voters()).containsExactly(survivor);
    assertThat(snapshot.index()).isGreaterThanOrEqualTo(metadata.firstNumber());

    // Once more, from a node whose log has grown since, and from one that had no part in it.
    long later = Recovery.next(metadata.first(), metadata.first().term(), 6).generation();
    RaftStore.Image grown =
        new RaftStore.Image(new RaftStore.HardState(recovered.term(), 0), recovered, List.of());
    long second =
        Objects.requireNonNull(LocksRecovery.recover(survivor, grown, later).snapshot()).index();
    assertThat(second).isGreaterThan(snapshot.index() + (1L << 30));
    RaftStore.Image none = new RaftStore.Image(RaftStore.HardState.INITIAL, null, List.of());
    assertThat(
            Objects.requireNonNull(LocksRecovery.recover(survivor, none, later).snapshot()).index())
        .isGreaterThan(snapshot.index() + (1L << 30));
  }

  /** There were more locks than one generation has room for without overlap. */
  @Test
  void aRecoveryBeginsAboveALogOfManyEntries() {
    long last = (1L << 38) + 12;
    RaftStore.Image stored =
        new RaftStore.Image(
            new RaftStore.HardState(2, 0),
            new RaftStore.Snapshot(
                last,
                2,
                new Snapshot(
                        new EntryId(last, 2),
                        Membership.of(List.of(new NodeId(1)), List.of()),
                        table.encode())
                    .body()),
            List.of());
    long generation = Recovery.next(new EntryId(9, 1), 1, 5).generation();
    assertThat(
            Objects.requireNonNull(
                    LocksRecovery.recover(new NodeId(1), stored, generation).snapshot())
                .index())
        .isGreaterThan(last);
  }

  private static RaftStore.LogEntry entry(long index, LockCommand command) {
    Entry entry = new Entry(new EntryId(index, 2), EntryType.NORMAL, command.encode());
    return new RaftStore.LogEntry(index, 2, entry.body());
  }

  /** What was told, in words. */
  private static final class Heard implements LockTable.Effects {
    private List<String> all = new ArrayList<>();

    List<String> take() {
      List<String> taken = all;
      all = new ArrayList<>();
      return taken;
    }

    @Override
    public void granted(String name, Hold hold, Asker asker) {
      all.add("granted " + hold.owner() + " " + hold.token());
    }

    @Override
    public void isHeld(String name, Hold by, Asker asker) {
      all.add("held by " + by.owner() + " " + by.token());
    }

    @Override
    public void refused(LockAnswer.Kind kind, String why, Asker asker) {
      all.add(kind + " " + why);
    }

    @Override
    public void queued(String name, Waiter waiter) {}

    @Override
    public void released(boolean wasHeld, Asker asker) {
      all.add("released " + wasHeld);
    }

    @Override
    public void ended(String name, Hold hold) {
      all.add("ended " + hold.owner() + " " + hold.token());
    }
  }
}
