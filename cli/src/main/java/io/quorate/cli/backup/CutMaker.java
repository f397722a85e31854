package io.quorate.cli.backup;

import io.quorate.client.FailedPreconditionException;
import io.quorate.client.FailureCode;
import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.QuorateException;
import io.quorate.client.admin.BackupCut;
import io.quorate.client.admin.Backups;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Has a cluster make a cut, and end it. One that is void, since something was placed otherwise
 * meanwhile, is made again a few times.
 */
final class CutMaker {
  /** How often a void cut is made again. */
  static final int AGAIN_MAX = 3;

  /** Several times before the cluster ends a cut, be some answers lost. */
  private static final Duration KEPT_EVERY = Duration.ofSeconds(10);

  private static final long LOOK_MILLIS = 100;
  private static final Duration MADE_WITHIN = Duration.ofMinutes(2);
  private static final Duration ENDED_WITHIN = Duration.ofSeconds(10);

  private final String what;
  private final Backups backups;
  private final Told told;
  private final Duration keptEvery;

  /** Null unless there is a cut that can be read. */
  private final AtomicReference<@Nullable CutKeeper> keeper = new AtomicReference<>();

  /** Id of a cut that was begun and not ended; 0 if there is none. */
  private final AtomicLong open = new AtomicLong();

  /** Told how it goes. */
  interface Told {
    /** A cut is being made. */
    void making();

    /** It did not come about, and is made again. */
    void again(String why);

    /** That of an earlier run is gone on with. */
    void goesOn(BackupCut cut);

    /** What an earlier run has read is not used. */
    void beginsAgain(String why);

    /** It could not be ended. */
    void notEnded(long cut, String why);
  }

  /**
   * @param what it is for: a backup or such
   */
  CutMaker(String what, Backups backups, Told told) {
    this(what, backups, told, KEPT_EVERY);
  }

  CutMaker(String what, Backups backups, Told told, Duration keptEvery) {
    this.what = what;
    this.backups = backups;
    this.told = told;
    this.keptEvery = keptEvery;
  }

  /**
   * Makes a cut.
   *
   * @param asOf a moment that has passed; null: one that the cluster chooses
   * @return one that can be read; the caller ends it
   */
  BackupCut make(List<String> tenants, @Nullable Instant asOf, Patience patience)
      throws InterruptedException {
    told.making();
    BackupCut cut = attempt(tenants, asOf, patience);
    for (int again = 0; cut.step() == BackupCut.Step.ENDED; again++) {
      if (cut.code() == FailureCode.BEFORE_HISTORY) { // so is the next one of that moment
        throw stopped(cut.reason());
      }
      if (again == AGAIN_MAX) {
        throw stopped(
            "the cut could not be made, at %d attempts: %s".formatted(AGAIN_MAX + 1, cut.reason()));
      }
      told.again(cut.reason());
      cut = attempt(tenants, asOf, patience);
    }
    keep(cut);
    return cut;
  }

  /** Goes on with a cut that an earlier run had made and that can be read; the caller ends it. */
  void goOn(BackupCut cut) {
    open.set(cut.id());
    keep(cut);
  }

  private void keep(BackupCut cut) {
    keeper.set(new CutKeeper(backups, cut.id(), keptEvery));
    if (open.get() != cut.id()) {
      stopKeeping(); // a signal has ended it meanwhile
    }
  }

  private void stopKeeping() {
    CutKeeper now = keeper.getAndSet(null);
    if (now != null) {
      now.close();
    }
  }

  /** Whether no cut was begun since a tenant has no history, so of no moment that has passed. */
  static boolean isForLackOfHistory(Throwable failure) {
    return failure instanceof QuorateException refused
        && refused.info().code() == FailureCode.NO_HISTORY;
  }

  private RuntimeException stopped(String why) {
    return Reasons.failed("the %s stopped: %s".formatted(what, why));
  }

  /** Returns a cut that is sealed, or has ended. */
  private BackupCut attempt(List<String> tenants, @Nullable Instant asOf, Patience patience)
      throws InterruptedException {
    long id = begin(tenants, asOf, patience);
    open.set(id);
    boolean sealed = false;
    try {
      BackupCut cut = await(id, patience);
      sealed = cut.step() == BackupCut.Step.SEALED;
      return cut;
    } finally {
      if (!sealed) {
        end();
      }
    }
  }

  /** Begins one. If the outcome of an attempt was unknown, the next one may find the cut there. */
  private long begin(List<String> tenants, @Nullable Instant asOf, Patience patience)
      throws InterruptedException {
    AtomicBoolean mayBeThere = new AtomicBoolean();
    try {
      return patience.call(
          () -> {
            try {
              return asOf == null ? backups.makeCut(tenants) : backups.makeCut(tenants, asOf);
            } catch (OutcomeUnknownException unknown) {
              mayBeThere.set(true);
              throw unknown;
            }
          });
    } catch (FailedPreconditionException refused) {
      BackupCut there = mayBeThere.get() ? backups.cut(0) : null;
      if (there == null || !isAsAskedFor(there, tenants, asOf)) {
        throw withOtherCommand(refused);
      }
      return there.id();
    }
  }

  /**
   * Whether a cut is what was asked for. One of a moment that the cluster chose was begun just now
   * only if it is still being made.
   */
  private static boolean isAsAskedFor(BackupCut cut, List<String> tenants, @Nullable Instant asOf) {
    boolean isOfItsTime =
        LeftCut.isOf(cut.hlc(), asOf)
            && (cut.step() == BackupCut.Step.BEGUN
                || (cut.step() == BackupCut.Step.SEALED && asOf != null));
    return isOfItsTime && Set.copyOf(cut.tenants()).equals(Set.copyOf(tenants));
  }

  /** Says what is known of the command that another cut was made for. */
  private RuntimeException withOtherCommand(FailedPreconditionException refused) {
    if (refused.info().code() != FailureCode.OTHER_CUT) {
      return refused;
    }
    BackupCut other;
    try {
      other = backups.cut(0);
    } catch (QuorateException unknown) {
      return refused;
    }
    Duration unheard = other.unheard();
    return unheard == null
        ? refused
        : stopped(
            "%s. The command that it was made for was heard %d s ago; if it was killed, the cut ends by itself %d s after it was heard last. A backup that was killed goes on with its cut until then, if it is run again with its --to and --name"
                .formatted(
                    refused.getMessage(), unheard.toSeconds(), other.unheardMax().toSeconds()));
  }

  private BackupCut await(long id, Patience patience) throws InterruptedException {
    long began = System.nanoTime();
    while (true) {
      BackupCut cut = patience.call(() -> backups.cut(id));
      if (cut.step() != BackupCut.Step.BEGUN) {
        return cut;
      }
      if (System.nanoTime() - began > MADE_WITHIN.toNanos()) {
        throw stopped(
            "the cut was not made within %d s: see 'quorate cluster status'"
                .formatted(MADE_WITHIN.toSeconds()));
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  /**
   * Ends the cut that was begun last, or that was gone on with, if it was not ended. Called by any
   * thread.
   */
  void end() {
    stopKeeping();
    long id = open.getAndSet(0);
    if (id == 0) {
      return;
    }
    boolean interrupted = Thread.interrupted(); // or it could not be waited for
    try {
      boolean unused =
          new Patience(ENDED_WITHIN, () -> false)
              .call(
                  () -> {
                    backups.endCut(id);
                    return true;
                  });
    } catch (QuorateException failed) {
      told.notEnded(id, Reasons.of(failed));
    } catch (InterruptedException again) {
      interrupted = true;
      told.notEnded(id, "interrupted");
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
