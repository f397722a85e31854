package io.quorate.cli.output;

import java.io.InputStream;
import java.io.PrintStream;

/**
 * The three streams of a command.
 *
 * @param out results, and nothing else
 * @param err failures, progress and hints
 */
public record Console(InputStream in, PrintStream out, PrintStream err) {}
