package io.quorate.client;

import java.util.Optional;

/**
 * A put, delete or update of fields had a condition, and its key has something else; or an
 * increment or an update of fields cannot be made of what the key has. It was not applied, and no
 * attempt at it will be.
 */
public final class ConditionFailedException extends QuorateException {
  private final String field;

  public ConditionFailedException(String message, FailureInfo info) {
    this(message, info, "");
  }

  /** Of a field whose condition does not hold; empty: there is none. */
  public ConditionFailedException(String message, FailureInfo info, String field) {
    super(message, info, null);
    this.field = field;
  }

  /**
   * The field whose condition does not hold, of an update of {@link Fields}: the first one of them.
   * Empty if it failed for another reason, which the message tells.
   */
  public Optional<String> field() {
    return field.isEmpty() ? Optional.empty() : Optional.of(field);
  }
}
