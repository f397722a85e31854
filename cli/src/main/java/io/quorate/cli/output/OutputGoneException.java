package io.quorate.cli.output;

/** What reads the standard output is gone, as {@code head} is once it has seen enough. */
public final class OutputGoneException extends RuntimeException {
  private static final long serialVersionUID = 1;

  OutputGoneException() {
    super("the reader of the output is gone");
  }
}
