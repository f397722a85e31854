package io.quorate.client.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quorate.client.ClientClosedException;
import io.quorate.client.LockWatch;
import io.quorate.client.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ElectionTest {
  private static final Duration TTL = Duration.ofSeconds(4);
  private static final Duration MARGIN = Duration.ofSeconds(1);

  /** A step of the clock, and the last hundredth of the time, which a client does not use. */
  private static final Duration NEARLY = Duration.ofMillis(20);

  private static final ElectionOptions OPTIONS =
      ElectionOptions.DEFAULT.ttl(TTL).closeWithin(Duration.ofSeconds(2));

  private final HandClock clock = new HandClock();
  private final MemoryLocks locks = new MemoryLocks(clock);
  private final MemoryLocks.Process a = locks.process();
  private final MemoryLocks.Process b = locks.process();
  private final List<Candidacy> opened = new ArrayList<>();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    opened.forEach(Candidacy::close);
  }

  private Election election(MemoryLocks.Process process, String candidate) {
    return Election.of(process, "e", OPTIONS.candidate(candidate).onFailure(failures::add), clock);
  }

  private Candidacy run(Election election, LeaderTask task) {
    Candidacy candidacy = election.runWhileLeader(task);
    opened.add(candidacy);
    return candidacy;
  }

  /** Leads until it is told to stop. */
  private static void lead(Leadership leadership) throws InterruptedException {
    new CountDownLatch(1).await();
  }

  private static Optional<Leadership> none() {
    return Optional.empty();
  }

  @Test
  void oneLeadsAndTheNextWhenItHasResigned() throws Exception {
    Leadership first = election(a, "host-1").campaign();
    assertThat(first.isLeader()).isTrue();
    assertThat(first.id()).startsWith("host-1/").isEqualTo(locks.holder("e"));
    assertThat(election(b, "host-2").campaign(Duration.ZERO)).isEmpty();
    clock.pass(Duration.ofSeconds(20)); // it renews
    assertThat(first.isLeader()).isTrue();
    assertThat(first.remaining()).isBetween(Duration.ofMillis(1), TTL.minus(MARGIN));
    List<String> told = new CopyOnWriteArrayList<>();
    first.onLost(() -> told.add("lost"));
    assertThat(first.resign()).isTrue();
    assertThat(first.isLeader()).isFalse();
    assertThat(first.resign()).isFalse();
    Leadership second = election(b, "host-2").campaign(Duration.ZERO).orElseThrow();
    assertThat(second.token()).isGreaterThan(first.token());
    clock.pass(Duration.ofSeconds(1));
    assertThat(told).isEmpty();
    second.close();
  }

  @Test
  void aLeadershipThatNoThreadCanGuardIsGivenUp() throws Exception {
    Election unguarded =
        Election.of(
            a,
            "e",
            OPTIONS.candidate("host-1"),
            clock,
            task -> {
              throw new OutOfMemoryError("unable to create native thread");
            });
    assertThatThrownBy(unguarded::campaign).isInstanceOf(OutOfMemoryError.class);
    assertThat(locks.holder("e")).isNull();
    Leadership second = election(b, "host-2").campaign(Duration.ZERO).orElseThrow();
    assertThat(second.isLeader()).isTrue();
    second.close();
  }

  @Test
  void aCampaignEndsWithItsWait() throws Exception {
    Leadership first = election(a, "host-1").campaign();
    CompletableFuture<Optional<Leadership>> second =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return election(b, "host-2").campaign(Duration.ofSeconds(3));
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    await().until(() -> locks.waiting() == 1);
    clock.pass(Duration.ofSeconds(2));
    assertThat(second).isNotDone();
    clock.passUntil(second::isDone);
    assertThat(second.join()).isEqualTo(none());
    assertThat(locks.waiting()).isZero();
    first.close();
  }

  /** Two of one process must not share an owner: the cluster would take them for one. */
  @Test
  void twoCandidatesOfOneNameAreTwo() throws Exception {
    Election election = election(a, "host-1");
    Leadership first = election.campaign();
    assertThat(election.campaign(Duration.ZERO)).isEmpty();
    first.close();
    Leadership second = election.campaign();
    assertThat(second.id()).isNotEqualTo(first.id());
    assertThat(Leader.of(second.id(), 1).candidate()).isEqualTo("host-1");
    second.close();
  }

  @Test
  void aLeaderThatIsCutOffIsToldToStopBeforeAnotherOneLeads() {
    List<String> order = new CopyOnWriteArrayList<>();
    AtomicReference<Leadership> leading = new AtomicReference<>();
    CompletableFuture<Long> left = new CompletableFuture<>();
    CompletableFuture<String> holder = new CompletableFuture<>();
    run(
        election(a, "host-1"),
        leadership -> {
          leadership.onLost(
              () -> {
                left.complete(clock.nanos());
                order.add("first");
              });
          leadership.onLost(() -> order.add("second"));
          leading.set(leadership);
          try {
            lead(leadership);
          } catch (InterruptedException stop) {
            assertThat(leadership.isLeader()).isFalse();
            holder.complete(String.valueOf(locks.holder("e")));
            throw stop;
          }
        });
    await().until(() -> leading.get() != null);
    run(election(b, "host-2"), ElectionTest::lead);
    await().until(() -> locks.waiting() == 1);
    clock.pass(Duration.ofMillis(500));
    long granted = clock.nanos() - Duration.ofMillis(500).toNanos();
    a.cut = true;
    clock.passUntil(() -> order.size() == 2 && holder.isDone());
    assertThat(holder.join()).startsWith("host-1/");
    assertThat(order).containsExactly("first", "second");
    assertThat(Duration.ofNanos(left.join() - granted))
        .isBetween(TTL.minus(MARGIN).minus(NEARLY.multipliedBy(3)), TTL.minus(MARGIN).plus(NEARLY));
    clock.passUntil(() -> String.valueOf(locks.holder("e")).startsWith("host-2/"));
    assertThat(failures).isEmpty();
  }

  @Test
  void aProcessThatWasPausedSeesAtOnceThatItLeadsNoMore() throws Exception {
    Leadership leadership = election(a, "host-1").campaign();
    a.stopped = true;
    clock.jump(TTL.minus(MARGIN).minusMillis(100));
    assertThat(leadership.isLeader()).isTrue();
    clock.jump(Duration.ofMillis(100)); // no other thread has had its turn
    assertThat(leadership.isLeader()).isFalse();
    assertThat(leadership.remaining()).isZero();
    assertThat(leadership.resign()).isFalse();
  }

  /** The body may have begun to stop; and it may not have been told that it goes on. */
  @Test
  void aLeaderThatWasToStopLeadsNoMoreThoughItsRenewalIsAnsweredThen() throws Exception {
    Leadership leadership = election(a, "host-1").campaign();
    a.stopped = true;
    clock.jump(TTL.minus(MARGIN).plusMillis(100));
    assertThat(leadership.isLeader()).isFalse();
    a.stopped = false;
    clock.pass(Duration.ofSeconds(1));
    assertThat(locks.holder("e")).isEqualTo(leadership.id()); // it was renewed
    assertThat(leadership.isLeader()).isFalse();
    leadership.close();
    assertThat(locks.holder("e")).isNull();
  }

  @Test
  void whatIsToBeDoneOnLossIsDoneAtOnceWhenItIsLostAlready() throws Exception {
    Leadership leadership = election(a, "host-1").campaign();
    List<String> told = new CopyOnWriteArrayList<>();
    leadership.onLost(
        () -> {
          told.add("fails");
          throw new IllegalStateException("a task that fails");
        });
    leadership.onLost(() -> told.add("another"));
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    CompletableFuture<Throwable> uncaught = new CompletableFuture<>();
    Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> uncaught.complete(failure));
    try {
      a.cut = true;
      clock.passUntil(() -> told.size() == 2);
      assertThat(uncaught.join()).hasMessage("a task that fails");
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
    leadership.onLost(() -> told.add("late"));
    assertThat(told).containsExactly("fails", "another", "late");
    leadership.close();
  }

  @Test
  void oneThatHasLostItCampaignsAgainAndItsBodyNeverRunsTwice() {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Long> tokens = new CopyOnWriteArrayList<>();
    Candidacy candidacy =
        run(
            election(a, "host-1"),
            leadership -> {
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              tokens.add(leadership.token());
              try {
                lead(leadership);
              } finally {
                running.decrementAndGet();
              }
            });
    for (int round = 1; round <= 3; round++) {
      int led = round;
      clock.passUntil(() -> tokens.size() == led && candidacy.leadership().isPresent());
      a.cut = true;
      clock.passUntil(() -> candidacy.leadership().isEmpty());
      a.cut = false;
    }
    clock.passUntil(() -> tokens.size() == 4);
    assertThat(tokens).isSorted().doesNotHaveDuplicates();
    assertThat(most).hasValue(1);
    assertThat(failures).isEmpty();
  }

  @Test
  void aBodyThatDoesNotStopKeepsTheLock() throws Exception {
    CountDownLatch stop = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    Election election =
        Election.of(a, "e", OPTIONS.candidate("h").closeWithin(Duration.ofMillis(30)), clock);
    Candidacy candidacy =
        run(
            election,
            leadership -> {
              begun.countDown();
              while (stop.getCount() > 0) {
                try {
                  stop.await();
                } catch (InterruptedException goesOnAllTheSame) {
                  assertThat(leadership.isLeader()).isFalse();
                }
              }
            });
    begun.await();
    candidacy.close();
    assertThat(candidacy.ended()).isNotDone();
    assertThat(candidacy.leadership()).isEmpty();
    clock.pass(Duration.ofSeconds(20));
    assertThat(locks.holder("e")).startsWith("h/");
    stop.countDown();
    candidacy.ended().join();
    assertThat(locks.holder("e")).isNull();
  }

  @Test
  void closingStopsTheBodyWaitsForItAndThenReleases() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicReference<String> holderAtTheEnd = new AtomicReference<>("");
    List<String> told = new CopyOnWriteArrayList<>();
    Candidacy candidacy =
        run(
            election(a, "host-1"),
            leadership -> {
              leadership.onLost(() -> told.add("lost"));
              begun.countDown();
              try {
                lead(leadership);
              } finally {
                holderAtTheEnd.set(String.valueOf(locks.holder("e")));
              }
            });
    begun.await();
    candidacy.close();
    assertThat(candidacy.ended()).isCompleted();
    assertThat(holderAtTheEnd.get()).startsWith("host-1/");
    assertThat(told).containsExactly("lost");
    assertThat(locks.holder("e")).isNull();
    candidacy.close();
  }

  @Test
  void closingWhileItCampaignsLeavesTheLine() throws Exception {
    Leadership first = election(a, "host-1").campaign();
    AtomicInteger begun = new AtomicInteger();
    Candidacy candidacy = run(election(b, "host-2"), leadership -> begun.incrementAndGet());
    await().until(() -> locks.waiting() == 1);
    candidacy.close();
    assertThat(candidacy.ended()).isCompleted();
    assertThat(locks.waiting()).isZero();
    first.close();
    assertThat(locks.holder("e")).isNull();
    assertThat(begun).hasValue(0);
  }

  @Test
  void theBodyMayCloseItsCandidacy() throws Exception {
    CompletableFuture<Candidacy> candidacy = new CompletableFuture<>();
    Election election = Election.of(a, "e", OPTIONS.closeWithin(Duration.ofSeconds(30)), clock);
    candidacy.complete(
        run(
            election,
            leadership -> {
              candidacy.join().close(); // would wait for itself
              assertThat(leadership.isLeader()).isFalse();
            }));
    candidacy.join().ended().get(20, TimeUnit.SECONDS);
    assertThat(locks.holder("e")).isNull();
    assertThat(failures).isEmpty();
  }

  @Test
  void aTaskThatRunsOnLossMayCloseTheCandidacy() throws Exception {
    CompletableFuture<Candidacy> candidacy = new CompletableFuture<>();
    CountDownLatch begun = new CountDownLatch(1);
    Election election = Election.of(a, "e", OPTIONS.closeWithin(Duration.ofSeconds(30)), clock);
    candidacy.complete(
        run(
            election,
            leadership -> {
              leadership.onLost(() -> candidacy.join().close()); // would wait for itself
              begun.countDown();
              lead(leadership);
            }));
    begun.await();
    a.stopped = true;
    clock.passUntil(() -> candidacy.join().leadership().isEmpty());
    candidacy.join().ended().get(20, TimeUnit.SECONDS);
  }

  @Test
  void aBodyThatResignsKeepsTheLockUntilItReturns() throws Exception {
    CompletableFuture<String> holder = new CompletableFuture<>();
    CountDownLatch goOn = new CountDownLatch(1);
    run(
        election(a, "host-1"),
        leadership -> {
          if (!holder.isDone()) {
            assertThat(leadership.resign()).isTrue();
            assertThat(leadership.isLeader()).isFalse();
            holder.complete(String.valueOf(locks.holder("e")));
          }
          goOn.await(); // is not interrupted: it knows
        });
    assertThat(holder.join()).startsWith("host-1/");
    run(election(b, "host-2"), ElectionTest::lead);
    await().until(() -> locks.waiting() == 1);
    goOn.countDown();
    await().until(() -> String.valueOf(locks.holder("e")).startsWith("host-2/"));
    assertThat(failures).isEmpty();
  }

  /**
   * 100, 200, 400, 800 ms, or a half of each, and so on. The clock does not know of the threads of
   * a candidate, so time goes on in its pauses only: on a busy machine, a body that returns at once
   * would else have led for long, after which no pause is due.
   */
  private void assertPauses(AtomicInteger tries) {
    long since = clock.nanos();
    clock.passUntil(
        () -> {
          await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(this::pauses);
          return tries.get() >= 8;
        });
    assertThat(Duration.ofNanos(clock.nanos() - since)).isGreaterThan(Duration.ofSeconds(3));
  }

  private boolean pauses() {
    return locks.holder("e") == null && clock.hasSleepers();
  }

  @Test
  void failuresOfABodyAreToldAndItGoesOnAfterAPause() {
    AtomicInteger begun = new AtomicInteger();
    run(
        election(a, "host-1"),
        leadership -> {
          begun.incrementAndGet();
          throw new IllegalStateException("a body that fails");
        });
    assertPauses(begun);
    assertThat(failures)
        .hasSizeGreaterThanOrEqualTo(begun.get() - 1)
        .allMatch(failure -> "a body that fails".equals(failure.getMessage()));
  }

  @Test
  void aBodyThatReturnsAtOnceIsNotRunAllTheTime() {
    AtomicInteger begun = new AtomicInteger();
    run(election(a, "host-1"), leadership -> begun.incrementAndGet());
    assertPauses(begun);
    assertThat(failures).isEmpty();
  }

  @Test
  void aCampaignGoesOnWhileNoNodeCanBeReachedButNotAllTheTime() {
    a.cut = true;
    AtomicInteger begun = new AtomicInteger();
    run(
        election(a, "host-1"),
        leadership -> {
          begun.incrementAndGet();
          lead(leadership);
        });
    assertPauses(locks.acquisitions);
    assertThatThrownBy(() -> election(a, "host-1").campaign(Duration.ZERO))
        .isInstanceOf(UnavailableException.class);
    a.cut = false;
    clock.passUntil(() -> begun.get() == 1);
  }

  @Test
  void aClosedClientEndsTheBodyAndTheCandidacy() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Candidacy candidacy =
        run(
            election(a, "host-1"),
            leadership -> {
              begun.countDown();
              try {
                lead(leadership);
              } finally {
                stopped.countDown();
              }
            });
    begun.await();
    a.close(); // tells no one
    // Its thread may look only after these steps of the clock: then it waits for others.
    clock.passUntil(() -> stopped.getCount() == 0);
    clock.passUntil(() -> candidacy.ended().isDone());
    assertThatThrownBy(() -> candidacy.ended().join())
        .hasCauseInstanceOf(ClientClosedException.class);
  }

  @Test
  void aThreadThatIsInterruptedStandsInLineNoMore() throws Exception {
    Leadership first = election(a, "host-1").campaign();
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread campaigning =
        new Thread(
            () -> {
              try {
                Leadership unused = election(b, "host-2").campaign();
              } catch (Throwable failure) {
                thrown.complete(failure);
              }
            });
    campaigning.start();
    await().until(() -> locks.waiting() == 1);
    campaigning.interrupt();
    assertThat(thrown.join()).isInstanceOf(InterruptedException.class);
    assertThat(locks.waiting()).isZero();
    first.close();
  }

  @Test
  void observersAreToldEachLeaderOnceAndWhenThereIsNoOne() throws Exception {
    List<Optional<Leader>> told = new CopyOnWriteArrayList<>();
    LockWatch watch = election(b, "observer").observe(told::add);
    Leadership first = election(a, "host-1").campaign();
    assertThat(election(b, "x").leader()).contains(Leader.of(first.id(), first.token()));
    clock.pass(Duration.ofSeconds(5)); // it renews
    first.close();
    Leadership second = election(b, "host-2").campaign();
    second.close();
    watch.close();
    Leadership third = election(b, "host-2").campaign();
    third.close();
    assertThat(told)
        .containsExactly(
            Optional.empty(),
            Optional.of(Leader.of(first.id(), first.token())),
            Optional.empty(),
            Optional.of(Leader.of(second.id(), second.token())),
            Optional.empty());
    assertThat(told.get(1).orElseThrow().candidate()).isEqualTo("host-1");
  }

  @Test
  void optionsThatCannotBeAreRefused() {
    assertThat(ElectionOptions.DEFAULT.stopBefore()).isEqualTo(Duration.ofMillis(2_500));
    assertThat(ElectionOptions.DEFAULT.ttl(Duration.ofMinutes(1)).stopBefore())
        .isEqualTo(Duration.ofSeconds(5));
    assertThatThrownBy(() -> Election.of(a, "e", OPTIONS.stopBefore(Duration.ofMillis(2_001))))
        .hasMessageContaining("at most half");
    assertThatThrownBy(() -> OPTIONS.candidate("")).hasMessageContaining("candidate");
    assertThatThrownBy(() -> OPTIONS.candidate("a\nb")).hasMessageContaining("control");
    assertThat(OPTIONS.candidate("x").toString()).contains("candidate=x", "stopBefore=PT1S");
  }
}
