package io.quorate.cli.output;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A progress bar where a person sees it, and nothing elsewhere. */
public final class ProgressLine implements AutoCloseable {
  private static final int WIDTH = 100;

  private final @Nullable ProgressBar bar;

  /** What is counted. */
  public enum Unit {
    MEBIBYTES(" MiB", 1 << 20),
    HINTS(" hints", 1),
    COMPARISONS(" comparisons", 1),
    PARTITIONS(" partitions", 1);

    private final String text;
    private final long size;

    Unit(String text, long size) {
      this.text = text;
      this.size = size;
    }
  }

  /**
   * @param max how much there is to do; -1 if that is not known
   */
  public ProgressLine(Console console, boolean shown, String task, Unit unit, long max) {
    this.bar =
        shown && console.errIsTerminal()
            ? new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(max)
                .setUnit(unit.text, unit.size)
                .setUpdateIntervalMillis(200)
                .setStyle(ProgressBarStyle.ASCII)
                .setConsumer(new ConsoleProgressBarConsumer(console.err(), WIDTH))
                .build()
            : null;
  }

  public void at(long done, String message) {
    if (bar != null) {
      bar.stepTo(done);
      bar.setExtraMessage(message);
    }
  }

  /** How much there is to do is known better now. */
  public void max(long max) {
    if (bar != null) {
      bar.maxHint(max);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
