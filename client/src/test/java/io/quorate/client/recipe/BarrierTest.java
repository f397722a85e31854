package io.quorate.client.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quorate.client.FailureInfo;
import io.quorate.client.LockOptions;
import io.quorate.client.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BarrierTest {
  private static final Duration TTL = Duration.ofSeconds(4);
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final BarrierOptions OPTIONS = BarrierOptions.DEFAULT.ttl(TTL);

  private final HandClock clock = new HandClock();
  private final MemoryLocks locks = new MemoryLocks(clock);
  private final MemoryStore store = new MemoryStore();
  private final MemoryLocks.Process a = locks.process();
  private final MemoryLocks.Process b = locks.process();
  private final MemoryLocks.Process c = locks.process();

  private Barrier barrier(MemoryLocks.Process process, int parties, String party) {
    return Barrier.of(process, store, "b", parties, OPTIONS.party(party), clock);
  }

  private interface Waits<T> {
    T await() throws Exception;
  }

  private <T> CompletableFuture<T> async(Waits<T> waits) {
    CompletableFuture<T> result = new CompletableFuture<>();
    clock.start(
        () -> {
          try {
            result.complete(waits.await());
          } catch (Throwable failure) {
            result.completeExceptionally(failure);
          }
        });
    return result;
  }

  private CompletableFuture<BarrierRound> enter(MemoryLocks.Process process, String party) {
    return enter(process, party, 1, LONG);
  }

  private CompletableFuture<BarrierRound> enter(
      MemoryLocks.Process process, String party, long round, Duration wait) {
    return async(() -> barrier(process, 3, party).enter(round, wait));
  }

  private CompletableFuture<Set<String>> leave(BarrierRound round) {
    return async(() -> round.leave(LONG));
  }

  private void awaitHolders(int count) {
    await().until(() -> a.show("b/1").holders().size() == count);
  }

  private List<BarrierRound> allIn() {
    List<CompletableFuture<BarrierRound>> entering = new ArrayList<>();
    entering.add(enter(a, "a"));
    entering.add(enter(b, "b"));
    entering.add(enter(c, "c"));
    clock.passUntil(() -> entering.stream().allMatch(CompletableFuture::isDone));
    return entering.stream().map(CompletableFuture::join).toList();
  }

  private static Throwable failureOf(CompletableFuture<?> future) {
    try {
      Object unused = future.join();
      throw new AssertionError("it does not fail");
    } catch (CompletionException failed) {
      return Objects.requireNonNull(failed.getCause());
    }
  }

  @Test
  void noneEntersBeforeAllAreThereAndNoneReturnsBeforeAllHaveLeft() {
    CompletableFuture<BarrierRound> first = enter(a, "a");
    CompletableFuture<BarrierRound> second = enter(b, "b");
    awaitHolders(2);
    clock.pass(Duration.ofSeconds(10));
    assertThat(first).isNotDone();
    assertThat(second).isNotDone();
    CompletableFuture<BarrierRound> third = enter(c, "c");
    clock.passUntil(() -> first.isDone() && second.isDone() && third.isDone());
    assertThat(first.join().parties())
        .hasSize(3)
        .isEqualTo(second.join().parties())
        .contains(first.join().id(), second.join().id(), third.join().id());
    assertThat(first.join().id()).startsWith("a/");
    assertThat(first.join().isAwaited()).isTrue();

    CompletableFuture<Set<String>> firstLeft = leave(first.join());
    CompletableFuture<Set<String>> secondLeft = leave(second.join());
    clock.pass(Duration.ofSeconds(10));
    assertThat(firstLeft).isNotDone();
    assertThat(secondLeft).isNotDone();
    assertThat(third.join().isAwaited()).isTrue();
    CompletableFuture<Set<String>> thirdLeft = leave(third.join());
    clock.passUntil(() -> firstLeft.isDone() && secondLeft.isDone() && thirdLeft.isDone());
    assertThat(firstLeft.join()).isEmpty();
    assertThat(secondLeft.join()).isEmpty();
    assertThat(thirdLeft.join()).isEmpty();
    assertThat(locks.holder("b/1")).isNull();
  }

  /** One is in and out again before another has looked. */
  @Test
  void oneThatIsQuickDoesNotLeaveTheOthersBehind() {
    CompletableFuture<BarrierRound> slow = enter(b, "b");
    awaitHolders(1);
    b.cut = true; // it hears of nothing
    CompletableFuture<BarrierRound> first = enter(a, "a");
    CompletableFuture<BarrierRound> second = enter(c, "c");
    await().until(() -> first.isDone() || second.isDone());
    clock.passUntil(() -> first.isDone() && second.isDone());
    CompletableFuture<Set<String>> left = leave(first.join());
    clock.pass(Duration.ofMillis(500));
    assertThat(left).isNotDone();
    b.cut = false;
    clock.passUntil(slow::isDone);
    assertThat(slow.join().parties()).isEqualTo(first.join().parties());
  }

  @Test
  void oneThatGivesUpBreaksTheRoundForAll() throws Exception {
    CompletableFuture<BarrierRound> first = enter(a, "a");
    awaitHolders(1);
    CompletableFuture<BarrierRound> second = enter(b, "b", 1, Duration.ofSeconds(5));
    clock.passUntil(() -> first.isDone() && second.isDone());
    assertThat(failureOf(second)).isInstanceOf(TimeoutException.class);
    assertThat(failureOf(first)).isInstanceOf(BrokenBarrierException.class);
    assertThat(failureOf(enter(c, "c"))).isInstanceOf(BrokenBarrierException.class);
    assertThat(locks.holder("b/1")).isNull();
    // The next round is not touched by it.
    BarrierRound next = barrier(a, 1, "a").enter(2, LONG);
    assertThat(next.round()).isEqualTo(2);
    assertThat(next.leave(LONG)).isEmpty();
  }

  @Test
  void oneThatIsInterruptedBreaksTheRoundForAll() {
    CompletableFuture<BarrierRound> first = enter(a, "a");
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    CompletableFuture<BarrierRound> second =
        async(
            () -> {
              thread.complete(Thread.currentThread());
              return barrier(b, 3, "b").enter(1, LONG);
            });
    awaitHolders(2);
    thread.join().interrupt();
    clock.passUntil(() -> first.isDone() && second.isDone());
    assertThat(failureOf(second)).isInstanceOf(InterruptedException.class);
    assertThat(failureOf(first)).isInstanceOf(BrokenBarrierException.class);
  }

  /** It gives up in the moment in which the last one comes: all agree on one of the two. */
  @Test
  void oneThatGivesUpWhenTheRoundHasBegunIsInIt() {
    CompletableFuture<BarrierRound> first = enter(a, "a", 1, Duration.ofSeconds(5));
    CompletableFuture<BarrierRound> second = enter(b, "b");
    awaitHolders(2);
    CompletableFuture<BarrierRound> last = new CompletableFuture<>();
    store.before =
        request -> {
          if (request.equals("put b/1")) {
            store.before = any -> {};
            var unused = enter(c, "c").thenAccept(last::complete);
            await().until(() -> store.has("b/1"));
          }
        };
    clock.passUntil(() -> first.isDone() && second.isDone());
    assertThat(first.join().parties()).isEqualTo(second.join().parties()).hasSize(3);
    assertThat(last.join().parties()).isEqualTo(first.join().parties());
  }

  @Test
  void oneThatDiesBeforeTheRoundBeginsIsNotCountedAndAnotherOneTakesItsPlace() {
    CompletableFuture<BarrierRound> first = enter(a, "a");
    CompletableFuture<BarrierRound> second = enter(b, "b");
    awaitHolders(2);
    MemoryLocks.Process dies = locks.process();
    CompletableFuture<BarrierRound> third = enter(dies, "dies");
    // It came as far as the lock, and no further.
    await().until(third::isDone);
    first.join();
    assertThat(second.join().parties()).anyMatch(party -> party.startsWith("dies/"));

    CompletableFuture<BarrierRound> waits = enter(a, "a", 2, LONG);
    await().until(() -> a.show("b/2").holders().size() == 1);
    MemoryLocks.Process dead = locks.process();
    boolean gotIt =
        dead.tryAcquire("b/2", TTL, LockOptions.DEFAULT.owner("dead/1").sharedAmong(3)).isPresent();
    assertThat(gotIt).isTrue();
    dead.stopped = true;
    clock.pass(TTL);
    CompletableFuture<BarrierRound> comes = enter(b, "b", 2, LONG);
    await().until(() -> a.show("b/2").holders().size() == 2);
    clock.pass(Duration.ofSeconds(1));
    assertThat(waits).isNotDone();
    CompletableFuture<BarrierRound> replaces = enter(c, "c", 2, LONG);
    clock.passUntil(() -> waits.isDone() && comes.isDone() && replaces.isDone());
    assertThat(waits.join().parties()).hasSize(3).noneMatch(party -> party.startsWith("dead/"));
  }

  @Test
  void oneThatDiesInTheRoundIsGivenUpAndAllAgreeOnIt() {
    List<BarrierRound> in = allIn();
    c.stopped = true;
    long since = clock.nanos();
    CompletableFuture<Set<String>> first = leave(in.get(0));
    CompletableFuture<Set<String>> second = leave(in.get(1));
    clock.passUntil(() -> first.isDone() && second.isDone());
    assertThat(Duration.ofNanos(clock.nanos() - since))
        .isBetween(TTL.dividedBy(2), TTL.plusSeconds(1));
    assertThat(first.join()).containsExactly(in.get(2).id());
    assertThat(second.join()).containsExactly(in.get(2).id());
    // It was only paused, and comes back.
    c.stopped = false;
    assertThat(in.get(2).isAwaited()).isFalse();
    CompletableFuture<Set<String>> third = leave(in.get(2));
    clock.passUntil(third::isDone);
    assertThat(third.join()).containsExactly(in.get(2).id());
  }

  /** Else the others would take it for dead. */
  @Test
  void aPartyHoldsItsLockUntilItIsWrittenDownThatItHasLeft() {
    List<BarrierRound> in = allIn();
    AtomicReference<Integer> holders = new AtomicReference<>(0);
    store.before =
        request -> {
          if (request.equals("put b/1")) {
            store.before = any -> {};
            holders.set(a.show("b/1").holders().size());
          }
        };
    CompletableFuture<Set<String>> left = leave(in.get(2));
    clock.passUntil(() -> a.show("b/1").holders().size() == 2);
    assertThat(holders).hasValue(3);
    assertThat(left).isNotDone();
    CompletableFuture<Set<String>> first = leave(in.get(0));
    CompletableFuture<Set<String>> second = leave(in.get(1));
    clock.passUntil(() -> first.isDone() && second.isDone() && left.isDone());
    assertThat(left.join()).isEmpty();
  }

  @Test
  void aPartyThatIsTooManyIsNotIn() {
    List<BarrierRound> in = allIn();
    assertThat(failureOf(enter(locks.process(), "late")))
        .isInstanceOf(BrokenBarrierException.class)
        .hasMessageContaining("has begun without this party");
    assertThat(in).allMatch(BarrierRound::isAwaited);
  }

  @Test
  void leavingIsWaitedForAgainAfterATimeout() {
    List<BarrierRound> in = allIn();
    CompletableFuture<Set<String>> inVain = async(() -> in.get(0).leave(Duration.ofSeconds(3)));
    clock.passUntil(inVain::isDone);
    assertThat(failureOf(inVain)).isInstanceOf(TimeoutException.class);
    assertThat(in.get(0).isAwaited()).isFalse();
    CompletableFuture<Set<String>> first = leave(in.get(0));
    CompletableFuture<Set<String>> second = leave(in.get(1));
    CompletableFuture<Set<String>> third = leave(in.get(2));
    clock.passUntil(() -> first.isDone() && second.isDone() && third.isDone());
    assertThat(first.join()).isEmpty();
  }

  @Test
  void whatFailsForAMomentIsTriedAgain() {
    store.before =
        request -> {
          throw new UnavailableException("no node", FailureInfo.NONE, null);
        };
    CompletableFuture<BarrierRound> inVain = enter(a, "a", 1, Duration.ofSeconds(3));
    clock.passUntil(inVain::isDone);
    assertThat(failureOf(inVain)).isInstanceOf(UnavailableException.class);
    CompletableFuture<BarrierRound> first = enter(a, "a", 2, LONG);
    clock.pass(Duration.ofSeconds(5));
    assertThat(first).isNotDone();
    store.before = request -> {};
    CompletableFuture<BarrierRound> second = enter(b, "b", 2, LONG);
    CompletableFuture<BarrierRound> third = enter(c, "c", 2, LONG);
    clock.passUntil(() -> first.isDone() && second.isDone() && third.isDone());
    assertThat(first.join().parties()).hasSize(3);
  }

  @Test
  void aRoundThatIsForgottenLeavesNothing() throws Exception {
    Barrier alone = barrier(a, 1, "a");
    BarrierRound round = alone.enter(7, LONG);
    assertThat(store.keys()).containsExactly("b/7");
    alone.forget(7);
    assertThat(store.keys()).isEmpty();
    assertThatThrownBy(() -> round.leave(LONG)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void optionsThatCannotBeAreRefused() {
    assertThatThrownBy(() -> barrier(a, 0, "a")).hasMessageContaining("a barrier of 0 parties");
    assertThatThrownBy(() -> OPTIONS.party("")).hasMessageContaining("party");
    assertThat(OPTIONS.tenant("t").toString()).contains("tenant=t", "ttl=PT4S");
  }
}
