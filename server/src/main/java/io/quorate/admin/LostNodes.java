package io.quorate.admin;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command.GiveUpNodes;
import io.quorate.cluster.Command.Readmit;
import io.quorate.cluster.Member;
import io.quorate.model.NodeId;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Requests of an operator who takes nodes, or their disks, for lost. That may be wrong, and to act
 * on it would then lose what the node still holds: a node that answers is not lost.
 */
public record LostNodes(ClusterAdmin admin) {

  /**
   * Returns the command that goes on without some nodes.
   *
   * @param names ids or addresses
   * @throws IllegalArgumentException if one of them is no member, or answers; says what to do
   */
  public GiveUpNodes giveUp(ClusterState state, List<String> names, boolean acceptDataLoss) {
    SortedSet<NodeId> nodes = new TreeSet<>();
    for (String name : names) {
      Member member = NamedMember.get(state, name);
      if (admin.seen(member.id()).live()) {
        throw new FailedPreconditionException(
            ("node %s at %s answers, so what it holds is not lost: remove it instead of giving it"
                    + " up ('quorate cluster remove' without --force). If it must not take part any"
                    + " more all the same, stop it first; it is believed to be up for some seconds"
                    + " after that")
                .formatted(member.id(), member.address()));
      }
      nodes.add(member.id());
    }
    return new GiveUpNodes(nodes, acceptDataLoss);
  }

  /**
   * Returns the command that takes a member back that has lost its disk.
   *
   * @param force takes a member back even if it answers
   * @throws IllegalArgumentException if it may not be taken back; says what to do
   */
  public Readmit readmit(Member member, boolean force, boolean acceptDataLoss) {
    if (admin.seen(member.id()).live() && !force) {
      throw new FailedPreconditionException(
          ("node %s at %s answers, so it has not lost its disk. If it is to be replaced all the"
                  + " same, stop it first; it is believed to be up for some seconds after that")
              .formatted(member.id(), member.address()));
    }
    return new Readmit(member.id(), acceptDataLoss);
  }
}
