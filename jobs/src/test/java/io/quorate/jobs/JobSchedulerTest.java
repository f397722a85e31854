package io.quorate.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quorate.client.Version;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * Schedulers with their threads, on keys and locks in memory, by a clock that stands until a test
 * moves it.
 */
class JobSchedulerTest {
  private static final Duration LOOK = Duration.ofMillis(100);

  /** Jobs are taken up as soon as they are due, in the order of their names. */
  private static final RandomGenerator NO_SPREAD = () -> 0;

  private final FakeKeys keys = new FakeKeys();
  private final FakeLocks locks = new FakeLocks();
  private final HandMovedClock clock = new HandMovedClock("2026-11-25T00:30:00Z");
  private final Jobs jobs = new Jobs(new JobStore(keys, "jobs"), clock);
  private final HandEndedPauses pauses = new HandEndedPauses();
  private final List<Thread> threads = new CopyOnWriteArrayList<>();

  private Thread thread(Runnable work) {
    Thread thread = new Thread(work);
    threads.add(thread);
    return thread;
  }

  /** One that looks at the jobs by itself, which several in a test can do. */
  private JobScheduler.Builder scheduler(String name) {
    return scheduler(name, new Random(name.hashCode()), Pauses.REAL);
  }

  private JobScheduler.Builder scheduler(String name, RandomGenerator random, Pauses how) {
    return new JobScheduler.Builder(keys, locks)
        .environment(new Environment(clock, random, this::thread, how))
        .name(name)
        .look(LOOK);
  }

  /** Due for so long that all schedulers take it up, however late each looks. */
  private Job.Builder now(String name) {
    return Job.named(name, "k", Schedule.at(clock.instant().minusSeconds(1)));
  }

  private List<PastRun> history(String name) {
    return jobs.show(name).orElseThrow().history();
  }

  /** Goes on until it is interrupted. */
  private static void block() throws InterruptedException {
    new CountDownLatch(1).await();
  }

