package io.quorate.client.internal.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.ClientClosedException;
import io.quorate.client.FailedPreconditionException;
import io.quorate.client.FailureInfo;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.Lock;
import io.quorate.client.LockOptions;
import io.quorate.client.LockWatch;
import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.OverloadedException;
import io.quorate.client.UnavailableException;
import io.quorate.client.internal.engine.ManualLoop;
import io.quorate.client.internal.engine.Waiting;
import io.quorate.proto.v1.AcquireLockRequest;
import io.quorate.proto.v1.ReleaseLockRequest;
import io.quorate.proto.v1.RenewLocksRequest;
import io.quorate.proto.v1.ShowLockRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a client promises of locks, on a loop whose time passes when the test says so. */
class LockKeeperTest {
  private static final Duration TTL = Duration.ofSeconds(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final LockOptions OF_OWNER = LockOptions.DEFAULT.owner("o");

  private final ManualLoop loop = new ManualLoop();
  private final ScriptedLockNodes nodes = new ScriptedLockNodes(loop);
  private final LockKeeper keeper =
      new LockKeeper(loop, nodes, new Waiting(() -> false, () -> false), TIMEOUT.toNanos());
  private final AskedLocks locks = new AskedLocks(keeper, TIMEOUT);
  private final List<String> lost = new ArrayList<>();

  /** What is known without another turn of the loop. */
  private static <T> T now(CompletableFuture<T> future) {
    assertThat(future.isDone()).as("is done").isTrue();
    return future.join();
  }

  private static long millis(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private Lock acquired(CompletableFuture<Optional<Lock>> acquisition) {
    loop.pass(2 * nodes.wayNanos);
    assertThat(acquisition).isCompleted();
    Lock lock = now(acquisition).orElseThrow();
    lock.onLost(() -> lost.add(lock.name() + " at " + TimeUnit.NANOSECONDS.toMillis(loop.nanos())));
    return lock;
  }

  private Lock acquired(String name) {
    return acquired(locks.tryAcquire(name, TTL));
  }

  @Test
  void timeCountsFromWhenTheRequestWasSent() {
    nodes.wayNanos = millis(50);
    Lock lock = acquired("a");
    assertThat(lock.isHeld()).isTrue();
    assertThat(lock.token()).isPositive();
    // A hundredth of a second is not relied on, and the way took 100 ms.
    assertThat(lock.remaining()).isEqualTo(Duration.ofMillis(890));
  }

  @Test
  void aSecondAcquisitionOfTheClientCompetes() {
    Lock first = acquired("a");
    CompletableFuture<Optional<Lock>> second = locks.tryAcquire("a", TTL);
    loop.pass(0);
    assertThat(now(second)).isEmpty();
    assertThat(nodes.asked(AcquireLockRequest.class))
        .extracting(AcquireLockRequest::getOwner)
        .doesNotHaveDuplicates()
        .startsWith(first.owner());
  }

  @Test
  void oneRequestAtAThirdOfTheShortestTimeRenewsAllLocksOfAnOwner() {
    Lock a = acquired(locks.tryAcquire("a", Duration.ofSeconds(3), OF_OWNER));
    Lock b = acquired(locks.tryAcquire("b", Duration.ofMillis(900), OF_OWNER));
    loop.pass(millis(299));
    assertThat(nodes.asked(RenewLocksRequest.class)).isEmpty();
    loop.pass(millis(1));
    assertThat(nodes.asked(RenewLocksRequest.class)).hasSize(1);
    loop.pass(millis(300));
    assertThat(nodes.asked(RenewLocksRequest.class)).hasSize(2);
    loop.pass(Duration.ofMinutes(1).toNanos());
    assertThat(a.isHeld()).isTrue();
    assertThat(b.isHeld()).isTrue();
    assertThat(lost).isEmpty();
  }

  /** Each has an owner of its own. They were acquired one after the other, in 100 ms. */
  @Test
  void oneRequestRenewsTheLocksOfAllOwnersWhoseTurnComes() {
    Duration ttl = Duration.ofSeconds(6);
    Lock left = acquired(locks.tryAcquire("left", ttl, LockOptions.DEFAULT.renewed(false)));
    List<Lock> held = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      held.add(acquired(locks.tryAcquire("l" + i, ttl)));
      loop.pass(millis(1));
    }
    loop.pass(Duration.ofSeconds(20).toNanos());
    assertThat(held).allMatch(Lock::isHeld);
    assertThat(left.isHeld()).isFalse();
    assertThat(nodes.asked(RenewLocksRequest.class))
        .hasSize(10)
        .allMatch(ask -> ask.getOwnersCount() == 100)
        .noneMatch(ask -> ask.getOwnersList().contains(left.owner()));
  }

  @Test
  void ownersOfTooManyLocksAreRenewedApart() {
    Lock a = acquired("a");
    Lock b = acquired("b");
    nodes.refusal =
        new OverloadedException("too many locks", FailureInfo.NONE, Duration.ZERO, null);
    loop.pass(millis(350));
    nodes.refusal = null;
    loop.pass(millis(5_000));
    assertThat(a.isHeld() && b.isHeld()).isTrue();
    assertThat(nodes.asked(RenewLocksRequest.class).subList(3, 10))
        .allMatch(ask -> ask.getOwnersCount() == 1);
  }

  @Test
  void howALockIsHeldIsSentAndDoesNotChangeWhileItIsHeld() {
    Lock shared = acquired(locks.tryAcquire("a", TTL, OF_OWNER.sharedAmong(3)));
    AcquireLockRequest asked = nodes.asked(AcquireLockRequest.class).get(0);
    assertThat(asked.getShared()).isTrue();
    assertThat(asked.getAtMost()).isEqualTo(3);
    Lock again = acquired(locks.tryAcquire("a", TTL, OF_OWNER.sharedAmong(3)));
    assertThat(again.token()).isEqualTo(shared.token());
    CompletableFuture<Optional<Lock>> alone = locks.tryAcquire("a", TTL, OF_OWNER);
    loop.pass(0);
    assertThatThrownBy(alone::join)
        .hasCauseInstanceOf(FailedPreconditionException.class)
        .hasMessageContaining("release the lock first");
  }

  @Test
  void aWatchTellsTheStateAndEachThatIsSeenToDiffer() {
    List<String> told = new ArrayList<>();
    LockWatch watch =
        locks.watch(
            "a", status -> told.add(status.isHeld() ? status.holders().get(0).owner() : "free"));
    nodes.wayNanos = millis(10);
    loop.pass(millis(100));
    assertThat(told).containsExactly("free");
    nodes.locks.take("a", "x", 60_000);
    loop.pass(millis(100));
    nodes.refusal = new UnavailableException("no leader", FailureInfo.NONE, null);
    loop.pass(millis(2_000));
    nodes.locks.take("a", "y", 60_000);
    nodes.locks.take("a", "z", 60_000);
    nodes.refusal = null;
    loop.pass(millis(1_000));
    assertThat(told).containsExactly("free", "x", "z");
    assertThat(watch.ended()).isNotDone();
    watch.close();
    nodes.locks.free("a");
    loop.pass(millis(1_000));
    assertThat(told).hasSize(3);
    assertThat(watch.ended()).isCompleted();
  }

  @Test
  void aWatchThatCannotGoOnSaysSo() {
    nodes.refusal = new InvalidRequestException("no such name");
    LockWatch watch = locks.watch("a", status -> {});
    loop.pass(millis(100));
    assertThatThrownBy(() -> watch.ended().join())
        .hasCauseInstanceOf(InvalidRequestException.class);
    nodes.refusal = null;
    LockWatch closed = locks.watch("a", status -> {});
    var unused = keeper.close();
    loop.pass(millis(100));
    assertThatThrownBy(() -> closed.ended().join()).hasCauseInstanceOf(ClientClosedException.class);
  }

  /** It runs no turn of its loop, and asks no node: the clock alone tells. */
  @Test
  void aPausedClientSeesAtOnceThatItHoldsNoLock() {
    Lock lock = acquired("a");
    loop.pass(millis(200));
    loop.pause(millis(789));
    assertThat(lock.isHeld()).isTrue();
    loop.pause(millis(1));
    assertThat(lock.isHeld()).isFalse();
    assertThat(lock.remaining()).isZero();
    // It goes on, a renewal is sent, and the cluster takes it: what has ended does not return.
    assertThat(nodes.locks.holder("a")).isEqualTo(lock.owner());
    loop.pass(millis(1));
    assertThat(lock.isHeld()).isFalse();
    assertThat(lost).hasSize(1);
    loop.pass(millis(10_000));
    assertThat(lock.isHeld()).isFalse();
    assertThat(lost).hasSize(1);
  }

  /** The loop does what is overdue in any order: here the renewal, and the end of the time last. */
  @Test
  void anAnswerThatIsReadFirstAfterAPauseDoesNotBringTheLockBack() {
    nodes.answersAtOnce = true;
    Lock lock = acquired("a");
    loop.pause(millis(995));
    assertThat(lock.isHeld()).isFalse();
    loop.pass(0);
    assertThat(nodes.asked(RenewLocksRequest.class)).hasSize(1);
    assertThat(nodes.locks.holder("a")).isEqualTo(lock.owner());
    assertThat(lock.isHeld()).isFalse();
    assertThat(lost).containsExactly("a at 995");
  }

  @Test
  void whatIsToBeDoneOnLossIsDoneBeforeTheTimeIsOver() {
    Lock lock = acquired("a");
    List<Boolean> freeByThen = new ArrayList<>();
    lock.onLost(() -> freeByThen.add(nodes.locks.holder("a") == null));
    nodes.unanswered = ask -> true;
    loop.pass(millis(400)); // a renewal is carried out meanwhile, and not heard of
    nodes.locks.take("a", lock.owner(), 600);
    loop.pass(millis(587));
    assertThat(lock.isHeld()).isTrue();
    loop.pass(millis(3));
    assertThat(lock.isHeld()).isFalse();
    assertThat(lost).containsExactly("a at 988");
    assertThat(freeByThen).containsExactly(false);
  }

  @Test
  void anAnswerThatComesAfterTheTimeDoesNotBringTheLockBack() {
    Lock lock = acquired("a");
    nodes.wayNanos = millis(400); // the renewal of 333 is answered at 1133
    loop.pass(millis(1_200));
    assertThat(lost).containsExactly("a at 988");
    assertThat(lock.isHeld()).isFalse();
  }

  @Test
  void aLockThatTheClusterDoesNotNameIsLostAtOnce() {
    Lock lock = acquired("a");
    nodes.locks.free("a");
    nodes.locks.take("a", lock.owner(), 10_000); // of another tenure: its token is another one
    loop.pass(millis(334));
    assertThat(lost).containsExactly("a at 333");
    assertThat(lock.isHeld()).isFalse();
    lock.onLost(() -> lost.add("late"));
    assertThat(lost).contains("late");
  }

  @Test
  void aRenewalThatFailsIsSentAgainUntilTheTimeIsOver() {
    Lock lock = acquired("a");
    nodes.refusal = new UnavailableException("none", FailureInfo.NONE, null);
    loop.pass(millis(800));
    assertThat(nodes.asked(RenewLocksRequest.class)).hasSizeGreaterThan(3);
    assertThat(lock.isHeld()).isTrue();
    nodes.refusal = null;
    loop.pass(millis(800));
    assertThat(lock.isHeld()).isTrue();
    assertThat(lost).isEmpty();
  }

  @Test
  void whatWasReleasedIsNeverLost() {
    Lock lock = acquired("a");
    CompletableFuture<Boolean> released = lock.releaseAsync();
    assertThat(lock.isHeld()).isFalse();
    loop.pass(millis(1));
    assertThat(now(released)).isTrue();
    assertThat(nodes.locks.holder("a")).isNull();
    loop.pass(millis(5_000));
    assertThat(lost).isEmpty();
    assertThat(nodes.asked(RenewLocksRequest.class)).isEmpty();
    assertThat(now(lock.releaseAsync())).isTrue(); // what the first was answered
    assertThat(nodes.asked(ReleaseLockRequest.class)).hasSize(1);
  }

  @Test
  void aLockThatWasWaitedForIsRenewedBeforeItIsReliedOn() {
    nodes.locks.take("a", "another", 3_000);
    CompletableFuture<Optional<Lock>> waiting = locks.acquire("a", TTL, Duration.ofSeconds(10));
    loop.pass(millis(2_990));
    assertThat(waiting).isNotDone();
    loop.pass(millis(20));
    Lock lock = acquired(waiting);
    assertThat(nodes.asked(RenewLocksRequest.class)).hasSize(1);
    assertThat(lock.remaining()).isGreaterThan(Duration.ofMillis(970));
    loop.pass(millis(10_000));
    assertThat(lock.isHeld()).isTrue();
  }

  @Test
  void aLockThatWasLostBeforeItsGrantWasHeardOfIsAcquiredAgain() {
    nodes.locks.take("a", "another", 300);
    nodes.wayNanos = millis(600);
    CompletableFuture<Optional<Lock>> waiting = locks.acquire("a", TTL, Duration.ofSeconds(10));
    loop.pass(millis(1_250)); // granted at 600, heard of at 1200, and renewed from then on
    nodes.locks.free("a");
    nodes.wayNanos = 0;
    loop.pass(millis(700));
    assertThat(nodes.asked(AcquireLockRequest.class)).hasSize(2);
    assertThat(waiting).isCompleted();
    assertThat(now(waiting)).isPresent();
    assertThat(now(waiting).orElseThrow().isHeld()).isTrue();
  }

  @Test
  void aWaitThatIsOverFindsNothing() {
    nodes.locks.take("a", "another", 60_000);
    CompletableFuture<Optional<Lock>> waiting = locks.acquire("a", TTL, Duration.ofSeconds(2));
    loop.pass(millis(2_050));
    assertThat(waiting).isCompleted();
    assertThat(now(waiting)).isEmpty();
  }

  @Test
  void whatMayHaveBeenAcquiredIsReleased() {
    nodes.unanswered = AcquireLockRequest.class::isInstance;
    CompletableFuture<Optional<Lock>> acquisition = locks.tryAcquire("a", Duration.ofSeconds(60));
    loop.pass(millis(5_100));
    assertThatThrownBy(() -> now(acquisition)).hasCauseInstanceOf(OutcomeUnknownException.class);
    assertThat(nodes.asked(ShowLockRequest.class)).hasSize(1);
    assertThat(nodes.asked(ReleaseLockRequest.class)).hasSize(1);
    assertThat(nodes.locks.holder("a")).isNull();
  }

  @Test
  void whatIsGrantedToACallerThatHasGoneIsReleased() {
    nodes.wayNanos = millis(100);
    CompletableFuture<Optional<Lock>> acquisition = locks.tryAcquire("a", Duration.ofSeconds(60));
    loop.pass(millis(150));
    assertThat(nodes.locks.holder("a")).isNotNull();
    acquisition.cancel(false);
    loop.pass(millis(1_000));
    assertThat(nodes.locks.holder("a")).isNull();
    assertThat(nodes.asked(RenewLocksRequest.class)).isEmpty();
  }

  /** Else it would be held for its whole time, though no caller has it. */
  @Test
  void whatMayHaveBeenAcquiredIsReleasedOnceItsNodeIsNotTooBusyToShowIt() {
    nodes.wayNanos = millis(100);
    CompletableFuture<Optional<Lock>> acquisition = locks.tryAcquire("a", Duration.ofSeconds(60));
    loop.pass(millis(150));
    nodes.refusal = new OverloadedException("busy", FailureInfo.NONE, Duration.ZERO, null);
    acquisition.cancel(false);
    loop.pass(millis(2_000));
    assertThat(nodes.asked(ShowLockRequest.class)).hasSizeGreaterThan(2);
    assertThat(nodes.locks.holder("a")).isNotNull();
    nodes.refusal = null;
    loop.pass(millis(1_000));
    assertThat(nodes.locks.holder("a")).isNull();
  }

  @Test
  void anOwnerHoldsALockMoreThanOnceUntilItsLastRelease() {
    Lock first = acquired(locks.tryAcquire("a", TTL, OF_OWNER));
    Lock second = acquired(locks.tryAcquire("a", TTL, OF_OWNER));
    assertThat(second.token()).isEqualTo(first.token());
    assertThat(now(first.releaseAsync())).isTrue();
    assertThat(first.isHeld()).isFalse();
    assertThat(second.isHeld()).isTrue();
    assertThat(nodes.asked(ReleaseLockRequest.class)).isEmpty();
    loop.pass(millis(3_000));
    assertThat(second.isHeld()).isTrue();
    var unused = second.releaseAsync();
    loop.pass(millis(1));
    assertThat(nodes.locks.holder("a")).isNull();
    assertThat(lost).isEmpty();
  }

  /** Else the release, which may come late, ends the tenure that the acquisition has joined. */
  @Test
  void anOwnerAcquiresNothingWhileItsReleaseIsNotAnswered() {
    Lock lock = acquired(locks.tryAcquire("a", TTL, OF_OWNER));
    nodes.unanswered = ReleaseLockRequest.class::isInstance;
    CompletableFuture<Boolean> released = lock.releaseAsync();
    CompletableFuture<Optional<Lock>> again =
        locks.tryAcquire("a", TTL, OF_OWNER.timeout(Duration.ofSeconds(30)));
    loop.pass(millis(4_000));
    assertThat(nodes.asked(AcquireLockRequest.class)).hasSize(1);
    loop.pass(millis(2_000)); // the release is given up, and sent again before anything else
    assertThat(released).isCompletedExceptionally();
    assertThat(nodes.asked(ReleaseLockRequest.class)).hasSize(2);
    assertThat(nodes.asked(AcquireLockRequest.class)).hasSize(1);
    loop.pass(Duration.ofSeconds(30).toNanos());
    assertThatThrownBy(() -> now(again))
        .hasCauseInstanceOf(UnavailableException.class)
        .hasMessageContaining("an earlier release of it by 'o' was not answered");
    nodes.unanswered = ask -> false;
    assertThat(acquired(locks.tryAcquire("a", TTL, OF_OWNER)).isHeld()).isTrue();
    assertThat(nodes.asked(ReleaseLockRequest.class)).hasSize(3);
  }

  @Test
  void anOwnerThatHasLostALockDoesNotReleaseWhatItAcquiredSince() {
    Lock first = acquired(locks.tryAcquire("a", TTL, OF_OWNER));
    nodes.unanswered = RenewLocksRequest.class::isInstance;
    loop.pass(millis(989)); // renewed at the cluster, and lost here: the token is the same again
    assertThat(lost).hasSize(1);
    nodes.unanswered = ask -> false;
    Lock second = acquired(locks.tryAcquire("a", TTL, OF_OWNER));
    assertThat(second.token()).isEqualTo(first.token());
    assertThat(now(first.releaseAsync())).isFalse();
    loop.pass(millis(5_000));
    assertThat(nodes.asked(ReleaseLockRequest.class)).isEmpty();
    assertThat(second.isHeld()).isTrue();
  }

  @Test
  void aLockThatIsLostByTheClockIsFreeOnceItsHolderHasStopped() {
    Lock lock = acquired("a");
    nodes.unanswered = RenewLocksRequest.class::isInstance;
    loop.pass(millis(989));
    assertThat(lock.isHeld()).isFalse();
    assertThat(nodes.locks.holder("a")).isNotNull();
    assertThat(now(lock.releaseAsync())).isFalse();
    loop.pass(millis(1));
    assertThat(nodes.locks.holder("a")).isNull();
  }

  @Test
  void aTryDoesNotStandBehindAWaitOfItsOwner() {
    nodes.locks.take("a", "another", 5_000);
    CompletableFuture<Optional<Lock>> waiting =
        locks.acquire("a", TTL, Duration.ofSeconds(60), OF_OWNER);
    CompletableFuture<Optional<Lock>> shorter =
        locks.acquire("a", TTL, Duration.ofSeconds(1), OF_OWNER);
    CompletableFuture<Optional<Lock>> longer =
        locks.acquire("a", TTL, Duration.ofSeconds(60), OF_OWNER);
    assertThat(now(locks.tryAcquire("a", TTL, OF_OWNER))).isEmpty();
    loop.pass(millis(1_001));
    assertThat(now(shorter)).isEmpty();
    loop.pass(millis(5_000));
    assertThat(acquired(waiting).token()).isEqualTo(acquired(longer).token());
  }

  @Test
  void closingReleasesWhatTheClientRenewsAndTellsNoLoss() {
    Lock renewed = acquired("a");
    Lock left = acquired(locks.tryAcquire("b", TTL, LockOptions.DEFAULT.renewed(false)));
    CompletableFuture<Void> closed = keeper.close();
    assertThat(renewed.isHeld()).isFalse();
    loop.pass(millis(1));
    assertThat(closed).isCompleted();
    assertThat(nodes.locks.holder("a")).isNull();
    assertThat(nodes.locks.holder("b")).isEqualTo(left.owner());
    loop.pass(millis(500));
    assertThat(lost).isEmpty();
    assertThatThrownBy(() -> now(locks.tryAcquire("a", TTL)))
        .hasCauseInstanceOf(ClientClosedException.class);
  }

  @Test
  void nothingIsRememberedOfALockThatTheClusterTookAwayAndThatIsClosed() {
    Lock first = acquired(locks.tryAcquire("a", TTL, OF_OWNER));
    Lock second = acquired(locks.tryAcquire("a", TTL, OF_OWNER)); // of the same owner
    nodes.locks.free("a");
    loop.pass(millis(334));
    assertThat(lost).hasSize(2);
    assertThat(keeper.slots()).isZero();
    first.close();
    second.close();
    loop.pass(millis(1));
    assertThat(keeper.slots()).isZero();
  }

  /** A release of another token is under way when it is to be forgotten. */
  @Test
  void aReleaseThatIsNeverAnsweredIsForgotten() {
    Lock lock = acquired(locks.tryAcquire("a", TTL, OF_OWNER));
    nodes.unanswered = ask -> ask instanceof ReleaseLockRequest;
    CompletableFuture<Boolean> unanswered = lock.releaseAsync();
    loop.pass(TIMEOUT.toNanos());
    assertThat(unanswered).isCompletedExceptionally();
    nodes.unanswered = ask -> false;
    loop.pass(Duration.ofMinutes(15).toNanos() - millis(1));
    assertThat(keeper.slots()).isOne();
    nodes.wayNanos = millis(10);
    CompletableFuture<Boolean> other = locks.release("a", "o", lock.token() + 1);
    loop.pass(Duration.ofMinutes(14).toNanos());
    assertThat(now(other)).isFalse();
    loop.pass(Duration.ofMinutes(2).toNanos());
    assertThat(keeper.slots()).isZero();
  }

  @Test
  void closingWaitsASecondAtMost() {
    Lock unused = acquired("a");
    nodes.unanswered = ask -> true;
    CompletableFuture<Void> closed = keeper.close();
    loop.pass(millis(999));
    assertThat(closed).isNotDone();
    loop.pass(millis(1));
    assertThat(closed).isCompleted();
  }

  @Test
  void aClientWhoseThreadHasEndedHoldsNothing() {
    Lock lock = acquired("a");
    keeper.onClosed();
    assertThat(lock.isHeld()).isFalse();
    assertThat(lost).hasSize(1);
  }

  @Test
  void whatIsNotToBeRenewedIsHeldForItsTime() {
    Lock lock = acquired(locks.tryAcquire("a", TTL, LockOptions.DEFAULT.renewed(false)));
    loop.pass(millis(980));
    assertThat(lock.isHeld()).isTrue();
    loop.pass(millis(10));
    assertThat(lock.isHeld()).isFalse();
    assertThat(nodes.asked(RenewLocksRequest.class)).isEmpty();
  }

  @Test
  void whatIsReleasedByItsTokenIsHeldNoMoreHere() {
    Lock lock = acquired(locks.tryAcquire("a", TTL, OF_OWNER));
    CompletableFuture<Boolean> released = locks.release("a", "o", lock.token());
    assertThat(lock.isHeld()).isFalse();
    loop.pass(millis(1));
    assertThat(now(released)).isTrue();
    nodes.locks.take("a", "another", 60_000);
    var waiting = locks.acquire("a", TTL, Duration.ofSeconds(60), OF_OWNER);
    assertThatThrownBy(() -> now(locks.release("a", "o", lock.token())))
        .hasCauseInstanceOf(FailedPreconditionException.class);
    assertThat(waiting).isNotDone();
    assertThat(lost).isEmpty();
  }

  @Test
  void aTaskThatFailsDoesNotKeepOthersFromBeingTold() {
    Lock lock = acquired("a");
    lock.onLost(
        () -> {
          throw new IllegalStateException("of the application");
        });
    lock.onLost(() -> lost.add("after"));
    nodes.locks.free("a");
    loop.pass(millis(334));
    assertThat(lost).containsExactly("a at 333", "after");
  }

  @Test
  void anErrorOfTheApplicationEndsNeitherRenewalsNorAWatch() {
    Lock lock = acquired(locks.tryAcquire("a", TTL, OF_OWNER));
    Lock other = acquired(locks.tryAcquire("b", TTL, OF_OWNER));
    lock.onLost(
        () -> {
          throw new NoClassDefFoundError("of the application");
        });
    List<Boolean> told = new ArrayList<>();
    LockWatch watch =
        locks.watch(
            "b",
            status -> {
              told.add(status.isHeld());
              throw new AssertionError("of the application");
            });
    nodes.locks.free("a");
    loop.pass(millis(5_000));
    assertThat(lost).hasSize(1).first().asString().startsWith("a at ");
    assertThat(other.isHeld()).isTrue();
    nodes.locks.free("b");
    loop.pass(millis(100));
    assertThat(told).containsExactly(true, false);
    assertThat(watch.ended()).isNotDone();
  }
}
