package io.quorate.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quorate.client.KeyValue;
import io.quorate.client.Locks;
import io.quorate.client.QuorateClient;
import io.quorate.client.Version;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Schedulers with their threads, on keys and locks in memory. */
class JobSchedulerTest {
  private static final Duration LOOK = Duration.ofMillis(100);

  private final FakeKeys keys = new FakeKeys();
  private final FakeLocks locks = new FakeLocks();
  private final Jobs jobs = new Jobs(new JobStore(keys, "jobs"), Clock.systemUTC());
  private final QuorateClient client =
      (QuorateClient)
          Proxy.newProxyInstance(
              QuorateClient.class.getClassLoader(),
              new Class<?>[] {QuorateClient.class},
              (proxy, method, arguments) ->
                  method.getReturnType() == KeyValue.class
                      ? keys
                      : method.getReturnType() == Locks.class ? locks : null);

  private JobScheduler.Builder scheduler(String name) {
    return JobScheduler.builder(client).name(name).look(LOOK);
  }

  private static Job.Builder now(String name) {
    return Job.named(name, "k", Schedule.at(Instant.now()));
  }

  private List<PastRun> history(String name) {
    return jobs.show(name).orElseThrow().history();
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
  }

  @Test
  void noMoreRunsAtOnceThanAreWanted() {
    AtomicInteger atOnce = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    for (int i = 0; i < 12; i++) {
      assertThat(jobs.create(now("j" + i).build())).isTrue();
    }
    JobScheduler scheduler =
        scheduler("s")
            .concurrency(3)
            .handler(
                "k",
                run -> {
                  most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                  Thread.sleep(20);
                  atOnce.decrementAndGet();
                })
            .start();
    await().until(() -> jobs.list().stream().noneMatch(each -> each.history().isEmpty()));
    scheduler.close();
    assertThat(most).hasValue(3);
  }

  /** As after a crash: the state says that it runs, and its lock is free. */
  @Test
  void aRunWhoseLockIsFreeIsTakenOverAfterALook() {
    JobStore store = new JobStore(keys, "jobs");
    assertThat(jobs.create(now("j").build())).isTrue();
    JobStore.Stored read = store.read("j").orElseThrow();
    assertThat(locks.tryAcquire(store.lock("j"), Duration.ofSeconds(15))).isPresent();
    Version unused = store.replace(read.version(), read.state().claimed(Instant.now(), 1, "gone"));
    JobScheduler scheduler = scheduler("s").handler("k", run -> {}).start();
    int reads = keys.reads;
    await().pollDelay(LOOK.multipliedBy(4)).until(() -> true);
    assertThat(history("j")).as("the lock is held").isEmpty();
    assertThat(keys.reads - reads).as("it is left alone").isLessThan(3);
    assertThat(locks.acquisitions).isEqualTo(1);
    locks.expire(store.lock("j"), false);
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
                  Thread.sleep(60_000);
                })
            .start();
    await().until(() -> begun.getCount() == 0);
    first.close();
    assertThat(locks.list("")).isEmpty();
    JobScheduler second = scheduler("second").handler("k", run -> {}).start();
    await().until(() -> !history("j").isEmpty());
    second.close();
    assertThat(history("j").get(0).outcome()).isEqualTo(RunOutcome.DONE);
    assertThat(history("j").get(0).attempts()).as("of one").isOne();
  }

  @Test
  void aSchedulerWaitsForItsRunsWhenItIsClosed() {
    assertThat(jobs.create(now("j").build())).isTrue();
    CountDownLatch begun = new CountDownLatch(1);
    JobScheduler scheduler =
        scheduler("s")
            .handler(
                "k",
                run -> {
                  begun.countDown();
                  Thread.sleep(100);
                })
            .start();
    await().until(() -> begun.getCount() == 0);
    scheduler.close();
    assertThat(history("j")).hasSize(1);
  }

  @Test
  void aJobThatIsDueSoonIsRunWithoutAnotherLook() {
    assertThat(jobs.create(Job.named("j", "k", Schedule.at(Instant.now().plusMillis(700))).build()))
        .isTrue();
    JobScheduler scheduler =
        JobScheduler.builder(client).look(Duration.ofMinutes(10)).handler("k", run -> {}).start();
    await().until(() -> !history("j").isEmpty());
    scheduler.close();
    PastRun run = history("j").get(0);
    assertThat(run.began().orElseThrow())
        .isBetween(run.scheduled(), run.scheduled().plusMillis(600));
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
