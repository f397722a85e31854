package io.quorate.sim.check;

import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ScanPage;
import io.quorate.version.Record;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * No read and no page of a scan shows a value that had expired when it was asked for, by a clock as
 * far behind as any clock of the cluster was until the answer: a node judges by its own, which may
 * have been set back since.
 */
final class ExpiryChecker implements Checker {
  static final String NAME = "expiry";

  private final LongSupplier trueMillis;
  private final LongSupplier behindMillis;

  /** The true time at which each attempt began, by its number. */
  private final Map<Integer, Long> asked = new TreeMap<>();

  /**
   * @param trueMillis in milliseconds since 1970
   * @param behindMillis how far behind that any clock was so far, as a negative number
   */
  ExpiryChecker(LongSupplier trueMillis, LongSupplier behindMillis) {
    this.trueMillis = trueMillis;
    this.behindMillis = behindMillis;
  }

  @Override
  public void begins(Attempt attempt) {
    if (attempt.isRead()) {
      asked.put(attempt.number(), trueMillis.getAsLong());
    }
  }

  @Override
  public void ends(Attempt attempt, Outcome outcome) {
    Long askedMillis = asked.remove(attempt.number());
    if (askedMillis != null && outcome instanceof Outcome.Read read && read.live() != null) {
      check(attempt.toString(), read.live(), askedMillis);
    }
  }

  @Override
  public void shows(ScanAttempt scan, ScanPage page, long askedMillis) {
    for (ScanPage.Entry entry : page.entries()) {
      check(scan + ", " + Text.of(entry.key()), entry.record(), askedMillis);
    }
  }

  private void check(String what, Record shown, long askedTrueMillis) {
    long askedMillis = askedTrueMillis + behindMillis.getAsLong();
    if (!shown.isLiveAt(askedMillis)) {
      throw new PromiseBroken(
          NAME,
          "%s: version %s is shown, which expired %d ms before it was asked for"
              .formatted(what, shown.version(), askedMillis - shown.expiresAtMillis()));
    }
  }
}
