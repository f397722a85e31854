package io.quorate.placement;

import io.quorate.model.NodeId;
import java.util.ArrayList;
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

    /** As many as {@code level} asks of {@code replicas}, of those that count. */
    static Group of(List<NodeId> replicas, List<NodeId> serving, Level level) {
      List<NodeId> counting =
          serving.containsAll(replicas)
              ? replicas
              : replicas.stream().filter(serving::contains).toList();
      return new Group(counting, level.required(replicas.size()));
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
    for (Group group : groups) {
      if (group.members().size() - count(group, failed) < group.needed()) {
        return Verdict.UNREACHABLE; // one lost group decides: no later answer wins it back
      }
    }
    return isReachedBy(acked) ? Verdict.REACHED : Verdict.PENDING;
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

  /**
   * Whether one more answer from {@code node} is of use, beside those of {@code counted}: whether
   * it is of a group that has too few.
   */
  public boolean isHelpedBy(NodeId node, Collection<NodeId> counted) {
    for (Group group : groups) {
      if (group.members().contains(node)
          && !counted.contains(node)
          && count(group, counted) < group.needed()) {
        return true;
      }
    }
    return false;
  }

  /** Whether the answers of these are enough. */
  public boolean isReachedBy(Collection<NodeId> acked) {
    for (Group group : groups) {
      if (count(group, acked) < group.needed()) {
        return false;
      }
    }
    return true;
  }

  /**
   * Those first that count in every group, else in the order given: while a partition moves the
   * replicas that stay answer for both sets, so that fewer are to be asked.
   */
  public List<NodeId> broadestFirst(List<NodeId> nodes) {
    if (groups.size() < 2) {
      return nodes;
    }
    List<NodeId> ordered = new ArrayList<>(nodes.size());
    for (NodeId node : nodes) {
      if (isOfEveryGroup(node)) {
        ordered.add(node);
      }
    }
    for (NodeId node : nodes) {
      if (!isOfEveryGroup(node)) {
        ordered.add(node);
      }
    }
    return ordered;
  }

  private boolean isOfEveryGroup(NodeId node) {
    for (Group group : groups) {
      if (!group.members().contains(node)) {
        return false;
      }
    }
    return true;
  }

  /** Most replicas that any group asks for; what an error message names. */
  public int needed() {
    return groups.stream().mapToInt(Group::needed).max().orElse(0);
  }
}
