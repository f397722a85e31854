package io.quorate.node.core;

import io.quorate.locks.HeldBy;
import io.quorate.locks.LockAnswer.Verified;
import io.quorate.locks.LockEntry;
import io.quorate.locks.LockRequest;
import io.quorate.replication.coordinator.operation.HeldTokens;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What coordinators ask about tokens, as the leader of the locks answers it. */
record LockTokens(LockEntry locks) implements HeldTokens {
  @Override
  public void ask(long token, long deadlineNanos, Consumer<Answer> callback) {
    Runnable unused =
        locks.submit(
            new LockRequest.Verify(token),
            deadlineNanos,
            answer ->
                callback.accept(
                    answer instanceof Verified verified ? of(verified.by()) : new NotKnown()));
  }

  private static Answer of(@Nullable HeldBy by) {
    return by == null ? new NotHeld() : new IsHeld(by.lock(), by.owner());
  }
}
