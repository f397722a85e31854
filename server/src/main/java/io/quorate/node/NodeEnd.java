package io.quorate.node;

import io.quorate.metadata.bootstrap.Refusal;

/** How the life of a node ended. */
public sealed interface NodeEnd {
  /** Exit code of the process, for its supervisor; 0 if all is well. */
  int exitCode();

  /** How a node ends that cannot be part of its cluster. */
  static NodeEnd of(Refusal refusal) {
    return switch (refusal.kind()) {
      case CONFIGURATION -> new Refused(refusal.message(), NodeStartException.CONFIGURATION);
      case DATA, SET_BACK, DISK -> new Refused(refusal.message(), NodeStartException.FAILED);
      case RELEASE -> new Refused(refusal.message(), NodeStartException.RELEASE);
      case LEFT -> new Left(refusal.message());
    };
  }

  /** It was asked to stop, and did. */
  record Stopped() implements NodeEnd {
    @Override
    public int exitCode() {
      return 0;
    }
  }

  /**
   * It cannot start, or not go on, until a person has changed something.
   *
   * @param message one paragraph: what was found, where, and what to do
   * @param exitCode 2 if the configuration is to be changed, 6 if another release is to be started,
   *     4 otherwise
   */
  record Refused(String message, int exitCode) implements NodeEnd {}

  /**
   * It is no member of its cluster any more. Another start ends the same way.
   *
   * @param message one paragraph: what happened, and what may be done with its data
   */
  record Left(String message) implements NodeEnd {
    /** Of its own, so that a supervisor can be told not to start the node again. */
    public static final int EXIT_CODE = 5;

    @Override
    public int exitCode() {
      return EXIT_CODE;
    }
  }

  /** Something happened inside that must not happen; going on could give wrong answers. */
  record Broken(Throwable cause) implements NodeEnd {
    /** The JVM ends with the same when it finds out by itself (-XX:+ExitOnOutOfMemoryError). */
    public static final int OUT_OF_MEMORY = 3;

    @Override
    public int exitCode() {
      return cause instanceof OutOfMemoryError ? OUT_OF_MEMORY : NodeStartException.FAILED;
    }
  }
}
