package io.quorate.transport.peer;

import io.quorate.cluster.Member;
import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where the members of the cluster are. The cluster's state says so, but it learns of another
 * address only once the member has reached a leader, and the leader the member. Until then the
 * member's own word counts, if it gave it in a later start than the one that the state knows.
 */
final class PeerAddresses {
  private record Said(String address, int incarnation) {}

  private Map<NodeId, Placements.Member> members = Map.of();

  /** What members said last. */
  private final Map<NodeId, Said> said = new TreeMap<>();

  /** What the state says from now on; of others than its members nothing is kept. */
  void follow(Map<NodeId, Placements.Member> now) {
    members = now;
    said.entrySet().removeIf(each -> !isNews(each.getKey(), each.getValue()));
  }

  /**
   * A node says where it is; before the state is followed, it need not be known as a member. What
   * is no address is not taken.
   *
   * @return whether it is a member, and is elsewhere than was thought
   */
  boolean said(NodeId node, String address, int incarnation) {
    Placements.Member member = members.get(node);
    if (!isAddress(address) || (member == null && !members.isEmpty())) {
      return false;
    }
    String before = member == null ? address : of(member);
    said.put(node, new Said(address, incarnation));
    return member != null && !of(member).equals(before);
  }

  String of(Placements.Member member) {
    Said own = said.get(member.id());
    return own != null && isNews(member.id(), own) ? own.address() : member.address();
  }

  private static boolean isAddress(String text) {
    try {
      Member.checkAddress(text);
      return true;
    } catch (IllegalArgumentException none) {
      return false;
    }
  }

  private boolean isNews(NodeId node, Said own) {
    Placements.Member member = members.get(node);
    return member != null && own.incarnation() > member.incarnation();
  }
}
