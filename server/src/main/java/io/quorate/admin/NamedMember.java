package io.quorate.admin;

import static java.util.stream.Collectors.toUnmodifiableMap;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Member;
import io.quorate.model.NodeNames;
import io.quorate.model.Quoted;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Members as operators name them: by id, address or name. */
public final class NamedMember {
  private NamedMember() {}

  /**
   * The only member that is named so.
   *
   * @throws IllegalArgumentException if no name is given, and, as a {@link
   *     FailedPreconditionException}, if there is no such member or there are several; the message
   *     says what to do
   */
  public static Member get(ClusterState state, String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("no node is named: give its id, address or name");
    }
    Member member = withIdOrAddress(state, name);
    if (member != null) {
      return member;
    }
    List<Member> named =
        state.members().values().stream().filter(each -> each.name().equals(name)).toList();
    if (named.size() > 1) {
      throw new FailedPreconditionException(
          "%d nodes have the name %s: give the id of one, see 'quorate cluster status'"
              .formatted(named.size(), Quoted.of(name)));
    }
    if (named.isEmpty()) {
      throw new FailedPreconditionException(
          "%s is neither the id, the address nor the name of a member: see 'quorate cluster status'"
              .formatted(Quoted.of(name)));
    }
    return named.getFirst();
  }

  /** How people call the members of a cluster; none if the node knows no cluster yet. */
  public static NodeNames names(@Nullable ClusterState state) {
    return state == null
        ? NodeNames.NONE
        : new NodeNames(
            state.members().values().stream().collect(toUnmodifiableMap(Member::id, Member::name)));
  }

  private static @Nullable Member withIdOrAddress(ClusterState state, String name) {
    for (Member member : state.members().values()) {
      if (member.address().equals(name)
          || member.clientAddress().equals(name)
          || member.id().toString().equals(name)) {
        return member;
      }
    }
    return null;
  }
}
