package io.quorate.node;

/** A node cannot start. The message is one paragraph for people: what, where, what to do. */
public final class NodeStartException extends Exception {
  private static final long serialVersionUID = 1;

  /** Exit code where the configuration is to be changed. */
  static final int CONFIGURATION = 2;

  /**
   * Exit code where another release is to be started: with this one, each further start ends in the
   * same way.
   */
  public static final int RELEASE = 6;

  /** Exit code of all other failures. */
  static final int FAILED = 4;

  private final int exitCode;

  NodeStartException(String message, int exitCode) {
    super(message);
    this.exitCode = exitCode;
  }

  NodeStartException(String message, int exitCode, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** Exit code of the process, for its supervisor. */
  public int exitCode() {
    return exitCode;
  }
}
