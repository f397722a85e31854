package io.quorate.cli.command;

/** A command cannot go on; the message is for the user who typed it. */
public final class CommandFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int exitCode;

  /**
   * @param exitCode one of {@link ExitCode}
   */
  public CommandFailedException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  public int exitCode() {
    return exitCode;
  }
}
