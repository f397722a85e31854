package io.quorate.cli.backup.run;

import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.FailureKind;
import io.quorate.client.PermissionDeniedException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;

/** Why something failed, in words. */
public final class Reasons {
  private Reasons() {}

  /**
   * Returns what a command fails with that was stopped.
   *
   * @param what "the backup stopped" or such
   * @param next what to do; may be empty
   */
  public static CommandFailedException stopped(String what, Throwable failure, String next) {
    if (failure instanceof CommandFailedException ours) {
      return ours;
    }
    int exitCode = FailureKind.exitCode(root(failure));
    CommandFailedException stopped =
        new CommandFailedException(
            exitCode, what + ": " + of(failure) + (next.isEmpty() ? "" : "; " + next));
    stopped.initCause(failure);
    return stopped;
  }

  private static Throwable root(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof AtException && cause != null ? cause : failure;
  }

  /** Returns why something failed, as people are told. */
  public static String of(Throwable failure) {
    return switch (failure) {
      case AtException at when at.getCause() != null -> at.getMessage() + ": " + of(at.getCause());
      case PermissionDeniedException denied -> FailureKind.denial(denied);
      case NoSuchFileException none -> none.getFile() + ": no such file";
      case FileAlreadyExistsException there -> there.getFile() + ": exists already";
      case AccessDeniedException denied -> denied.getFile() + ": permission denied";
      default -> {
        String message = failure.getMessage();
        yield message == null ? failure.toString() : message;
      }
    };
  }

  /** Says where in a backup something failed; the reason is its cause. */
  public static final class AtException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public AtException(String where, Throwable cause) {
      super(where, cause);
    }
  }

  /** Returns a failure of a backup or of a restore that cannot go on. */
  public static CommandFailedException failed(String message) {
    return new CommandFailedException(ExitCode.FAILED, message);
  }
}
