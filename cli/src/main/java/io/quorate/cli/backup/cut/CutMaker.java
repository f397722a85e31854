package io.quorate.cli.backup.cut;

import io.quorate.cli.backup.file.AskedCut;
import io.quorate.cli.backup.run.Reasons;
import io.quorate.cli.command.FailureKind;
import io.quorate.cli.command.Patience;
import io.quorate.client.FailedPreconditionException;
import io.quorate.client.FailureCode;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.QuorateException;
import io.quorate.client.UnknownTenantException;
import io.quorate.client.admin.BackupCut;
import io.quorate.client.admin.Backups;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Has a cluster make a cut, and end it. One that is void, since something was placed otherwise
 * meanwhile, is made again a few times.
 */
public final class CutMaker {
  /** How often a void cut is made again. */
  private static final int AGAIN_MAX = 3;

  /** Several times before the cluster ends a cut, be some answers lost. */
  private static final Duration KEPT_EVERY = Duration.ofSeconds(10);

  private static final long LOOK_MILLIS = 100;
  private static final Duration MADE_WITHIN = Duration.ofMinutes(2);
  private static final Duration ENDED_WITHIN = Duration.ofSeconds(10);

  private final String what;
  private final Backups backups;
  private final BooleanSupplier takenOver;
  private final Listener listener;
  private final Duration keptEvery;

  /** Null unless there is a cut that can be read. */
  private final AtomicReference<@Nullable CutKeeper> keeper = new AtomicReference<>();

  /** Id of a cut that was begun and not ended; 0 if there is none. */
  private final AtomicLong open = new AtomicLong();

  /** See {@link #mayBeLeft}. */
  private volatile boolean mayBeLeft;

  /** Told how it goes. */
  public interface Listener {
    /** A cut is being made. */
    void making();

    /** It did not come about, and is made again. */
    void again(String why);

    /** That of an earlier run is gone on with. */
    void goesOn(BackupCut cut);

    /** What an earlier run has left is not used. */
    void beginsAgain(String why);

    /** It could not be ended. */
    void notEnded(long cut, String why);
  }

  /** Keeps what the cluster is about to be asked for. */
  public interface RequestRecord {
    /** For a run that no other one goes on with. */
    RequestRecord NONE = asked -> {};

    /** Writes it down, so that a later run finds it if this one is killed. */
    void put(AskedCut asked) throws IOException;
  }

  /** Finds runs that were killed. */
  public interface KilledRuns {
    /** Finds none. */
    KilledRuns NONE = cut -> null;

    /** Returns what a run has left that a cut was made for; null if that is not known. */
    @Nullable LeftBackup find(BackupCut cut);
  }

  /**
   * @param what it is for: a backup or such
   * @param takenOver whether another run has taken over from this one, and with it the cut. Asked
   *     before a cut is ended; answers soon
   */
  public CutMaker(String what, Backups backups, BooleanSupplier takenOver, Listener listener) {
    this(what, backups, takenOver, listener, KEPT_EVERY);
  }

  CutMaker(
      String what,
      Backups backups,
      BooleanSupplier takenOver,
      Listener listener,
      Duration keptEvery) {
    this.what = what;
    this.backups = backups;
    this.takenOver = takenOver;
    this.listener = listener;
    this.keptEvery = keptEvery;
  }

  /**
   * Makes a cut.
   *
   * @param asOf a moment that has passed; null: one that the cluster chooses
   * @param requests where each one is written down first
   * @param killed asked if another cut stands in the way
   * @return one that can be read; the caller ends it
   */
  public BackupCut make(
      List<String> tenants,
      @Nullable Instant asOf,
      Patience patience,
      RequestRecord requests,
      KilledRuns killed)
      throws IOException, InterruptedException {
    listener.making();
    BackupCut cut = first(AskedCut.of(tenants, asOf), patience, requests, killed);
    for (int again = 0; cut.step() == BackupCut.Step.ENDED; again++) {
      if (cut.code() == FailureCode.BEFORE_HISTORY) { // so is the next one of that moment
        throw stopped(cut.reason());
      }
      if (again == AGAIN_MAX) {
        throw stopped(
            "the cut could not be made, at %d attempts: %s".formatted(AGAIN_MAX + 1, cut.reason()));
      }
      listener.again(cut.reason());
      cut = attempt(recorded(AskedCut.of(tenants, asOf), requests), patience);
    }
    keep(cut);
    return cut;
  }

  private static AskedCut recorded(AskedCut asked, RequestRecord requests) throws IOException {
    requests.put(asked);
    return asked;
  }

  private BackupCut first(
      AskedCut asked, Patience patience, RequestRecord requests, KilledRuns killed)
      throws IOException, InterruptedException {
    try {
      return attempt(recorded(asked, requests), patience);
    } catch (FailedPreconditionException refused) {
      BackupCut other = other(refused);
      throw other == null ? refused : withOtherCommand(refused, other, killed.find(other));
    }
  }

