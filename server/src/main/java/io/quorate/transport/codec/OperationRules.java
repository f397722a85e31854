package io.quorate.transport.codec;

import io.quorate.replication.api.Condition;
import io.quorate.transport.codec.OperationCodec.InvalidOperationException;
import org.jspecify.annotations.Nullable;

/** Checks what several kinds of operations have, after all of an operation was read. */
final class OperationRules {
  private OperationRules() {}

  static void checkCondition(boolean asks, @Nullable Condition condition)
      throws InvalidOperationException {
    if (asks && condition == null) {
      throw new InvalidOperationException(
          "condition says nothing that a key could have: set absent to true, a value, or a version"
              + " as it was answered");
    }
  }

  static void checkToken(long token) throws InvalidOperationException {
    if (token < 0) {
      throw new InvalidOperationException(
          "fence_token "
              + Long.toUnsignedString(token)
              + " is beyond all tokens: give the one that the lock was granted under");
    }
  }

  static void checkKnown(PassedOver passedOver) throws InvalidOperationException {
    if (!passedOver.isNothing()) {
      throw new InvalidOperationException(passedOver.refusal());
    }
  }
}
