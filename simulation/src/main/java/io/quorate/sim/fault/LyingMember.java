package io.quorate.sim.fault;

import io.quorate.metadata.MetadataGroup;
import io.quorate.metadata.MetadataInside;
import io.quorate.metadata.ProposalLies;
import io.quorate.model.NodeId;
import io.quorate.raft.Lies;
import io.quorate.raft.RaftStatus;
import io.quorate.raft.Role;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimRule;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One member lies to the metadata group for a while: in place of its messages others get terms,
 * indices, commits, snapshots and answers that cannot be, as a bug or damaged memory makes them,
 * snapshots whose state cannot be read, and the leader gets proposals that the liar has no right to
 * make. The node itself is honest, and receives the truth; the fault replaces what it sends.
 *
 * <p>All promises hold nevertheless, also to clients of the liar, whose data plane is left alone:
 * no node ends, nothing acknowledged is lost, decisions of the metadata group stay, and once the
 * lies end the group elects and decides again. While it lies, the group may be without a leader,
 * and the liar counts as one of the voters that may be away. {@link Lies} says which lies no
 * receiver can refuse, and which are therefore left out: a member that votes twice or acknowledges
 * what it does not keep breaks any Raft group.
 *
 * @param everyMillis between two liars, on average
 * @param lastMillis how long one lies, on average
 * @param share of its messages that are lies
 */
record LyingMember(int everyMillis, int lastMillis, double share) implements Fault {
  /** Lies to the leader. */
  private static final double PROPOSALS = 0.7;

  /** Share of lies with an unreadable state, among messages of Raft. */
  private static final double UNREADABLE_STATES = 0.1;

  static Fault draw(SimRandom random) {
    return new LyingMember(
        random.pick(List.of(100, 400)),
        random.pick(List.of(1_000, 3_000)),
        random.pick(List.of(0.3, 1.0)));
  }

  @Override
  public void begin(Reach reach) {
    Liar liar = new Liar(reach);
    reach.network().addRule(byte[].class, liar);
    reach.every(everyMillis, liar::strike);
  }

  /** At most one at a time; it may go on where it was. */
  private final class Liar implements SimRule<byte[]> {
    private final Reach reach;
    private final Lies lies;
    private final ProposalLies proposals;
    private @Nullable NodeId who;
    private long untilNanos;

    Liar(Reach reach) {
      this.reach = reach;
      this.lies = new Lies(new SplittableRandom(reach.random().nextLong()));
      this.proposals = new ProposalLies(new SplittableRandom(reach.random().nextLong()));
    }

    void strike() {
      who = reach.anyNode().knownId();
      untilNanos = reach.world().nowNanos() + reach.aboutMillis(lastMillis);
    }

    @Override
    public byte[] onSend(Sent<byte[]> sent) {
      NodeId liar = who;
      boolean lying =
          sent.from().equals(liar) && !reach.isOver() && reach.world().nowNanos() < untilNanos;
      if (liar == null || !lying || !reach.random().chance(share)) {
        return sent.message();
      }
      MetadataGroup group = groupOf(sent.to());
      if (group == null) {
        return sent.message();
      }
      reach.struck();
      reach.cluster().liars().add(liar);
      RaftStatus status = MetadataInside.raft(group).status();
      if (status.role() == Role.LEADER && reach.random().chance(PROPOSALS)) {
        ProposalLies.Lie lie = proposals.next(liar, group.state());
        reach.enter("proposed", lie.form());
        return lie.message();
      }
      Lies.Guess guess = new Lies.Guess(status.term(), status.last(), status.snapshot());
      if (reach.random().chance(UNREADABLE_STATES)) {
        return MetadataInside.bytes(
            lies.unreadableState(sent.from(), sent.to(), guess, status.membership()));
      }
      return MetadataInside.bytes(lies.next(sent.from(), sent.to(), guess));
    }

    private @Nullable MetadataGroup groupOf(NodeId node) {
      for (SimNode each : reach.cluster().nodes()) {
        if (node.equals(each.knownId())) {
          return each.metadata();
        }
      }
      return null;
    }
  }
}
