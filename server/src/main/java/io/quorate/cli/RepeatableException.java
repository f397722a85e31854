package io.quorate.cli;

import io.quorate.client.OutcomeUnknownException;
import java.util.UUID;

/** A request may have been carried out or not, and the command can be repeated to find out. */
final class RepeatableException extends RuntimeException {
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

  OutcomeUnknownException unknown() {
    return unknown;
  }

  UUID requestId() {
    return requestId;
  }

  /** With which options the command is repeated. */
  String options() {
    return options;
  }
}
