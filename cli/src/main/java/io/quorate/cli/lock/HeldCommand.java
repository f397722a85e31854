package io.quorate.cli.lock;

import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.cli.process.GivenPlace;
import io.quorate.cli.process.ProcessFamily;
import io.quorate.client.Lock;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A program that runs while a lock is held, and is stopped before it is held no more. */
final class HeldCommand {
  /** How often the lock and the program are looked at. */
  private static final long LOOK_MILLIS = 20;

  /** What the JDK writes of ENOENT, in one release or another. */
  private static final Pattern NO_SUCH_FILE = Pattern.compile("error(=|: )2\\b");

  private static final File NOTHING = new File("/dev/null");

  private static final Duration GRACE_MAX = Duration.ofSeconds(5);

  private final Lock lock;
  private final List<String> command;

  /** How long the program has between SIGTERM and SIGKILL. */
  private final Duration grace;

  /** Guards the start of the program against the end of this process. */
  private final Object starting = new Object();

  private @Nullable Process process;
  private boolean stopped;

  /** Open once {@link #stop} has ended the program and all that it started. */
  private final CountDownLatch isStopped = new CountDownLatch(1);

  HeldCommand(Lock lock, List<String> command) {
    this.lock = lock;
    this.command = List.copyOf(command);
    Duration quarter = lock.ttl().dividedBy(4);
    this.grace = quarter.compareTo(GRACE_MAX) < 0 ? quarter : GRACE_MAX;
  }

  /**
   * Runs the program until it ends, or the lock is about to be lost.
   *
   * @return its exit code, or {@link ExitCode#LOCK_LOST}
   * @throws CommandFailedException it could not be started
   */
  int run(Console console) {
    Duration left = lock.remaining();
    if (left.compareTo(grace) <= 0) {
      console.err().println("quorate: the lock is lost: the command is not run");
      return ExitCode.LOCK_LOST;
    }
    // Over by then without another renewal, as it was last seen to be held.
    long overNanos = System.nanoTime() + left.toNanos();
    Process started = start(console);
    if (started == null) {
      return ExitCode.LOCK_LOST; // it is being stopped
    }
    try {
      while (left.compareTo(grace) > 0) {
        if (started.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
          awaitStop();
          return started.exitValue();
        }
        left = lock.remaining();
        if (!left.isZero()) {
          overNanos = System.nanoTime() + left.toNanos();
        }
      }
      if (!started.isAlive()) {
        return started.exitValue();
      }
      // Nothing is left of its time: was it over, or has the cluster taken the lock away before?
      boolean lostBefore = left.isZero() && System.nanoTime() - overNanos < 0;
      console
          .err()
          .println(
              "quorate: "
                  + (lostBefore ? "the lock is lost" : "no renewal was answered in time")
                  + ": the command is stopped");
      ProcessFamily.stop(started, grace);
      return ExitCode.LOCK_LOST;
    } catch (InterruptedException interrupted) {
      ProcessFamily.stop(started, grace);
      Thread.currentThread().interrupt();
      return ExitCode.LOCK_LOST;
    }
  }

  /** Where the program is being stopped, what it has started may go on for longer than itself. */
  private void awaitStop() throws InterruptedException {
    boolean isBeingStopped;
    synchronized (starting) {
      isBeingStopped = stopped;
    }
    if (isBeingStopped) {
      isStopped.await();
    }
  }

  private @Nullable Process start(Console console) {
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    if (!console.readsStandardInput()) {
      builder.redirectInput(NOTHING);
    }
    builder
        .environment()
        .putAll(
            Map.of(
                "QUORATE_LOCK_NAME", lock.name(),
                "QUORATE_LOCK_OWNER", lock.owner(),
                "QUORATE_LOCK_TOKEN", String.valueOf(lock.token())));
    synchronized (starting) {
      if (stopped) {
        return null;
      }
      try {
        process = GivenPlace.start(builder);
        return process;
      } catch (IOException failure) {
        boolean absent = NO_SUCH_FILE.matcher(String.valueOf(failure.getMessage())).find();
        throw new CommandFailedException(
            absent ? ExitCode.NO_SUCH_COMMAND : ExitCode.COMMAND_NOT_RUN,
            command.getFirst()
                + (absent
                    ? ": there is no such command"
                    : ": cannot be run: " + failure.getMessage()));
      }
    }
  }

  /** Stops the program, if it runs, and has it not start any more. */
  void stop() {
    Process running;
    synchronized (starting) {
      stopped = true;
      running = process;
    }
    if (running != null) {
      ProcessFamily.stop(running, grace);
    }
    isStopped.countDown();
  }
}
