package io.quorate.cli.transfer;

import io.quorate.cli.output.Console;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A progress bar where a person sees it, and nothing elsewhere. */
final class ProgressLine implements AutoCloseable {
  private static final int WIDTH = 100;
  private static final long MEBIBYTE = 1 << 20;

  private final @Nullable ProgressBar bar;

  /**
   * @param bytes how much there is to do; -1 if that is not known
   */
  ProgressLine(Console console, boolean shown, String task, long bytes) {
    this.bar =
        shown && console.errIsTerminal()
            ? new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(bytes)
                .setUnit(" MiB", MEBIBYTE)
                .setUpdateIntervalMillis(200)
                .setStyle(ProgressBarStyle.ASCII)
                .setConsumer(new ConsoleProgressBarConsumer(console.err(), WIDTH))
                .build()
            : null;
  }

  void at(long bytes, String message) {
    if (bar != null) {
      bar.stepTo(bytes);
      bar.setExtraMessage(message);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
