package io.quorate.locks;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.locks.LockAnswer.Kind;
import io.quorate.locks.LockCommand.Acquire;
import io.quorate.locks.LockCommand.Expire;
import io.quorate.locks.LockCommand.Lapse;
import io.quorate.locks.LockCommand.Release;
import io.quorate.locks.LockCommand.Withdraw;
import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Locks that several owners hold: the schedules of docs/design/locks.md. */
class SharedLocksTest {
  private static final LockMode ALONE = LockMode.EXCLUSIVE;
  private static final LockMode SHARED = LockMode.SHARED;

  private final Heard heard = new Heard();
  private LockTable table = new LockTable(LockRules.ALL);
  private long index = 10;
  private long requests;

  private void apply(LockCommand command) {
    table.apply(command, index++, heard);
  }

  private Acquire acquire(String owner, LockMode mode, boolean waits) {
    Asker asker = new Asker(new NodeId(1), ++requests);
    return new Acquire("door", owner, 5_000, mode, waits, asker);
  }

  private void waits(String owner, LockMode mode) {
    apply(acquire(owner, mode, true));
  }

  private void release(String owner, long token) {
    apply(new Release("door", owner, token, new Asker(new NodeId(1), ++requests)));
  }

  private List<String> holders() {
    return table.holds("door").stream().map(Hold::owner).toList();
  }

  @Test
  void someShareALockAndEachReleasesItForItself() {
    waits("a", SHARED);
    waits("b", SHARED);
    apply(acquire("c", ALONE, false));
    assertThat(heard.take()).containsExactly("granted a 10", "granted b 11", "held by a 10");
    release("a", 10);
    assertThat(holders()).containsExactly("b");
  }

  /** While the first one holds the lock, the second one has written, deleted and released it. */
  @Test
  void aTokenOfASharedLockDoesNotTellThatNoLaterHolderWasThere() {
    waits("a", SHARED);
    waits("b", SHARED);
    release("b", 11);
    assertThat(table.heldAlone(10)).isNull();
    release("a", 10);
    waits("alone", ALONE);
    assertThat(table.heldAlone(14)).isNotNull();
  }

  @Test
  void oneThatWantsItAloneIsNotStarved() {
    waits("a", SHARED);
    waits("alone", ALONE);
    waits("b", SHARED);
    apply(acquire("c", SHARED, false));
    assertThat(heard.take()).containsExactly("granted a 10", "held by a 10");
    release("a", 10);
    assertThat(heard.take()).containsExactly("ended a 10", "granted alone 14", "released true");
    release("alone", 14);
    assertThat(heard.take()).containsExactly("ended alone 14", "granted b 15", "released true");
  }

  /** The schedule of the rule: without it the one that wants it alone never gets it. */
  @Test
  void withoutTheLineOneThatSharesPassesOneThatWaits() {
    table =
        new LockTable(
            new LockRules() {
              @Override
              boolean mayPassLine() {
                return true;
              }
            });
    waits("a", SHARED);
    waits("alone", ALONE);
    waits("b", SHARED);
    assertThat(holders()).containsExactly("a", "b");
  }

  @Test
  void theEndOfOneTenureGrantsToAllThatMayAndEachHasATokenOfItsOwn() {
    waits("alone", ALONE); // 10
    waits("a", SHARED);
    waits("b", SHARED);
    waits("c", SHARED);
    waits("next", ALONE);
    waits("d", SHARED);
    heard.take();
    release("alone", 10); // 16
    assertThat(heard.take())
        .containsExactly(
            "ended alone 10", "granted a 16", "granted b 17", "granted c 18", "released true");
    assertThat(table.line("door")).extracting(Waiter::owner).containsExactly("next", "d");
    // The tokens are ahead of the log now, and rise on; also after a snapshot.
    table = LockTable.decode(table.encode(), LockRules.ALL);
    apply(new Acquire("other", "a", 5_000, ALONE, false, new Asker(new NodeId(1), 99))); // 17
    assertThat(heard.take()).containsExactly("granted a 19");
  }

  /** Two leases end by one entry, and each lock gets its next owner by it. */
  @Test
  void leasesThatEndTogetherGrantUnderTokensOfTheirOwn() {
    for (String name : List.of("one", "two")) {
      for (String owner : List.of("a", "b")) {
        apply(new Acquire(name, owner, 5_000, ALONE, true, new Asker(new NodeId(1), ++requests)));
      }
    }
    heard.take();
    apply(new Expire(List.of(new Lapse("one", 10, 10), new Lapse("two", 12, 12))));
    assertThat(heard.take())
        .containsExactly("ended a 10", "granted b 14", "ended a 12", "granted b 15");
  }

