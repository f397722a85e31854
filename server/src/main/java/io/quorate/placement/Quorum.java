package io.quorate.placement;

import io.quorate.model.NodeId;
import java.util.Collection;
import java.util.List;

/**
 * The groups of replicas that one operation must satisfy, each by its own count, all counted on the
 * same answers: one group at rest, two while the partition moves.
 *
 * <p>Never a count over the union of two groups: from {a,b,c} to {a,d,e}, three of the union may be
 * {c,d,e}, which the old majority {a,b} never meets.
 */
public record Quorum(List<Group> groups) {

  /** {@code needed} of {@code members}. */
  public record Group(List<NodeId> members, int needed) {
    public Group {
      members = List.copyOf(members);
    }
  }

  public Quorum {
    groups = List.copyOf(groups);
  }

  public static Quorum of(List<NodeId> replicas, Level level) {
    return new Quorum(List.of(new Group(replicas, level.required(replicas.size()))));
  }

  /** What the answers so far say about the operation. */
  public Verdict verdict(Collection<NodeId> acked, Collection<NodeId> failed) {
    boolean reached = true;
    for (Group group : groups) {
      if (group.members().size() - count(group, failed) < group.needed()) {
        return Verdict.UNREACHABLE; // one lost group decides: no later answer wins it back
      }
      reached &= count(group, acked) >= group.needed();
    }
    return reached ? Verdict.REACHED : Verdict.PENDING;
  }

  private static int count(Group group, Collection<NodeId> nodes) {
    int count = 0;
    for (NodeId member : group.members()) {
      if (nodes.contains(member)) {
        count++;
      }
    }
    return count;
  }

  /** Most replicas that any group asks for; what an error message names. */
  public int needed() {
    return groups.stream().mapToInt(Group::needed).max().orElse(0);
  }
}
