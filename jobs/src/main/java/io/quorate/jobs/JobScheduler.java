package io.quorate.jobs;

import io.quorate.client.HeldLock;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.jobs.DueQueue.Due;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs jobs, in this process: one instance of several that share the jobs of a tenant. Each run is
 * made by one instance; if that one ends, another one makes it, as the next attempt.
 *
 * <p>An instance reads all jobs of the tenant every few seconds, and takes those up that are due by
 * its clock, as long as it has a thread that is free and a handler of their kind. While a job runs,
 * the instance holds a lock of the cluster, which the client renews: when it is lost, the handler
 * is interrupted, and no result of it is stored once another instance has the lock.
 *
 * <p>Close it before the client. Start one for each process; {@link Jobs} creates what it runs.
 */
public final class JobScheduler implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(JobScheduler.class);

  /** How much later than due an instance looks at most, so that not all look at once. */
  private static final int SPREAD_MILLIS = 50;

  /** A clock that is ahead by less is not reported. */
  private static final Duration AHEAD = Duration.ofMinutes(1);

  /** How long a handler that was interrupted is waited for. */
  private static final Duration INTERRUPTED_WITHIN = Duration.ofSeconds(5);

  private final JobStore store;
  private final JobLocks locks;
  private final Runner runner;
  private final Environment environment;
  private final Duration look;
  private final Duration closeWithin;
  private final DueQueue queue;
  private final List<Thread> threads = new ArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  /** Open once no thread has anything left to do. */
  private final CountDownLatch ended;

  /** Jobs that could not be read, so that each is told of once. Only of the scanner's thread. */
  private Set<String> unreadable = Set.of();

  /** Jobs that clocks disagree about, as above. */
  private Set<String> ahead = Set.of();

  private JobScheduler(Builder from) {
    this.store = new JobStore(from.keys, from.tenant);
    this.locks = from.locks;
    this.environment = from.environment;
    this.look = from.look;
    this.closeWithin = from.closeWithin;
    this.queue = new DueQueue(environment.clock());
    String name = from.name == null ? processName() : from.name;
    this.runner =
        new Runner(store, locks, from.handlers, from.ttl, name, environment, from.listener);
    this.ended = new CountDownLatch(from.concurrency + 1);
    for (int i = 1; i <= from.concurrency; i++) {
      threads.add(thread(this::work, "quorate-jobs-" + i));
    }
    threads.add(thread(this::scanUntilClosed, "quorate-jobs-scan"));
  }

  private Thread thread(Runnable work, String threadName) {
    Thread thread = environment.threads().newThread(() -> runToEnd(work));
    thread.setName(threadName);
    return thread;
  }

  private void runToEnd(Runnable work) {
    try {
      work.run();
    } finally {
      ended.countDown();
    }
  }

  /** Begins a scheduler that runs jobs of the cluster of this client. */
  public static Builder builder(QuorateClient client) {
    return new Builder(JobKeys.of(client.keyValue()), JobLocks.of(client.locks()));
  }

  private static String processName() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException hasNoName) {
      host = "localhost";
    }
    return ProcessHandle.current().pid() + "@" + host;
  }

  private JobScheduler start() {
    threads.forEach(Thread::start);
    return this;
  }

  private void scanUntilClosed() {
    try {
      do {
        try {
          scan();
        } catch (QuorateException failed) {
          log.warn("jobs of tenant {} cannot be read: {}", store.tenant(), failed.getMessage());
        } catch (RuntimeException | Error failed) {
          // An error, too: without this thread no job would be seen any more.
          log.error("jobs of tenant {} cannot be read", store.tenant(), failed);
        }
      } while (!environment.pauses().passOrOpened(spread(look), closed));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** A tenth more or less, so that instances that were started together do not stay so. */
  private Duration spread(Duration time) {
    long millis = time.toMillis();
    return Duration.ofMillis(millis - millis / 10 + environment.random().nextLong(millis / 5 + 1));
  }

  private void scan() {
    List<Due> due = new ArrayList<>();
    List<RunState> claimed = new ArrayList<>();
    Map<String, UnreadableJobException> broken = new HashMap<>();
    Set<String> takenUpAhead = new HashSet<>();
    Instant horizon = environment.clock().instant().plus(AHEAD);
    store.scan(
        "",
        state -> {
          RunState run = state.run();
          if (!runner.hasHandler(state.job())) {
            return;
          }
          if (state.isTakenUpBeyond(horizon)) {
            takenUpAhead.add(state.job().name());
          }
          if (run != null && run.isClaimed()) {
            claimed.add(run);
          } else {
            add(due, state.job().name(), state.dueAt());
          }
        },
        broken::put);
    tellOf(broken);
    tellOfClocks(takenUpAhead);
    if (!claimed.isEmpty()) {
      // Asked after the jobs were read: a lock that is not held now was not released before its
      // run had a result, unless it was lost.
      Set<Long> held =
          locks.list(store.lockPrefix()).stream().map(HeldLock::token).collect(Collectors.toSet());
      for (RunState run : claimed) {
        if (!held.contains(run.token())) {
          due.add(new Due(run.job(), environment.clock().instant(), run.token()));
        }
      }
    }
    queue.replaceAll(due);
  }

  private void tellOf(Map<String, UnreadableJobException> broken) {
    broken.forEach(
        (name, why) -> {
          if (!unreadable.contains(name)) {
            log.warn("job {} is not run: {}", name, why.getMessage());
          }
        });
    unreadable = Set.copyOf(broken.keySet());
  }

  /** An instance with a clock ahead of this one has taken up times that have yet to come. */
  private void tellOfClocks(Set<String> takenUpAhead) {
    for (String name : takenUpAhead) {
      if (!ahead.contains(name)) {
        log.warn(
            "job {} was taken up for a time that has yet to come by this clock, and is not due by"
                + " its schedule before: the clock of this process or of another one is wrong",
            name);
      }
    }
    ahead = Set.copyOf(takenUpAhead);
  }

  private void add(List<Due> to, String name, @Nullable Instant dueAt) {
    if (dueAt != null) {
      to.add(due(name, dueAt));
    }
  }

  private Due due(String name, Instant at) {
    return new Due(name, at.plusMillis(environment.random().nextInt(SPREAD_MILLIS)), 0);
  }

  private void work() {
    try {
      for (Due next = queue.take(); next != null; next = queue.take()) {
        queue.giveBack(next.name(), run(next));
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private @Nullable Due run(Due next) {
    try {
      Instant again = runner.run(next.name(), next.orphan());
      return again == null ? null : due(next.name(), again);
    } catch (QuorateException failed) {
      log.warn("job {} is left for later: {}", next.name(), failed.getMessage());
    } catch (RuntimeException | Error failed) {
      // An error, too: this thread is needed for other jobs.
      log.error("job {} is left for later", next.name(), failed);
    }
    return null;
  }

  /**
   * Takes no further jobs, and waits for those that run; after {@link Builder#closeWithin} it
   * interrupts their handlers. A run that ends by that is tried again elsewhere, and the attempt
   * does not count. A handler that goes on nevertheless is not waited for.
   */
  @Override
  public void close() {
    closed.countDown();
    runner.close();
    queue.close();
    if (!awaitEnd(closeWithin)) {
      runner.interrupt();
      if (!awaitEnd(INTERRUPTED_WITHIN)) {
        log.warn("handlers of jobs go on, though they were interrupted");
      }
    }
  }

  /** Waits until all threads have ended; false if they have not within this time. */
  private boolean awaitEnd(Duration longest) {
    try {
      if (!environment.pauses().passOrOpened(longest, ended)) {
        return false;
      }
      for (Thread thread : threads) {
        thread.join(); // it has nothing left to do
      }
      return true;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Says how a scheduler is to be. */
  public static final class Builder {
    private final JobKeys keys;
    private final JobLocks locks;
    private final Map<String, JobHandler> handlers = new HashMap<>();
    private String tenant = Jobs.DEFAULT_TENANT;
    private int concurrency = 8;
    private Duration ttl = Duration.ofSeconds(15);
    private Duration look = Duration.ofSeconds(5);
    private Duration closeWithin = Duration.ofSeconds(10);
    private @Nullable String name;
    private JobListener listener = new JobListener() {};
    private Environment environment = Environment.system();

    Builder(JobKeys keys, JobLocks locks) {
      this.keys = keys;
      this.locks = locks;
    }

    /** Whose jobs are run: a tenant with model LINEARIZABLE. Default: {@code jobs}. */
    public Builder tenant(String tenant) {
      this.tenant = Objects.requireNonNull(tenant, "tenant");
      return this;
    }

    /** What runs jobs of a kind. Jobs of other kinds are left to other instances. */
    public Builder handler(String kind, JobHandler handler) {
      handlers.put(Job.checkName(kind), Objects.requireNonNull(handler, "handler"));
      return this;
    }

    /** How many jobs run at once in this instance, each on a thread of its own. Default: 8. */
    public Builder concurrency(int runs) {
      if (runs < 1) {
        throw new IllegalArgumentException("concurrency " + runs + ": give 1 or more");
      }
      this.concurrency = runs;
      return this;
    }

    /**
     * How long the lock of a run is held without a renewal, 1 s to 10 minutes: so long, and the
     * time between two looks, a run rests whose process was killed. Default: 15 s.
     */
    public Builder ttl(Duration ttl) {
      this.ttl = within("ttl", ttl, Duration.ofSeconds(1), Duration.ofMinutes(10));
      return this;
    }

    /**
     * How often the jobs are read, 100 ms to 10 minutes: so long it takes until a new job, or one
     * that is to run now, is known. Default: 5 s.
     */
    public Builder look(Duration look) {
      this.look = within("look", look, Duration.ofMillis(100), Duration.ofMinutes(10));
      return this;
    }

    /** How long {@link JobScheduler#close} waits before it interrupts. Default: 10 s. */
    public Builder closeWithin(Duration longest) {
      this.closeWithin = within("close within", longest, Duration.ZERO, Duration.ofHours(1));
      return this;
    }

    /** What the instance is called in the history of jobs. Default: process id and host. */
    public Builder name(String name) {
      this.name = Objects.requireNonNull(name, "name");
      return this;
    }

    /** Is told of runs; default: none. */
    public Builder listener(JobListener listener) {
      this.listener = Objects.requireNonNull(listener, "listener");
      return this;
    }

    /**
     * By which times jobs are due; default: the system's clock. Where it is wrong, runs are early
     * or late; they are not made twice.
     */
    public Builder clock(Clock clock) {
      this.environment = environment.withClock(Objects.requireNonNull(clock, "clock"));
      return this;
    }

    /** What there is of clock, chance, threads and pauses. */
    Builder environment(Environment given) {
      this.environment = given;
      return this;
    }

    /** Starts it. Jobs are read at once, and again until it is closed. */
    public JobScheduler start() {
      return new JobScheduler(this).start();
    }

    private static Duration within(String what, Duration given, Duration least, Duration most) {
      if (given.compareTo(least) < 0 || given.compareTo(most) > 0) {
        throw new IllegalArgumentException(what + " " + given + ": give " + least + " to " + most);
      }
      return given;
    }
  }
}