  /**
   * Makes the request of an earlier run again that was killed before it knew its cut: the cluster
   * answers with the cut that was begun for it, or begins it now.
   *
   * @return one that can be read, which the caller ends; null if nothing has come of the request
   */
  public @Nullable BackupCut takeOver(AskedCut left, Patience patience)
      throws InterruptedException {
    BackupCut cut;
    try {
      cut = attempt(left, patience);
    } catch (FailedPreconditionException
        | InvalidRequestException
        | UnknownTenantException refused) {
      // That run was refused, too: a refusal of a request is for good.
      listener.beginsAgain("the cluster refused its cut");
      return null;
    }
    if (cut.step() == BackupCut.Step.ENDED) {
      listener.beginsAgain(LeftCut.ended(cut));
      return null;
    }
    keep(cut);
    listener.goesOn(cut);
    return cut;
  }

  /** Ends the cut that an earlier run asked for and that is not gone on with, if there is one. */
  public void end(AskedCut left, Patience patience) throws InterruptedException {
    if (patience.call(() -> backups.cut(0)).step() == BackupCut.Step.ENDED) {
      return; // which began it before all that follows
    }
    try {
      open.set(begin(left, patience));
    } catch (FailedPreconditionException
        | InvalidRequestException
        | UnknownTenantException refused) {
      return; // as another one is in the way
    }
    end();
  }

  /** Goes on with a cut that an earlier run had made and that can be read; the caller ends it. */
  public void goOn(BackupCut cut) {
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
  public static boolean isForLackOfHistory(Throwable failure) {
    return failure instanceof QuorateException refused
        && refused.info().code() == FailureCode.NO_HISTORY;
  }

  private RuntimeException stopped(String why) {
    return Reasons.failed("the %s stopped: %s".formatted(what, why));
  }

  /** Returns a cut that is sealed, or has ended. */
  private BackupCut attempt(AskedCut asked, Patience patience) throws InterruptedException {
    long id = begin(asked, patience);
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

  /** Begins one. However often it is asked for under its request, there is one. */
  private long begin(AskedCut asked, Patience patience) throws InterruptedException {
    UUID request = asked.requestId();
    Instant asOf = asked.moment();
    AtomicBoolean mayHaveBegun = new AtomicBoolean();
    mayBeLeft = true;
    try {
      return patience.call(
          () -> {
            try {
              return asOf == null
                  ? backups.makeCut(asked.tenants(), request)
                  : backups.makeCut(asked.tenants(), asOf, request);
            } catch (QuorateException failed) {
              mayHaveBegun.compareAndSet(false, failed.mayHaveApplied());
              throw failed;
            }
          });
    } catch (QuorateException failed) {
      mayBeLeft =
          mayHaveBegun.get() && FailureKind.worthRetrying(failed); // else it is refused for good
      throw failed;
    }
  }

  /**
   * Whether a cut may be there that was asked for, and of which it is not known that it has ended.
   */
  public boolean mayBeLeft() {
    return mayBeLeft;
  }

  /** Returns the cut that is in the way; null if none is, or it is not known. */
  private @Nullable BackupCut other(FailedPreconditionException refused) {
    if (refused.info().code() != FailureCode.OTHER_CUT) {
      return null;
    }
    try {
      return backups.cut(0);
    } catch (QuorateException unknown) {
      return null;
    }
  }

  /** Says what is known of the command that another cut was made for. */
  private RuntimeException withOtherCommand(
      FailedPreconditionException refused, BackupCut other, @Nullable LeftBackup killed) {
    Duration unheard = other.unheard();
    if (unheard == null && killed == null) {
      return refused;
    }
    String heard =
        unheard == null
            ? ""
            : " The command that it was made for was heard %d s ago; if it was killed, the cut ends by itself %d s after it was heard last."
                .formatted(unheard.toSeconds(), other.unheardMax().toSeconds());
    return stopped(
        "%s.%s %s"
            .formatted(
                refused.getMessage(),
                heard,
                killed == null
                    ? "A backup that was killed goes on with its cut until then, if it is run again"
                        + " with its --to and --name"
                    : killed.advice()));
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
   * Ends the cut that was begun last, or that was gone on with, if it was not ended. Leaves it to
   * another run that has taken over. Called by any thread, also while the process ends, when there
   * is little time: so the cut is not kept any more whatever comes of the rest.
   */
  public void end() {
    stopKeeping();
    if (open.get() == 0) {
      return;
    }
    boolean isOthers = takenOver.getAsBoolean();
    long id = open.getAndSet(0);
    stopKeeping(); // a cut that was sealed during the look is kept by now
    if (id == 0 || isOthers) {
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
      mayBeLeft = false;
    } catch (QuorateException failed) {
      listener.notEnded(id, Reasons.of(failed));
    } catch (InterruptedException again) {
      interrupted = true;
      listener.notEnded(id, "interrupted");
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
