package io.quorate.jobs;

import io.quorate.client.Lock;
import io.quorate.client.QuorateException;
import io.quorate.jobs.JobStore.Stored;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a job that seems to be due through one run, on the calling thread: looks at it, acquires
 * its lock, claims the run, calls the handler, stores the result, and releases the lock.
 */
final class Runner {
  private static final Logger log = LoggerFactory.getLogger(Runner.class);

  private final JobStore store;
  private final JobLocks locks;
  private final Map<String, JobHandler> handlers;
  private final Duration ttl;
  private final String instance;
  private final Environment environment;
  private final JobListener listener;

  /** Handlers that are being called. */
  private final Set<Handling> running = ConcurrentHashMap.newKeySet();

  private volatile boolean closing;

  Runner(
      JobStore store,
      JobLocks locks,
      Map<String, JobHandler> handlers,
      Duration ttl,
      String instance,
      Environment environment,
      JobListener listener) {
    this.store = store;
    this.locks = locks;
    this.handlers = Map.copyOf(handlers);
    this.ttl = ttl;
    this.instance = instance;
    this.environment = environment;
    this.listener = listener;
  }

  private Instant now() {
    return environment.clock().instant();
  }

  boolean hasHandler(Job job) {
    return handlers.containsKey(job.kind());
  }

  /**
   * Makes a run, if the job is due and no other instance has it.
   *
   * @param orphan the token of a claim whose lock was seen to be free; 0: none
   * @return when to look at the job again; null: when the next scan says so
   * @throws QuorateException the cluster did not answer; nothing was run
   */
  @Nullable Instant run(String name, long orphan) {
    // This costs one round; where another instance has the run, it spares an entry in the log of
    // the locks.
    Optional<Stored> read = store.read(name);
    if (read.isEmpty() || closing) {
      return null;
    }
    JobState state = read.get().state();
    JobHandler handler = handlers.get(state.job().kind());
    if (handler == null) {
      return null;
    }
    if (!state.mayBeClaimed(now(), orphan)) {
      return state.dueAt();
    }
    Optional<Lock> acquired = locks.tryAcquire(store.lock(name), ttl);
    if (acquired.isEmpty()) {
      return null;
    }
    try (Lock lock = acquired.get()) {
      return run(read.get(), handler, lock);
    }
  }

  private @Nullable Instant run(Stored read, JobHandler handler, Lock lock) {
    String name = read.state().job().name();
    FencedSteps steps = new FencedSteps(store, lock, name, environment.pauses());
    JobState wanted = read.state().claimed(now(), lock.token(), instance);
    FencedSteps.Result claim = steps.claim(read, wanted);
    if (claim.stored() == null) {
      log.debug("job {} is not claimed: {}", name, claim.refused());
      return null;
    }
    JobState claimed = claim.stored().state();
    RunState run = claimed.run();
    if (run == null || !claimed.isClaimedUnder(lock.token())) {
      tellOfTheEnd(claimed, read.state());
      return claimed.dueAt();
    }
    if (!lock.isHeld()) {
      return handBack(steps, claim.stored());
    }
    JobRun attempt = new JobRun(claimed.job(), run, lock);
    tell(each -> each.began(attempt));
    Handling.End end = handle(handler, attempt, lock);
    return store(steps, claim.stored(), attempt, end);
  }

  /**
   * Gives a claim back whose lock was lost meanwhile, as after a pause of this process: the next
   * look of any instance takes it for one that was left alone, and counts an attempt.
   */
  private @Nullable Instant handBack(FencedSteps steps, Stored claimed) {
    FencedSteps.Result result = steps.result(claimed, state -> state.handedBack(now()));
    log.warn(
        "job {} is left for later: its lock was lost before its handler was called{}",
        claimed.state().job().name(),
        result.stored() == null ? ", and is not handed back: " + result.refused() : "");
    return result.stored() == null ? null : result.stored().state().dueAt();
  }

  /** A claim that found no attempt left, or a run that is too late. */
  private void tellOfTheEnd(JobState now, JobState before) {
    if (before.run() != null && !now.past().isEmpty()) {
      EndedRun ended = now.past().get(now.past().size() - 1);
      log.warn("run {} of job {}: {}", ended.id(), ended.job(), ended.message());
      tell(each -> each.gaveUp(ended));
    }
  }

  private Handling.End handle(JobHandler handler, JobRun attempt, Lock lock) {
    Handling handling = new Handling();
    boolean unused = running.add(handling);
    try {
      if (closing) {
        handling.stop();
      }
      return handling.call(handler, attempt, lock);
    } finally {
      boolean unusedToo = running.remove(handling);
    }
  }

  private @Nullable Instant store(
      FencedSteps steps, Stored claimed, JobRun attempt, Handling.End end) {
    Throwable thrown = end.thrown();
    if (thrown != null && !attempt.isHeld()) {
      // It may have failed for that alone; the instance that takes over tries again.
      refused(attempt, "the lock was lost, and the handler ended with " + thrown);
      return null;
    }
    FencedSteps.Result result =
        steps.result(
            claimed,
            state ->
                thrown == null
                    ? state.done(now())
                    : end.stopped()
                        ? state.handedBack(now())
                        : state.failed(now(), thrown.toString()));
    if (result.stored() == null) {
      refused(attempt, result.refused());
      return null;
    }
    if (thrown == null) {
      tell(each -> each.done(attempt));
    } else if (!end.stopped()) {
      boolean again = result.stored().state().run() != null;
      log.warn("{} failed{}", attempt, again ? ", and is tried again" : "", thrown);
      tell(each -> each.failed(attempt, thrown, again));
    }
    return result.stored().state().dueAt();
  }

  private void refused(JobRun attempt, String why) {
    log.warn("the result of {} is not stored: {}", attempt, why);
    tell(each -> each.refused(attempt, why));
  }

  private void tell(Consumer<JobListener> what) {
    try {
      what.accept(listener);
    } catch (RuntimeException failed) {
      log.warn("the listener of jobs failed", failed);
    }
  }

  /** Has no run begin any more. */
  void close() {
    closing = true;
  }

  /** Interrupts the handlers that run. */
  void interrupt() {
    running.forEach(Handling::stop);
  }
}
