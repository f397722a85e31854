package io.quorate.sim.fault;

import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.UnknownReply;
import io.quorate.sim.cluster.NewerMessages;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimRule;
import java.util.List;

/**
 * One node speaks for a while as one of a newer version does: requests of kinds, and answers with
 * outcomes, that the others do not know. All are honest.
 *
 * @param everyMillis between two such nodes, on average
 * @param lastMillis how long one speaks so, on average
 * @param share of its messages
 */
record NewerNode(int everyMillis, int lastMillis, double share) implements Fault {
  static Fault draw(SimRandom random) {
    return new NewerNode(
        random.pick(List.of(100, 400)),
        random.pick(List.of(300, 2_000)),
        random.pick(List.of(0.1, 0.5, 1.0)));
  }

  @Override
  public void begin(Reach reach) {
    Speaker speaker = new Speaker(reach);
    reach.network().addRule(ReplicaMessage.class, speaker);
    reach.every(everyMillis, speaker.inTurn::next);
  }

  private enum Form {
    REQUEST,
    ANSWER
  }

  /** At most one at a time. */
  private final class Speaker implements SimRule<ReplicaMessage> {
    private final Reach reach;
    private final NodeInTurn inTurn;

    Speaker(Reach reach) {
      this.reach = reach;
      this.inTurn = new NodeInTurn(reach, lastMillis, 0);
    }

    @Override
    public ReplicaMessage onSend(Sent<ReplicaMessage> sent) {
      if (!inTurn.is(sent.from()) || !reach.random().chance(share)) {
        return NewerMessages.heard(sent.message());
      }
      ReplicaMessage said = NewerMessages.of(sent.message());
      if (said == null) {
        return NewerMessages.heard(sent.message());
      }
      reach.struck();
      reach.enter("newer", said instanceof UnknownReply ? Form.ANSWER : Form.REQUEST);
      return said;
    }
  }
}
