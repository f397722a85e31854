package io.quorate.transport.client;

import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.transport.codec.OperationCodec;
import io.quorate.transport.codec.OutcomeCodec;
import io.quorate.transport.codec.WireWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One BatchGet or BatchPut: its operations go their own ways, and their results are given back
 * together, in the order asked. Too large a batch is refused before any of it is begun.
 */
final class BatchCall implements OperationCodec.Sink, RequestEntry.Answer {
  private final RequestEntry desk;
  private final UnaryMethod.Reply reply;

  /** By position: what to do, or why it cannot be done. */
  private final List<Object> asked = new ArrayList<>();

  private @Nullable Outcome[] outcomes = {};
  private int unanswered;

  /** Values to be given back. */
  private long answerBytes;

  BatchCall(RequestEntry desk, UnaryMethod.Reply reply) {
    this.desk = desk;
    this.reply = reply;
  }

  @Override
  public void operation(long id, int timeoutMillis, long sentAtMillis, Operation operation) {
    asked.add(operation);
  }

  @Override
  public void invalid(long id, String reason) {
    asked.add(reason);
  }

  /** Begins everything that was read. */
  void begin(long timeoutNanos) {
    outcomes = new Outcome[asked.size()];
    unanswered = asked.size() + 1; // one for ourselves, so that the end comes after the last began
    for (int i = 0; i < asked.size(); i++) {
      if (asked.get(i) instanceof Operation operation) {
        desk.submit(reply.caller(), i, operation, timeoutNanos, this);
      } else {
        Failure invalid = Failure.refused(Reason.INVALID, String.valueOf(asked.get(i)));
        answered(i, new Outcome.Failed(invalid));
      }
    }
    oneLess();
  }

  @Override
  public void answer(long id, Operation operation, Outcome outcome) {
    answered((int) id, outcome);
  }

  private void answered(int position, Outcome outcome) {
    int bytes = outcome instanceof Outcome.Read read ? read.bytes() : 0;
    // One alone always does: it may have been stored while larger values were taken.
    boolean fits = answerBytes == 0 || answerBytes + bytes <= desk.limits().messageBytesMax();
    outcomes[position] = fits ? outcome : new Outcome.Failed(tooMuch());
    answerBytes += fits ? bytes : 0;
    oneLess();
  }

  private Failure tooMuch() {
    return Failure.refused(
        Reason.INVALID,
        "the values that the batch asks for have more than "
            + desk.limits().messageBytesMax()
            + " bytes together: ask for this one in another batch");
  }

  private void oneLess() {
    if (--unanswered == 0) {
      WireWriter response = new WireWriter();
      boolean mayHaveApplied = false;
      for (Outcome outcome : outcomes) {
        if (outcome != null) { // always: each was answered exactly once
          OutcomeCodec.addResult(response, 0, outcome, null);
          mayHaveApplied |= mayHaveApplied(outcome);
        }
      }
      if (mayHaveApplied) {
        reply.send(response);
      } else {
        reply.sendIfRoom(response);
      }
    }
  }

  private static boolean mayHaveApplied(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Written written -> true;
      case Outcome.Updated updated -> true;
      case Outcome.Failed(Failure failure) -> failure.mayHaveApplied();
      case Outcome.Read read -> false;
    };
  }
}