  @Test
  void aSemaphoreHasRoomForAsManyAsItsOwnersName() {
    LockMode two = LockMode.sharedAmong(2);
    waits("a", two);
    waits("b", two);
    apply(acquire("c", two, false));
    waits("d", two);
    assertThat(heard.take()).containsExactly("granted a 10", "granted b 11", "held by a 10");
    apply(new Expire(List.of(new Lapse("door", 10, 10))));
    assertThat(heard.take()).containsExactly("ended a 10", "granted d 14");
    assertThat(holders()).containsExactly("b", "d");
  }

  /** Each one's number counts for itself: a stricter one waits, and those behind it do, too. */
  @Test
  void theNumberOfEachCountsForItself() {
    waits("a", SHARED);
    waits("b", LockMode.sharedAmong(5));
    waits("strict", LockMode.sharedAmong(2));
    waits("c", SHARED);
    assertThat(holders()).containsExactly("a", "b");
    release("a", 10);
    assertThat(holders()).containsExactly("b", "strict", "c");
  }

  @Test
  void anOwnerThatAcquiresAgainGetsTheSameTokenAndNoRoomTwice() {
    LockMode two = LockMode.sharedAmong(2);
    waits("a", two);
    waits("a", two);
    waits("b", two);
    assertThat(heard.take()).containsExactly("granted a 10", "granted a 10", "granted b 12");
  }

  @Test
  void anOwnerDoesNotChangeHowItHoldsALock() {
    waits("a", SHARED);
    waits("a", ALONE);
    waits("a", LockMode.sharedAmong(3));
    assertThat(heard.take())
        .satisfiesExactly(
            granted -> assertThat(granted).isEqualTo("granted a 10"),
            alone ->
                assertThat(alone)
                    .startsWith(Kind.HELD_OTHERWISE + " owner")
                    .contains("holds lock", "shared, and cannot acquire it exclusively", "release"),
            limited -> assertThat(limited).contains("cannot acquire it shared among at most 3"));
    assertThat(table.holds("door")).extracting(Hold::mode).containsExactly(SHARED);
  }

  @Test
  void whatStandsInTheWayOfOthersAndIsWithdrawnLetsThemIn() {
    waits("a", SHARED);
    Acquire alone = acquire("alone", ALONE, true);
    apply(alone);
    waits("b", SHARED);
    waits("c", SHARED);
    apply(new Withdraw("door", "alone", alone.asker()));
    assertThat(holders()).containsExactly("a", "b", "c");
    assertThat(table.waiting()).isZero();
  }

  /** It keeps its place if it asks for the same, and goes to the end if it does not. */
  @Test
  void oneInLineThatWantsItOtherwiseGoesToTheEnd() {
    waits("a", SHARED);
    waits("b", ALONE);
    waits("c", SHARED);
    waits("b", SHARED);
    assertThat(holders()).containsExactly("a", "c", "b");
    assertThat(table.waiting()).isZero();
  }

  @Test
  void thereIsABoundForHoldersAndItIsTold() {
    for (int i = 0; i < LockLimits.HOLDERS_MAX; i++) {
      waits("o" + i, SHARED);
    }
    heard.take();
    waits("one more", SHARED);
    assertThat(heard.take().getFirst()).startsWith("TOO_MANY 1000 owners share lock");
    waits("in line", LockMode.sharedAmong(LockLimits.HOLDERS_MAX));
    assertThat(table.waiting("door")).isEqualTo(1);
    release("o0", 10);
    assertThat(holders()).hasSize(LockLimits.HOLDERS_MAX).endsWith("in line");
    assertThat(LockMode.sharedAmong(LockLimits.HOLDERS_MAX + 1).refusal()).isNotNull();
    assertThat(LockMode.sharedAmong(1).refusal()).isNull();
    assertThat(new LockMode(false, 2).refusal()).isNotNull();
  }

  /** The rules apart: each of them is one decision. */
  @Test
  void whoHoldsItAloneSharesItWithNoOther() {
    Collection<Hold> one = List.of(new Hold("a", 1, 5_000, ALONE, 1, null));
    Collection<Hold> shared = List.of(new Hold("a", 1, 5_000, SHARED, 1, null));
    assertThat(LockRules.ALL.mayShare(SHARED, one)).isFalse();
    assertThat(LockRules.ALL.mayShare(ALONE, shared)).isFalse();
    assertThat(LockRules.ALL.mayShare(LockMode.sharedAmong(2), shared)).isTrue();
    assertThat(LockRules.ALL.hasRoom(LockMode.sharedAmong(2), 2)).isFalse();
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
    public void refused(Kind kind, String why, Asker asker) {
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
