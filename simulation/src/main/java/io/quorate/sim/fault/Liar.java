package io.quorate.sim.fault;

import io.quorate.sim.kernel.SimRandom;
import java.util.List;

/**
 * One member's streams lie about the future, in all that they carry: terms and snapshots of the
 * metadata group and of the group that keeps locks, reports to the leader, clocks, versions and
 * epochs of the data plane, some a little ahead and some at the end of what a number holds. After a
 * while the member is cut off, as by an operator who revokes its certificate, and then let in
 * again, in half of the turns restarted. {@link LyingMember} and {@link LyingReplica} are about the
 * lies themselves; this kind is about being rid of the liar.
 *
 * <p>The process of the liar is honest, its disk too, and it hears the truth: only what it sends is
 * replaced. So an acknowledgement that it sends is of a write that it has stored, and clients that
 * ask it are promised what all clients are. These promises hold, with at most one liar at a time:
 *
 * <ul>
 *   <li>No node stops, neither an honest one nor the liar's own.
 *   <li>What was acknowledged is not lost: the liar counts as one of the replicas, and as one of
 *       the voters, that may be away. Nothing more is promised of a write at level ONE that the
 *       liar alone has acknowledged than if its only holder were away.
 *   <li>Once the liar is cut off, the others elect and decide within a bounded time.
 *   <li>No clock goes further ahead of the latest wall clock than nodes adopt, and no term rises
 *       faster than {@code TermAllowance} lets it.
 * </ul>
 *
 * <p>While the liar has its turn, less is promised: the metadata group may be without a leader, and
 * requests may fail. What no receiver can tell from the truth is never said; {@link
 * io.quorate.raft.Lies}, {@link io.quorate.raft.FutureLies} and {@link DataLies} list it.
 *
 * @param everyMillis between the end of a turn and the next, on average
 * @param lastMillis how long one lies, on average
 * @param cutMillis how long it is cut off, on average
 * @param share of its messages that are lies
 */
record Liar(int everyMillis, int lastMillis, int cutMillis, double share) implements Fault {
  static Fault draw(SimRandom random) {
    return new Liar(
        random.pick(List.of(50, 200)),
        random.pick(List.of(300, 1_000, 3_000)),
        random.pick(List.of(200, 1_000)),
        random.pick(List.of(0.2, 0.6, 1.0)));
  }

  @Override
  public void begin(Reach reach) {
    new LyingStreams(reach, this).begin();
  }
}
