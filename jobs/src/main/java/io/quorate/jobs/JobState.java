package io.quorate.jobs;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that is stored of a job, under one key. What happens to a job is a function of this, of the
 * time, and of the token of the lock: each step replaces one state by the next one.
 *
 * @param nextAt when the job is due by its schedule; null: never again, or not before the run ends
 * @param askedAt when a run was asked for, if it has not begun
 * @param lastDue the last time of the schedule that was taken up: none is taken up twice
 * @param lastAsked when a run was asked for the last time
 * @param run the run that has begun
 * @param past runs that have ended, the last one last
 * @param others fields that this release does not know
 */
record JobState(
    Job job,
    boolean enabled,
    @Nullable Instant nextAt,
    @Nullable Instant askedAt,
    @Nullable Instant lastDue,
    @Nullable Instant lastAsked,
    @Nullable RunState run,
    List<EndedRun> past,
    ObjectNode others)
    implements JobStatus {
  private static final int MESSAGE_CHARS_MAX = 500;

  JobState {
    past = List.copyOf(past);
  }

  /** A job that is created. */
  static JobState created(Job job, Instant now) {
    Instant next = DueTimes.first(job.schedule(), now);
    return new JobState(job, true, next, null, null, null, null, List.of(), none());
  }

  @Override
  public Optional<Instant> next() {
    return Optional.ofNullable(nextAt);
  }

  @Override
  public Optional<Instant> asked() {
    return Optional.ofNullable(askedAt);
  }

  @Override
  public Optional<CurrentRun> running() {
    return Optional.ofNullable(run);
  }

  @Override
  public List<PastRun> history() {
    return List.copyOf(past);
  }

  /** When an instance has something to do for it; null while one has it, and if never. */
  @Nullable Instant dueAt() {
    if (run != null) {
      return run.againAt();
    }
    if (askedAt != null) {
      return Instant.EPOCH; // at once, also if the clock of the caller that asked is ahead
    }
    return enabled ? nextAt : null;
  }

  /**
   * Whether an instance may try to claim it.
   *
   * @param orphan the token of a claim whose lock was seen to be free; 0: none
   */
  boolean mayBeClaimed(Instant now, long orphan) {
    if (run != null && run.isClaimed()) {
      return run.token() == orphan;
    }
    Instant due = dueAt();
    return due != null && !due.isAfter(now);
  }

  /** Whether the run under way is the one that was claimed under this token. */
  boolean isClaimedUnder(long token) {
    return run != null && run.isClaimed() && run.token() == token;
  }

  /** Whether this claim is stored, and no other one under a token of the same number. */
  boolean isClaimedAs(RunState claim) {
    return isClaimedUnder(claim.token())
        && run != null
        && run.id().equals(claim.id())
        && run.attempt() == claim.attempt();
  }

  /**
   * Whether the result of a claim is stored. Its token alone does not tell: a tenant that was
   * restored has runs of another cluster, of which the tokens are those of other locks.
   */
  boolean isEnded(RunState claim) {
    return (run != null
            && !run.isClaimed()
            && run.token() == claim.token()
            && run.id().equals(claim.id()))
        || past.stream()
            .anyMatch(each -> each.token() == claim.token() && each.id().equals(claim.id()));
  }

  /**
   * The state after a claim: a run is under way under the token; or there was none left to make,
   * and the state says what became of it.
   */
  JobState claimed(Instant now, long token, String by) {
    if (run != null) {
      return run.attempt() < job.attempts()
          ? with(run.claimed(by, token, now))
          : ended(now, withoutAttempts(run, now));
    }
    if (askedAt != null) {
      RunState begun = begun(askedAt, true, now, token, by);
      return new JobState(job, enabled, nextAt, null, lastDue, askedAt, begun, past, others);
    }
    if (nextAt == null) {
      throw new IllegalStateException("job " + job.name() + " is not due");
    }
    return due(nextAt, now, token, by);
  }

  /** The end of a run that has no attempts left, if need be since the job was updated. */
  private static EndedRun withoutAttempts(RunState run, Instant now) {
    if (run.isClaimed()) {
      return run.ended(now, RunOutcome.GAVE_UP, shortened(givenUp(run)));
    }
    String why = run.message().isEmpty() ? "its attempts were broken off" : run.message();
    return run.ended(now, RunOutcome.FAILED, why);
  }

  private static String givenUp(RunState run) {
    return "given up after "
        + run.attempt()
        + " attempts: "
        + run.by()
        + " has lost its lock, or has ended"
        + (run.message().isEmpty() ? "" : "; the attempt before failed: " + run.message());
  }

  private JobState due(Instant first, Instant now, long token, String by) {
    MissedRuns missed = job.missed();
    List<Instant> due = DueTimes.upTo(job.schedule(), first, now, missed.atMost());
    boolean skips =
        missed.policy() == MissedRuns.Policy.SKIP && !(job.schedule() instanceof Schedule.After);
    Instant last = due.get(due.size() - 1);
    Instant taken = missed.policy() == MissedRuns.Policy.EACH ? due.get(0) : last;
    Instant following = DueTimes.following(job.schedule(), taken);
    if (skips && taken.plus(missed.late()).isBefore(now)) {
      EndedRun late = skipped(taken, now, "it was later than " + missed.late());
      return new JobState(job, enabled, following, null, taken, lastAsked, null, cut(late), others);
    }
    List<EndedRun> history = past;
    if (missed.policy() != MissedRuns.Policy.ONCE && taken.isAfter(first)) {
      history = cut(skipped(first, now, "so were those from then on to before " + taken));
    }
    RunState begun = begun(taken, false, now, token, by);
    return new JobState(job, enabled, following, null, taken, lastAsked, begun, history, others);
  }

  private EndedRun skipped(Instant scheduled, Instant now, String why) {
    return EndedRun.skipped(job.name(), scheduled, now, why);
  }

  private RunState begun(Instant scheduled, boolean asked, Instant now, long token, String by) {
    return new RunState(job.name(), scheduled, asked, 1, by, token, now, now, null, "", none());
  }

  /** The state after the handler returned. */
  JobState done(Instant now) {
    return ended(now, claim().ended(now, RunOutcome.DONE, ""));
  }

  /** The state after the handler threw. */
  JobState failed(Instant now, String why) {
    RunState run = claim();
    String message = shortened(why);
    return run.attempt() < job.attempts()
        ? with(run.waiting(now.plus(job.retryAfter()), run.attempt(), message))
        : ended(now, run.ended(now, RunOutcome.FAILED, message));
  }

  /** The state after the attempt was broken off by its own instance: it does not count. */
  JobState handedBack(Instant now) {
    RunState run = claim();
    return with(run.waiting(now, run.attempt() - 1, run.message()));
  }

  private RunState claim() {
    if (run == null || !run.isClaimed()) {
      throw new IllegalStateException("job " + job.name() + " is not running");
    }
    return run;
  }

  private JobState ended(Instant now, EndedRun ended) {
    Instant next = nextAt;
    if (next == null && job.schedule() instanceof Schedule.After after) {
      next = afterLast(now.plus(after.delay()));
    }
    return new JobState(job, enabled, next, askedAt, lastDue, lastAsked, null, cut(ended), others);
  }

  /**
   * The state with another definition; a new schedule counts from now, or after the last run, and a
   * run goes on.
   */
  JobState updated(Job newer, Instant now) {
    Instant next = nextAt;
    if (!newer.schedule().equals(job.schedule())) {
      next = nextOf(newer.schedule(), now);
    }
    return new JobState(newer, enabled, next, askedAt, lastDue, lastAsked, run, past, others);
  }

  /** The state in which a run was asked for; the same state if one was already. */
  JobState asked(Instant now) {
    if (askedAt != null) {
      return this;
    }
    Instant at = now;
    if (lastAsked != null && !at.isAfter(lastAsked)) {
      at = lastAsked.plusMillis(1); // another clock is ahead: two runs must not have one id
    }
    return new JobState(job, enabled, nextAt, at, lastDue, lastAsked, run, past, others);
  }

  JobState paused() {
    return new JobState(job, false, nextAt, askedAt, lastDue, lastAsked, run, past, others);
  }

  /** The state in which the schedule counts again, from now on. */
  JobState resumed(Instant now) {
    if (enabled) {
      return this;
    }
    boolean knowsNext = nextAt == null || job.schedule() instanceof Schedule.At;
    Instant next = knowsNext ? nextAt : nextOf(job.schedule(), now);
    return new JobState(job, true, next, askedAt, lastDue, lastAsked, run, past, others);
  }

  private @Nullable Instant nextOf(Schedule schedule, Instant now) {
    if (schedule instanceof Schedule.At once) {
      return lastDue == null || once.time().isAfter(lastDue) ? once.time() : null;
    }
    if (schedule instanceof Schedule.After after) {
      if (run != null) {
        return null; // known when it has ended
      }
      if (!past.isEmpty()) {
        Instant ended = past.get(past.size() - 1).ended();
        // By a clock that was ahead, it may have ended at a time that is yet to come.
        return afterLast((ended.isBefore(now) ? ended : now).plus(after.delay()));
      }
    }
    return DueTimes.first(schedule, afterLast(now));
  }

  /** No time is taken up twice, also if this clock is behind another one. */
  private Instant afterLast(Instant time) {
    return lastDue == null || time.isAfter(lastDue) ? time : lastDue.plusMillis(1);
  }

  /**
   * Whether a time of the schedule was taken up, or a run has ended, after this time: by a clock
   * that was ahead, if the time is yet to come.
   */
  boolean isTakenUpBeyond(Instant time) {
    return (lastDue != null && lastDue.isAfter(time))
        || (!past.isEmpty() && past.get(past.size() - 1).ended().isAfter(time));
  }

  private JobState with(RunState newer) {
    return new JobState(job, enabled, nextAt, askedAt, lastDue, lastAsked, newer, past, others);
  }

  private List<EndedRun> cut(EndedRun newest) {
    List<EndedRun> all = new ArrayList<>(past);
    all.add(newest);
    return all.subList(Math.max(0, all.size() - job.history()), all.size());
  }

  static String shortened(String message) {
    return message.length() <= MESSAGE_CHARS_MAX
        ? message
        : message.substring(0, MESSAGE_CHARS_MAX - 3) + "...";
  }

  private static ObjectNode none() {
    return JsonNodeFactory.instance.objectNode();
  }
}
