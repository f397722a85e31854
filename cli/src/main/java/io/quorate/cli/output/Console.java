package io.quorate.cli.output;

import java.io.InputStream;
import java.io.PrintStream;

/**
 * The three streams of a command.
 *
 * @param out results, and nothing else
 * @param err failures, progress and hints
 * @param errIsTerminal whether a person looks at {@code err}
 * @param mayAsk whether a person can be asked: looks at {@code err} and types into {@code in}
 */
public record Console(
    InputStream in, PrintStream out, PrintStream err, boolean errIsTerminal, boolean mayAsk) {

  /** Property of the JVM that the launcher sets if a person can be asked. */
  public static final String MAY_ASK = "quorate.asks";

  /** Whether what is read is the standard input of this process, which programs may share. */
  @SuppressWarnings("ReferenceEquality") // another stream with the same bytes is another input
  public boolean readsStandardInput() {
    return in == System.in;
  }

  /**
   * Has all results so far written: nothing else tells, for a print stream swallows the failure of
   * a write.
   *
   * @throws OutputGoneException if what reads them is gone
   * @throws java.io.UncheckedIOException if they cannot be written for another reason, such as a
   *     full disk
   */
  public void requireWritten() {
    if (out.checkError()) {
      throw out instanceof ResultStream results ? results.failure() : new OutputGoneException();
    }
  }
}
