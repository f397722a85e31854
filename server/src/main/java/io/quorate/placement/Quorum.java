package io.quorate.placement;

import io.quorate.model.Invariant;
import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;

/**
 * The groups of replicas that one operation must satisfy, each by its own count, all counted on the
 * same answers: one group at rest, two while the partition moves; of levels about regions one for
 * each region that must answer.
 *
 * <p>Never a count over the union of two groups: from {a,b,c} to {a,d,e}, three of the union may be
 * {c,d,e}, which the old majority {a,b} never meets.
 */
public record Quorum(List<Group> groups) {

  /**
   * {@code needed} of {@code members}.
   *
   * @param region in which the members are, if that is why they are a group; else empty
   */
  public record Group(List<NodeId> members, int needed, String region) {
    public Group {
      members = List.copyOf(members);
    }

    public Group(List<NodeId> members, int needed) {
      this(members, needed, "");
    }

    /** As many as {@code level} asks of {@code replicas}, of those that count. */
    static Group of(List<NodeId> replicas, List<NodeId> serving, Level level, String region) {
      List<NodeId> counting =
          serving.containsAll(replicas)
              ? replicas
              : replicas.stream().filter(serving::contains).toList();
      return new Group(counting, level.required(replicas.size()), region);
    }
  }

  /**
   * The groups of one set of replicas that a level asks: the set, or its replicas in one region, or
   * in each.
   *
   * @param serving the replicas that count
   * @param regions by which the set is divided
   */
  static List<Group> groups(
      List<NodeId> replicas, List<NodeId> serving, Level level, Regions regions) {
    if (!level.isAboutRegions() || !regions.isDivided()) {
      return List.of(Group.of(replicas, serving, level, ""));
    }
    SortedMap<String, List<NodeId>> divided = regions.divide(replicas);
    if (!(level instanceof Level.InRegion(Level.Named local, String region))) {
      Invariant.hold(level.equals(Level.EACH_QUORUM), "level %s, and no region is said", level);
      List<Group> each = new ArrayList<>();
      divided.forEach((name, here) -> each.add(Group.of(here, serving, level, name)));
      return each;
    }
    List<NodeId> here = divided.get(region);
    // A set that has nothing there is asked as a whole: that meets whatever its regions meet.
    return List.of(
        here == null
            ? Group.of(replicas, serving, local, "")
            : Group.of(here, serving, level, region));
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

  /** The groups that cannot answer any more, since too many of their members have failed. */
  public List<Group> lost(Collection<NodeId> failed) {
    return groups.stream()
        .filter(group -> group.members().size() - count(group, failed) < group.needed())
        .toList();
  }

  /** Whether a node's answer is counted in any group. */
  public boolean counts(NodeId node) {
    for (Group group : groups) {
      if (group.members().contains(node)) {
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
