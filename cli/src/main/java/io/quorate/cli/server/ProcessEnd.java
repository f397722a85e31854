package io.quorate.cli.server;

import io.quorate.cli.command.ExitCode;
import io.quorate.node.NodeEnd;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a process that cannot go on, or not stop: a supervisor can start a process again that has
 * ended, and can do nothing about one that has not.
 *
 * <p>It halts the JVM, which waits for nothing: neither for hooks nor for a log that is not read.
 * The thread that does so is there from the beginning, for a process may be at its end for want of
 * threads.
 */
public final class ProcessEnd implements Thread.UncaughtExceptionHandler {
  /** For the last words, which may wait for a full disk or pipe. */
  private static final Duration LAST_WORDS_MAX = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger("io.quorate.node");

  private final PrintStream err;
  private final IntConsumer halt;
  private final Object lock = new Object();

  /** Guarded by lock, as are the two below. */
  private boolean armed;

  private long deadlineNanos;
  private Deadline atDeadline = new Deadline(ExitCode.FAILED, "");

  /** What is done when time is up. */
  private record Deadline(int exitCode, String lastWords) {}

  ProcessEnd(PrintStream err, IntConsumer halt) {
    this.err = err;
    this.halt = halt;
    Thread timer = new Thread(this::haltInTime, "halt-in-time");
    timer.setDaemon(true);
    timer.start();
  }

  /** For this process, with a handler of what its threads throw and do not catch. */
  public static ProcessEnd ofThisProcess(PrintStream err) {
    ProcessEnd end = new ProcessEnd(err, Runtime.getRuntime()::halt);
    Thread.setDefaultUncaughtExceptionHandler(end);
    return end;
  }

  /**
   * Halts the process unless it has ended by itself by then.
   *
   * @param lastWords one line for people
   */
  public void haltAfter(Duration time, int exitCode, String lastWords) {
    long deadline = System.nanoTime() + time.toNanos();
    synchronized (lock) {
      if (!armed || deadline - deadlineNanos < 0) {
        armed = true;
        deadlineNanos = deadline;
        atDeadline = new Deadline(exitCode, lastWords);
        lock.notifyAll();
      }
    }
  }

  /** Ends the process now. */
  void broken(NodeEnd.Broken how) {
    haltAfter(LAST_WORDS_MAX, how.exitCode(), "");
    try {
      log.error("the node ends: something happened inside that must not happen", how.cause());
      say(ServerCommand.tell(how));
    } finally {
      halt.accept(how.exitCode());
    }
  }

  /**
   * What a thread does not catch that no part of the node has made. An {@link Error} tells of the
   * process as a whole; an exception in a thread of a library, of something that the library does
   * for one connection, of which the node hears in other ways.
   */
  @Override
  public void uncaughtException(Thread thread, Throwable thrown) {
    if (thrown instanceof Error) {
      broken(new NodeEnd.Broken(thrown));
    } else {
      log.error("thread {} ended of what it did not catch", thread.getName(), thrown);
    }
  }

  private void haltInTime() {
    Deadline due;
    synchronized (lock) {
      long left = untilDeadline();
      while (left > 0) {
        try {
          if (armed) {
            TimeUnit.NANOSECONDS.timedWait(lock, left);
          } else {
            lock.wait();
          }
        } catch (InterruptedException ignored) {
          // Nothing but the end of the process ends this thread.
        }
        left = untilDeadline();
      }
      due = atDeadline;
    }
    try {
      if (!due.lastWords().isEmpty()) {
        // Each on a thread of its own, since standard error may be a pipe that is not emptied.
        long until = System.nanoTime() + LAST_WORDS_MAX.toNanos();
        Thread toLog = begin("last-words-to-log", () -> logLast(due.lastWords()));
        Thread toError = begin("last-words", () -> say(due.lastWords()));
        boolean unused =
            toLog.join(LAST_WORDS_MAX) && toError.join(Duration.ofNanos(until - System.nanoTime()));
      }
    } catch (InterruptedException | OutOfMemoryError unsaid) {
      return; // and the process ends without a word
    } finally {
      halt.accept(due.exitCode());
    }
  }

  private static Thread begin(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void logLast(String lastWords) {
    log.error("the node ends: {}", lastWords);
  }

  private void say(String lastWords) {
    err.println("quorate: " + lastWords);
    err.flush();
  }

  private long untilDeadline() {
    return armed ? deadlineNanos - System.nanoTime() : Long.MAX_VALUE;
  }
}
