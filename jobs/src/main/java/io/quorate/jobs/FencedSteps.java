package io.quorate.jobs;

import io.quorate.client.ConditionFailedException;
import io.quorate.client.FencedException;
import io.quorate.client.Lock;
import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.QuorateException;
import io.quorate.client.Version;
import io.quorate.jobs.JobStore.Stored;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The two steps that are made under the lock of a job: the claim, and the result. Each is one
 * compare-and-set; where its outcome is unknown, the key tells.
 */
final class FencedSteps {
  /** Between two tries, while nodes do not answer. */
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final JobStore store;
  private final String job;
  private final Lock lock;
  private final Pauses pauses;

  FencedSteps(JobStore store, Lock lock, String job, Pauses pauses) {
    this.store = store;
    this.lock = lock;
    this.job = job;
    this.pauses = pauses;
  }

  /**
   * What became of a step.
   *
   * @param stored the state that the step made, with its version; null if it was not made
   * @param refused why it was not; empty if it was made
   */
  record Result(@Nullable Stored stored, String refused) {
    static Result made(Stored stored) {
      return new Result(stored, "");
    }

    static Result refused(String why) {
      return new Result(null, why);
    }
  }

  /**
   * Replaces a state that was read by another one, which is ours if it names our token. It is not
   * tried once the lock is lost: a claim under a token that no lock has seems to be left alone.
   */
  Result claim(Stored read, JobState claimed) {
    RunState run = claimed.run();
    return step(
        read,
        before -> lock.isHeld() && before.version().equals(read.version()) ? claimed : null,
        now -> (run != null && now.isClaimedAs(run)) || now.equals(claimed));
  }

  /** Replaces the state of the claim, and what others have changed beside it meanwhile. */
  Result result(Stored claimed, UnaryOperator<JobState> change) {
    RunState run = Objects.requireNonNull(claimed.state().run(), "it was claimed");
    return step(
        claimed,
        before -> before.state().isClaimedUnder(lock.token()) ? change.apply(before.state()) : null,
        now -> now.isEnded(run));
  }

  /** Returns the state that is to follow one; null if none may. */
  private interface Next {
    @Nullable JobState after(Stored before);
  }

  private Result step(Stored first, Next next, Predicate<JobState> isMade) {
    Stored before = first;
    while (true) {
      JobState after = next.after(before);
      if (after == null) {
        return Result.refused(
            (lock.isHeld() ? "" : "the lock is lost; ")
                + before
                    .state()
                    .running()
                    .map(run -> "run " + run.id() + " is under way at " + run.by())
                    .orElse("no run is under way"));
      }
      try {
        Version version = store.replaceFencedBy(lock.token(), before.version(), after);
        return Result.made(new Stored(after, version));
      } catch (FencedException lost) {
        return Result.refused(String.valueOf(lost.getMessage()));
      } catch (ConditionFailedException | OutcomeUnknownException askTheKey) {
        // Something else is there: another change, or this one, if an earlier try was not answered.
      } catch (QuorateException notApplied) {
        if (!mayGoOn(notApplied)) {
          return Result.refused(String.valueOf(notApplied.getMessage()));
        }
        continue;
      }
      Stored now;
      try {
        now = readAgain();
      } catch (QuorateException unreadable) {
        return Result.refused(String.valueOf(unreadable.getMessage()));
      }
      if (now == null) {
        return Result.refused("the job was deleted");
      }
      if (isMade.test(now.state())) {
        return Result.made(now);
      }
      before = now;
    }
  }

  private @Nullable Stored readAgain() {
    while (true) {
      try {
        Optional<Stored> read = store.readFencedBy(lock.token(), job);
        return read.orElse(null);
      } catch (FencedException lost) {
        throw lost;
      } catch (QuorateException notRead) {
        if (!mayGoOn(notRead)) {
          throw notRead;
        }
      }
    }
  }

  /** While the lock is held another try may help. */
  private boolean mayGoOn(QuorateException failed) {
    if (!failed.mayPass() || !lock.isHeld()) {
      return false;
    }
    try {
      pauses.pass(PAUSE);
      return true;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
