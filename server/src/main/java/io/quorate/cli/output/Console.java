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
    InputStream in, PrintStream out, PrintStream err, boolean errIsTerminal, boolean mayAsk) {}
