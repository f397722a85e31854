package io.quorate.cli.command;

import io.quorate.node.NodeEnd;
import io.quorate.node.NodeStartException;

/** What a script learns of a command from its exit status. */
public final class ExitCode {
  /** It is done. */
  public static final int DONE = 0;

  /** The key, or the thing named, does not exist. */
  public static final int NOT_FOUND = 1;

  /** Replicas that were compared differ. */
  public static final int DIFFERENT = 1;

  /** The command line cannot be understood. */
  public static final int USAGE = 2;

  /** The cluster cannot be reached, or the level was not reached. */
  public static final int UNAVAILABLE = 3;

  /** The process of a node ran out of memory. Scripts that run commands never see it as this. */
  public static final int OUT_OF_MEMORY = NodeEnd.Broken.OUT_OF_MEMORY;

  /** It failed otherwise. */
  public static final int FAILED = 4;

  /**
   * There is no tenant of that name: the same whether a node says so or the command finds out. It
   * is not {@link #NOT_FOUND}, by which a script would take a misspelt tenant for a key that is not
   * there.
   */
  public static final int UNKNOWN_TENANT = FAILED;

  /** The node that was run is no member of its cluster any more; a restart ends the same way. */
  public static final int LEFT = NodeEnd.Left.EXIT_CODE;

  /** The node that was run is of a release that cannot work in its cluster: start another one. */
  public static final int RELEASE = NodeStartException.RELEASE;

  /** No grant of the user allows it, or nodes and this program do not accept each other. */
  public static final int DENIED = 7;

  /** Other owners hold the lock. */
  public static final int LOCK_NOT_ACQUIRED = 123;

  /** The lock was lost, and the command that ran while it was held was stopped. */
  public static final int LOCK_LOST = 124;

  /** The command that was to run while a lock is held cannot be run, as a shell tells it. */
  public static final int COMMAND_NOT_RUN = 126;

  /** There is no such command to run while a lock is held, as a shell tells it. */
  public static final int NO_SUCH_COMMAND = 127;

  /** What reads the output is gone: as a shell tells of a program ended by SIGPIPE. */
  public static final int OUTPUT_GONE = 141;

  private ExitCode() {}
}
