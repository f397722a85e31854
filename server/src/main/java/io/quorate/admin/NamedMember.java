package io.quorate.admin;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Member;
import io.quorate.model.Quoted;
import org.jspecify.annotations.Nullable;

/** Members as operators name them. */
public final class NamedMember {
  private NamedMember() {}

  /** The member with this id or address; null if there is none. */
  static @Nullable Member find(ClusterState state, String name) {
    for (Member member : state.members().values()) {
      if (member.address().equals(name)
          || member.clientAddress().equals(name)
          || member.id().toString().equals(name)) {
        return member;
      }
    }
    return null;
  }

  /**
   * The same where there must be one.
   *
   * @throws IllegalArgumentException if no name is given, and, as a {@link
   *     FailedPreconditionException}, if there is no such member; the message says what to do
   */
  public static Member get(ClusterState state, String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("no node is named: give its id or address");
    }
    Member member = find(state, name);
    if (member == null) {
      throw new FailedPreconditionException(
          "%s is neither the id nor the address of a member: see 'quorate cluster status'"
              .formatted(Quoted.of(name)));
    }
    return member;
  }
}
