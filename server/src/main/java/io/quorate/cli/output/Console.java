package io.quorate.cli.output;

import java.io.InputStream;
import java.io.PrintStream;

/**
 * The three streams of a command.
 *
 * @param out results, and nothing else
 * @param err failures, progress and hints
 * @param errIsTerminal whether a person looks at {@code err}
 */
public record Console(InputStream in, PrintStream out, PrintStream err, boolean errIsTerminal) {}
