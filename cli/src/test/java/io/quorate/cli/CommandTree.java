package io.quorate.cli;

import io.quorate.cli.output.Console;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import picocli.CommandLine;

/** All commands, as {@code quorate} has them, for tests of other packages. */
public final class CommandTree {
  private CommandTree() {}

  public static CommandLine all() {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    return Main.commandLine(
        new Console(InputStream.nullInputStream(), nowhere, nowhere, false, false));
  }
}
