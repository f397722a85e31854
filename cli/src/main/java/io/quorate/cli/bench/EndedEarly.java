package io.quorate.cli.bench;

import io.quorate.cli.bench.checked.Tally;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Farewell;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Says what a bench has found if it is ended, as by Ctrl-C, before it has a result. */
final class EndedEarly implements AutoCloseable {
  private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Tally tally;
  private final LongSupplier nanoTime;
  private final Farewell farewell;
  private volatile Timed timed = Timed.NOT_YET;

  /** The window that is timed: nothing of what came before it is measured. */
  private record Timed(long startNanos, long successesBefore, int seconds) {
    static final Timed NOT_YET = new Timed(0, 0, 0);
  }

  EndedEarly(Tally tally, LongSupplier nanoTime, Console console) {
    this.tally = tally;
    this.nanoTime = nanoTime;
    farewell = new Farewell(console, this::words);
  }

  /** The timed window begins now. */
  void onTimed(int seconds) {
    timed = new Timed(nanoTime.getAsLong(), tally.successes(), seconds);
  }

  /** What is said at the end of the process. */
  String words() {
    Timed window = timed;
    String found = System.lineSeparator() + Checked.ofAnswers(tally).lines().getFirst();
    if (window.seconds == 0) {
      return "ended before the timed window began: nothing was measured"
          + (tally.broken() ? found : "");
    }
    double took = (nanoTime.getAsLong() - window.startNanos) / NANOS_PER_SECOND;
    if (took >= window.seconds) {
      return "ended after the timed window, before its figures were told" + found;
    }
    long operations = tally.successes() - window.successesBefore;
    return String.format(
            Locale.ROOT,
            "ended after %.1f of %d s of the timed window: %,d operations, %,.0f per second,"
                + " errors: %,d",
            took,
            window.seconds,
            operations,
            operations / Math.max(took, 1 / NANOS_PER_SECOND),
            tally.errors())
        + found;
  }

  /** The result is about to be told, and says it all. */
  void hasResult() {
    farewell.takeBack();
  }

  @Override
  public void close() {
    farewell.takeBack();
  }
}
