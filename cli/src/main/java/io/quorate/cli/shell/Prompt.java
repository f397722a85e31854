package io.quorate.cli.shell;

import io.quorate.cli.command.ExitCode;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jline.reader.Completer;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jspecify.annotations.Nullable;

/** Runs the lines that a person types. */
final class Prompt {
  /** As of a process that SIGINT ends. */
  private static final int INTERRUPTED = 130;

  private final Session session;
  private final LineReader reader;
  private final String text;
  private final AtomicBoolean interrupted = new AtomicBoolean();

  /**
   * @param text what is shown before a line
   * @param history null to keep no lines
   */
  Prompt(
      Session session,
      Terminal terminal,
      Completer completer,
      String text,
      @Nullable Path history) {
    this.session = session;
    this.text = text;
    LineReaderBuilder builder =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .appName("quorate")
            .completer(completer)
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true); // a value may begin with !
    if (history != null) {
      builder.variable(LineReader.HISTORY_FILE, history);
    }
    this.reader = builder.build();
  }

  /**
   * Ends the command that runs, by ending what it waits for; the second time the process.
   *
   * @param end called on the thread of the signal
   */
  void interrupt(Runnable end) {
    if (interrupted.getAndSet(true)) {
      Runtime.getRuntime().exit(INTERRUPTED);
    }
    end.run();
  }

  /**
   * Runs lines until one ends the shell, or input is over.
   *
   * @param forget called when Ctrl-C is typed where there is no line
   */
  int run(Runnable forget) {
    while (true) {
      String typed;
      try {
        typed = reader.readLine(text);
      } catch (UserInterruptException cancelled) {
        if (cancelled.getPartialLine().isEmpty()) {
          forget.run();
        }
        continue; // the line is not run, and the next one is asked for
      } catch (EndOfFileException over) {
        return ExitCode.DONE;
      }
      interrupted.set(false);
      Session.Ran ran = session.runAll(typed, () -> !interrupted.get());
      if (ran.ends()) {
        return ran.exitCode();
      }
    }
  }
}
