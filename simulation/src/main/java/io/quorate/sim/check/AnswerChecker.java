package io.quorate.sim.check;

import io.quorate.placement.Level;
import io.quorate.placement.Overlap;
import io.quorate.placement.Placements;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ResultInfo;
import io.quorate.replication.api.ScanPage;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A result answers what was asked, and says truly how it came about. */
final class AnswerChecker implements Checker {
  static final String NAME = "answers";

  private final Tenant tenant;

  private final Factors factors;

  /** Others that the tenant may have, too. */
  private final List<ReplicationFactor> others;

  private final LossesSeen losses = new LossesSeen();

  /**
   * @param others that it may be altered to, if that is not by region
   */
  AnswerChecker(Tenant tenant, Factors factors, List<ReplicationFactor> others) {
    this.tenant = tenant;
    this.factors = factors;
    this.others = List.copyOf(others);
  }

  @Override
  public void learns(Placements placements) {
    losses.learn(placements);
  }

  @Override
  public void ends(Attempt attempt, Outcome outcome) {
    switch (outcome) {
      case Outcome.Written written -> {
        if (attempt.isRead()) {
          throw new PromiseBroken(NAME, attempt + " was answered as a write");
        }
        checkFacts(attempt, written.info());
      }
      case Outcome.Updated updated -> {
        if (attempt.isRead()) {
          throw new PromiseBroken(NAME, attempt + " was answered as an update");
        }
        checkFacts(attempt, updated.info());
      }
      case Outcome.Read read -> {
        if (!attempt.isRead()) {
          throw new PromiseBroken(NAME, attempt + " was answered as a read");
        }
        checkFacts(attempt, read.info());
      }
      case Outcome.Failed(Failure failure) -> checkFailure(attempt, failure);
    }
  }

  private void checkFailure(Attempt attempt, Failure failure) {
    boolean nowhere =
        switch (failure.reason()) {
          case INVALID,
              UNKNOWN_TENANT,
              UNAVAILABLE,
              OVERLOADED,
              NOT_SERVING,
              FAILED_PRECONDITION,
              STAMP_TOO_LOW,
              TOO_MANY_SIBLINGS,
              KEY_TOO_LARGE,
              CONDITION_FAILED,
              PERMISSION_DENIED,
              UNAUTHENTICATED ->
              true;
          // Where the last write wins it may lie at some replicas (docs/design/fencing.md).
          case FENCED -> attempt.isRead() || !tenant.model().hasRanks();
          case DEADLINE_EXCEEDED, INTERNAL, OUTCOME_UNKNOWN -> false;
        };
    if (nowhere && failure.mayHaveApplied()) {
      throw new PromiseBroken(NAME, attempt + " failed with contradictory " + failure);
    }
    if (failure.reason() == Failure.Reason.INVALID && failure.aboveHlc() != 0) {
      throw new PromiseBroken(NAME, attempt + " suffers for a clock that jumped: " + failure);
    }
  }

  private void checkFacts(Attempt attempt, ResultInfo info) {
    // A read without repair also says so when a later read may miss what it returns.
    boolean toldOfLoss = attempt.isRead() && losses.isTold(info);
    if (!toldOfLoss
        && !(attempt.isUnrepaired() && info.potentiallyStale())
        && !attempt.mayBeAtQuorum()) {
      checkStale(
          attempt.toString(),
          attempt.isRead(),
          attempt.operation().level(),
          attempt.region(),
          info.potentiallyStale());
    }
    int required =
        others.stream()
            .mapToInt(ReplicationFactor::replicas)
            .reduce(factors.least(attempt.promised()), Math::min);
    // A partition that lost most of its replicas has fewer until it is brought back to its size.
    if (!losses.isKnown(info) && info.replicas().stream().distinct().count() < required) {
      throw new PromiseBroken(NAME, attempt + " was answered by only " + info.replicas());
    }
  }

  @Override
  public void ends(ScanAttempt scan, ScanAttempt.Found found) {
    if (losses.isEmpty() || !found.saidStale()) {
      checkStale(scan.toString(), true, scan.level(), scan.region(), found.saidStale());
    }
    Set<String> keys = new TreeSet<>();
    for (ScanPage.Entry entry : found.entries()) {
      String key = Text.of(entry.key());
      if (!scan.includes(key) || !keys.add(key)) {
        throw new PromiseBroken(NAME, scan + " found " + key + " out of place");
      }
    }
  }

  private void checkStale(
      String who, boolean read, @Nullable Level own, String region, boolean saidStale) {
    Level readLevel = read && own != null ? own : tenant.readLevel();
    Level writeLevel = !read && own != null ? own : tenant.writeLevel();
    Level asked = (read ? readLevel : writeLevel).in(region);
    if (factors.isByRegion() && asked instanceof Level.InRegion && !factors.hadAlways(region)) {
      return; // another region may have carried it out
    }
    // The request is one of this region; the tenant's level may be asked for in any.
    Level reading = read ? asked : readLevel;
    Level writing = read ? writeLevel : asked;
    if (Stream.concat(
            factors.isByRegion() || others.isEmpty() ? factors.ever().stream() : Stream.empty(),
            others.stream())
        .noneMatch(each -> saidStale == Overlap.mayMiss(reading, writing, each))) {
      throw new PromiseBroken(NAME, who + " says potentially stale: " + saidStale);
    }
  }
}
