package io.quorate.jobs;

import io.quorate.client.ConditionFailedException;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.Version;
import io.quorate.jobs.JobStore.Stored;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates, changes and shows the jobs of a tenant, and waits for the answer. Safe for many threads
 * at once. Any process may do so; those that have a {@link JobScheduler} run the jobs.
 *
 * <p>Each method fails with a {@link QuorateException} as reads and writes of a key do. After an
 * {@link io.quorate.client.OutcomeUnknownException} the change may have been made; each may be made
 * again, with the result that is wanted. What is stored and cannot be read fails with {@link
 * UnreadableJobException}.
 */
public final class Jobs {
  /** The tenant of jobs where none is named. */
  public static final String DEFAULT_TENANT = "jobs";

  private static final Logger log = LoggerFactory.getLogger(Jobs.class);

  private final JobStore store;
  private final InstantSource clock;

  Jobs(JobStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Returns the jobs of the tenant {@link #DEFAULT_TENANT}. */
  public static Jobs of(QuorateClient client) {
    return of(client, DEFAULT_TENANT);
  }

  /** Returns the jobs of a tenant, which must have model LINEARIZABLE. */
  public static Jobs of(QuorateClient client, String tenant) {
    return new Jobs(new JobStore(JobKeys.of(client.keyValue()), tenant), InstantSource.system());
  }

  /**
   * Creates a job if there is none of its name; else leaves that as it is. So each process of an
   * application may do so when it starts.
   *
   * @return whether it was created
   */
  public boolean create(Job job) {
    try {
      store.create(JobState.created(job, clock.instant()));
      return true;
    } catch (ConditionFailedException exists) {
      return false;
    }
  }

  /**
   * Gives the job of this name another definition. A new schedule counts from now on, and {@link
   * Schedule.After} from the end of the last run; a run that has begun, and the history, stay. A
   * {@link Schedule.At} is due if its time comes after all times of schedules that were taken up:
   * those have had their run. {@link #runNow} makes one more.
   *
   * @return whether there is such a job
   */
  public boolean update(Job job) {
    return change(job.name(), state -> state.updated(job, clock.instant()));
  }

  /**
   * Deletes a job with its history. A run that is under way goes on, and its result is not stored.
   */
  public void delete(String name) {
    store.delete(Job.checkName(name));
  }

  /**
   * Has a job not be due by its schedule, until {@link #resume}. A run that has begun is brought to
   * its end.
   *
   * @return whether there is such a job
   */
  public boolean pause(String name) {
    return change(name, JobState::paused);
  }

  /**
   * Has a paused job be due again, by its schedule from now on.
   *
   * @return whether there is such a job
   */
  public boolean resume(String name) {
    return change(name, state -> state.resumed(clock.instant()));
  }

  /**
   * Asks for a run now, also if the job is paused. An instance begins it when it looks for jobs the
   * next time, or when the run that is under way has ended. What the schedule says stays. One that
   * was asked for and has not begun stands for both.
   *
   * @return whether there is such a job
   */
  public boolean runNow(String name) {
    return change(name, state -> state.asked(clock.instant()));
  }

  /** Shows a job; empty if there is none of that name. */
  public Optional<JobStatus> show(String name) {
    return store.read(Job.checkName(name)).map(Stored::state);
  }

  /** Lists all jobs, by name. */
  public List<JobStatus> list() {
    return list("");
  }

  /**
   * Lists the jobs whose names begin so, by name. Each is as it is read; the list as a whole is no
   * snapshot. Those that cannot be read are left out, and logged.
   */
  public List<JobStatus> list(String prefix) {
    List<JobStatus> found = new ArrayList<>();
    store.scan(
        prefix,
        found::add,
        (name, why) -> log.warn("job {} is left out: {}", name, why.getMessage()));
    found.sort(Comparator.comparing(each -> each.job().name()));
    return List.copyOf(found);
  }

  private boolean change(String name, UnaryOperator<JobState> change) {
    String checked = Job.checkName(name);
    while (true) {
      Optional<Stored> read = store.read(checked);
      if (read.isEmpty()) {
        return false;
      }
      JobState after = change.apply(read.get().state());
      if (after.equals(read.get().state())) {
        return true;
      }
      try {
        Version unused = store.replace(read.get().version(), after);
        return true;
      } catch (ConditionFailedException changedMeanwhile) {
        // Each round that is lost is one that another writer has won.
      }
    }
  }
}
