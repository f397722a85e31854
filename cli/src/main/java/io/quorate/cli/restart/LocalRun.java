package io.quorate.cli.restart;

import io.quorate.cli.process.GivenPlace;
import io.quorate.cli.process.ProcessFamily;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a line of shell on this machine, for a bounded time. */
final class LocalRun {
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final int OUTPUT_CHARS_MAX = 2_000;
  private static final File NOTHING = new File("/dev/null");

  private LocalRun() {}

  /**
   * How it ended.
   *
   * @param begun whether it could be run at all
   * @param inTime whether it ended by itself
   * @param exitCode nothing if it did not
   * @param output the end of what it printed, to either stream; why, if it could not be run
   */
  record End(boolean begun, boolean inTime, int exitCode, String output) {
    End(boolean inTime, int exitCode, String output) {
      this(true, inTime, exitCode, output);
    }

    static End notBegun(IOException why) {
      return new End(false, false, 0, String.valueOf(why.getMessage()));
    }

    boolean isDone() {
      return begun && inTime && exitCode == 0;
    }

    /** Returns what became of it, after the command as the subject. */
    String told() {
      String how =
          !begun
              ? "could not be run"
              : inTime ? "ended with exit code " + exitCode : "did not end in time and was stopped";
      return output.isEmpty() ? how : how + ": " + output;
    }
  }

  /**
   * Runs it without any input. What it prints goes to a file: a pipe would stay open as long as a
   * process that it leaves behind, such as a node, and would break under that process afterwards.
   */
  static End of(String line, Duration atMost) {
    Path printed;
    try {
      printed = Files.createTempFile("quorate-restart", ".out");
    } catch (IOException noFile) {
      return End.notBegun(noFile);
    }
    try {
      Process process =
          GivenPlace.start(
              new ProcessBuilder(List.of("sh", "-c", line))
                  .redirectInput(NOTHING)
                  .redirectErrorStream(true)
                  .redirectOutput(printed.toFile()));
      boolean inTime = isOver(process, atMost);
      return new End(inTime, inTime ? process.exitValue() : 0, end(printed));
    } catch (IOException noShell) {
      return End.notBegun(noShell);
    } finally {
      boolean unused = printed.toFile().delete(); // what was run counts, and not a file of /tmp
    }
  }

  private static boolean isOver(Process process, Duration atMost) {
    boolean ended = false;
    try {
      ended = process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    if (!ended) {
      ProcessFamily.stop(process, GRACE);
    }
    return ended;
  }

  private static String end(Path printed) {
    try {
      String all = new String(Files.readAllBytes(printed), StandardCharsets.UTF_8).strip();
      return all.substring(Math.max(0, all.length() - OUTPUT_CHARS_MAX));
    } catch (IOException gone) {
      return "what it printed cannot be read: " + gone;
    }
  }
}
