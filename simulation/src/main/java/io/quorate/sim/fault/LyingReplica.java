package io.quorate.sim.fault;

import io.quorate.replication.message.ReplicaMessage;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimRule;
import java.util.List;

/**
 * One node lies to the others' data planes for a while: in place of what it says of records, clocks
 * and epochs others hear what cannot be. The node itself is honest, and what it hears is true; a
 * liar at its network speaks for it.
 *
 * <p>All promises hold with it, and once the liar is silent all works and becomes equal again.
 * While it lies, it counts as one of the replicas that may be away. {@link DataLies} says which
 * lies cannot be told from the truth, and so are not told.
 *
 * @param everyMillis between two liars, on average
 * @param lastMillis how long one lies, on average
 * @param share of its messages that are lies
 */
record LyingReplica(int everyMillis, int lastMillis, double share) implements Fault {
  /**
   * How long no replica lies after a liar: until then other nodes may remember what it said of its
   * clock, and three replicas cannot bear two liars at once.
   */
  private static final long TRUTH_NANOS = 3_000_000_000L;

  static Fault draw(SimRandom random) {
    return new LyingReplica(
        random.pick(List.of(100, 400)),
        random.pick(List.of(300, 2_000)),
        random.pick(List.of(0.1, 0.5, 1.0)));
  }

  @Override
  public void begin(Reach reach) {
    Liar liar = new Liar(reach);
    reach.network().addRule(ReplicaMessage.class, liar);
    reach.every(everyMillis, liar.inTurn::next);
  }

  /** At most one at a time. */
  private final class Liar implements SimRule<ReplicaMessage> {
    private final Reach reach;
    private final DataLies lies;
    private final NodeInTurn inTurn;

    Liar(Reach reach) {
      this.reach = reach;
      this.lies = new DataLies(reach.random());
      this.inTurn = new NodeInTurn(reach, lastMillis, TRUTH_NANOS);
    }

    @Override
    public ReplicaMessage onSend(Sent<ReplicaMessage> sent) {
      if (!inTurn.is(sent.from()) || !reach.random().chance(share)) {
        return sent.message();
      }
      DataLies.Lie lie = lies.of(sent.message(), sent.from(), reach.nowMillis());
      if (lie == null) {
        return sent.message();
      }
      reach.struck();
      reach.enter("lie", lie.form());
      return lie.message();
    }
  }
}
