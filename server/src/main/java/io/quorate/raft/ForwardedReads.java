package io.quorate.raft;

import java.util.ArrayList;
import java.util.List;

/** Reads that were sent to the leader, until it answers or is not the leader any more. */
final class ForwardedReads {
  private final int readsMax;
  private final Outbox outbox;

  /** What the caller numbers them by. */
  private final List<Long> contexts = new ArrayList<>();

  ForwardedReads(int readsMax, Outbox outbox) {
    this.readsMax = readsMax;
    this.outbox = outbox;
  }

  /** Sends one; false if too many wait. */
  boolean send(RaftMessage.ReadRequest ask) {
    if (contexts.size() >= readsMax) {
      return false;
    }
    contexts.add(ask.context());
    outbox.send(ask);
    return true;
  }

  /** No answer to this read is waited for any more. */
  void forget(long context) {
    contexts.remove((Long) context);
  }

  void onReply(RaftMessage.ReadReply reply) {
    if (contexts.remove((Long) reply.context())) {
      outbox.answer(new ReadResult.Confirmed(reply.context(), reply.index()));
    }
  }

  /** Answers all reads as lost: the node that they were sent to will not answer. */
  void lose() {
    contexts.forEach(context -> outbox.answer(new ReadResult.Lost(context)));
    contexts.clear();
  }
}