  @Test
  void schedulersShareTheJobsAndEachRunIsMadeOnce() {
    Map<String, Integer> ran = new ConcurrentHashMap<>();
    int count = 300;
    for (int i = 0; i < count; i++) {
      assertThat(jobs.create(now("j" + i).build())).isTrue();
    }
    List<JobScheduler> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      all.add(
          scheduler("s" + i)
              .concurrency(4)
              .handler("k", run -> ran.merge(run.id(), 1, Integer::sum))
              .start());
    }
    await().until(() -> jobs.list().stream().noneMatch(each -> each.history().isEmpty()));
    all.forEach(JobScheduler::close);
    assertThat(ran).hasSize(count).allSatisfy((id, times) -> assertThat(times).isOne());
    assertThat(jobs.list()).allMatch(each -> each.running().isEmpty());
    assertThat(threads).as("three with four and one that looks").hasSize(15);
    assertThat(threads).noneMatch(Thread::isAlive);
  }

  @Test
  void noMoreRunsAtOnceThanAreWanted() {
    AtomicInteger atOnce = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Semaphore mayEnd = new Semaphore(0);
    for (int i = 0; i < 12; i++) {
      assertThat(jobs.create(now("j" + i).build())).isTrue();
    }
    JobScheduler scheduler =
        scheduler("s", NO_SPREAD, pauses)
            .concurrency(3)
            .handler(
                "k",
                run -> {
                  most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                  mayEnd.acquire();
                  atOnce.decrementAndGet();
                })
            .start();
    await().until(() -> atOnce.get() == 3);
    pauses.look(4);
    mayEnd.release(12);
    await().until(() -> jobs.list().stream().noneMatch(each -> each.history().isEmpty()));
    scheduler.close();
    assertThat(most).hasValue(3);
    assertThat(threads).as("three, and one that looks").hasSize(4);
  }

  /** As of a class that is missing, or of a moment without memory. */
  @Test
  void anErrorDoesNotEndTheLooks() {
    AtomicBoolean first = new AtomicBoolean(true);
    keys.beforeScan =
        () -> {
          if (first.getAndSet(false)) {
            throw new NoClassDefFoundError("as wanted");
          }
        };
    JobScheduler scheduler =
        scheduler("s", NO_SPREAD, pauses).concurrency(1).handler("k", run -> {}).start();
    await().until(() -> !first.get());
    assertThat(jobs.create(now("later").build())).isTrue();
    pauses.look(1);
    await().until(() -> !history("later").isEmpty());
    scheduler.close();
  }

  /** As after a crash: the state says that it runs, and its lock is free. */
  @Test
  void aRunWhoseLockIsFreeIsTakenOverAfterALook() {
    JobStore store = new JobStore(keys, "jobs");
    assertThat(jobs.create(now("j").build())).isTrue();
    JobStore.Stored read = store.read("j").orElseThrow();
    assertThat(locks.tryAcquire(store.lock("j"), Duration.ofSeconds(15))).isPresent();
    Version unused =
        store.replace(read.version(), read.state().claimed(clock.instant(), 1, "gone"));
    JobScheduler scheduler =
        scheduler("s", NO_SPREAD, pauses).concurrency(1).handler("k", run -> {}).start();
    pauses.look(4);
    // The one thread takes up what is due by name: the first job before this one, if at all.
    assertThat(jobs.create(Job.named("later", "k", Schedule.at(clock.instant())).build())).isTrue();
    pauses.look(1);
    await().until(() -> !history("later").isEmpty());
    assertThat(history("j")).as("the lock is held").isEmpty();
    assertThat(locks.acquisitions).as("it is left alone").isEqualTo(2);
    locks.expire(store.lock("j"), false);
    pauses.look(1);
    await().until(() -> !history("j").isEmpty());
    scheduler.close();
    assertThat(history("j").get(0).attempts()).isEqualTo(2);
    assertThat(history("j").get(0).by()).contains("s");
  }

  @Test
  void aSchedulerThatIsClosedHandsItsRunsBack() {
    assertThat(jobs.create(now("j").attempts(1).build())).isTrue();
    CountDownLatch begun = new CountDownLatch(1);
    JobScheduler first =
        scheduler("first")
            .closeWithin(Duration.ZERO)
            .handler(
                "k",
                run -> {
                  begun.countDown();
                  block();
                })
            .start();
    await().until(() -> begun.getCount() == 0);
    first.close();
    assertThat(locks.list("")).isEmpty();
    clock.advance(Duration.ofSeconds(1));
    JobScheduler second = scheduler("second").handler("k", run -> {}).start();
    await().until(() -> !history("j").isEmpty());
    second.close();
    assertThat(history("j").get(0).outcome()).isEqualTo(RunOutcome.DONE);
    assertThat(history("j").get(0).attempts()).as("of one").isOne();
  }

  /** The time passes by the scheduler's pauses, of which the test ends the only one. */
  @Test
  void aRunIsInterruptedOnceTheTimeToCloseIsOver() throws InterruptedException {
    assertThat(jobs.create(now("j").build())).isTrue();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    JobScheduler scheduler =
        scheduler("s", NO_SPREAD, pauses)
            .concurrency(1)
            .closeWithin(Duration.ofHours(1))
            .handler(
                "k",
                run -> {
                  begun.countDown();
                  try {
                    block();
                  } finally {
                    interrupted.countDown();
                  }
                })
            .start();
    await().until(() -> begun.getCount() == 0);
    Thread closing = new Thread(scheduler::close);
    closing.start();
    // What looks at the jobs pauses as well, until it sees that the scheduler is closed.
    await().until(() -> threads.stream().filter(Thread::isAlive).count() == 1);
    assertThat(interrupted.getCount()).isOne();
    pauses.end();
    await().until(() -> interrupted.getCount() == 0);
    closing.join();
    assertThat(threads).noneMatch(Thread::isAlive);
  }

  @Test
  void aSchedulerWaitsForItsRunsWhenItIsClosed() throws InterruptedException {
    assertThat(jobs.create(now("j").build())).isTrue();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    JobScheduler scheduler =
        scheduler("s")
            .closeWithin(Duration.ofMinutes(10))
            .handler(
                "k",
                run -> {
                  begun.countDown();
                  mayEnd.await();
                })
            .start();
    await().until(() -> begun.getCount() == 0);
    Thread closing = new Thread(scheduler::close);
    closing.start();
    // It waits for the thread of the run.
    await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
    assertThat(history("j")).isEmpty();
    mayEnd.countDown();
    closing.join();
    assertThat(history("j")).hasSize(1);
    assertThat(threads).noneMatch(Thread::isAlive);
  }

  @Test
  void aJobThatIsDueSoonIsRunWithoutAnotherLook() {
    Instant due = clock.instant().plusMillis(700);
    assertThat(jobs.create(Job.named("j", "k", Schedule.at(due)).build())).isTrue();
    JobScheduler scheduler =
        scheduler("s", NO_SPREAD, pauses).concurrency(1).handler("k", run -> {}).start();
    pauses.awaitLook();
    clock.advance(Duration.ofMillis(699));
    // The one thread would have taken up the first job before this one.
    assertThat(jobs.create(now("later").build())).isTrue();
    pauses.look(1);
    await().until(() -> !history("later").isEmpty());
    assertThat(history("j")).isEmpty();
    clock.advance(Duration.ofMillis(1));
    await().until(() -> !history("j").isEmpty());
    scheduler.close();
    assertThat(history("j").get(0).began()).contains(due);
  }

  /** So that instances which were started together do not all go for the same job. */
  @Test
  void aJobIsTakenUpALittleLaterThanItIsDueByChance() {
    Instant due = clock.instant().plusSeconds(1);
    assertThat(jobs.create(Job.named("j", "k", Schedule.at(due)).build())).isTrue();
    RandomGenerator latest =
        new RandomGenerator() {
          @Override
          public long nextLong() {
            return 0;
          }

          @Override
          public int nextInt(int bound) {
            return bound - 1;
          }
        };
    JobScheduler scheduler =
        scheduler("s", latest, pauses).concurrency(1).handler("k", run -> {}).start();
    pauses.awaitLook();
    clock.advance(Duration.ofSeconds(1));
    assertThat(jobs.create(now("sooner").build())).isTrue();
    pauses.look(1);
    await().until(() -> !history("sooner").isEmpty());
    assertThat(history("j")).isEmpty();
    clock.advance(Duration.ofMillis(50));
    await().until(() -> !history("j").isEmpty());
    scheduler.close();
  }

  @Test
  void theClockOfAnApplicationIsAsked() {
    assertThat(jobs.create(now("j").build())).isTrue();
    JobScheduler scheduler =
        scheduler("s").clock(clock.withZone(ZoneOffset.UTC)).handler("k", run -> {}).start();
    await().until(() -> !history("j").isEmpty());
    scheduler.close();
    assertThat(history("j").get(0).began()).contains(clock.instant());
  }

  @Test
  void settingsThatCannotBeAreRefused() {
    JobScheduler.Builder builder = scheduler("s");
    assertThatThrownBy(() -> builder.concurrency(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.ttl(Duration.ofMillis(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.look(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.handler("a b", run -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
