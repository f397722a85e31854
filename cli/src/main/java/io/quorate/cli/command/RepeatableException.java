package io.quorate.cli.command;

import io.quorate.client.OutcomeUnknownException;
import java.util.UUID;

/** A request may have been carried out or not, and the command can be repeated to find out. */
public final class RepeatableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final OutcomeUnknownException unknown;
  private final UUID requestId;
  private final String options;

  /**
   * @param options with which the command is repeated, beside those that it was given
   */
  RepeatableException(OutcomeUnknownException unknown, UUID requestId, String options) {
    super(unknown);
    this.unknown = unknown;
    this.requestId = requestId;
    this.options = options;
  }

  public OutcomeUnknownException unknown() {
    return unknown;
  }

  public UUID requestId() {
    return requestId;
  }

  /** With which options the command is repeated. */
  public String options() {
    return options;
  }
}
