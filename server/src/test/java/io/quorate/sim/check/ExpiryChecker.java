package io.quorate.sim.check;

import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ScanPage;
import io.quorate.version.Record;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * No read and no page of a scan shows a value that had expired when it was asked for, by whichever
 * clock of the cluster is the slowest: who answers judges by its own, at that time or later.
 */
final class ExpiryChecker implements Checker {
  static final String NAME = "expiry";

  private final LongSupplier slowestMillis;

  /** By number of the attempt: what the slowest clock showed when it began. */
  private final Map<Integer, Long> asked = new TreeMap<>();

  /**
   * @param slowestMillis what the slowest clock shows now, in milliseconds since 1970
   */
  ExpiryChecker(LongSupplier slowestMillis) {
    this.slowestMillis = slowestMillis;
  }

  @Override
  public void begins(Attempt attempt) {
    if (attempt.isRead()) {
      asked.put(attempt.number(), slowestMillis.getAsLong());
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

  private static void check(String what, Record shown, long askedMillis) {
    if (!shown.isLiveAt(askedMillis)) {
      throw new PromiseBroken(
          NAME,
          "%s: version %s is shown, which expired %d ms before it was asked for"
              .formatted(what, shown.version(), askedMillis - shown.expiresAtMillis()));
    }
  }
}
