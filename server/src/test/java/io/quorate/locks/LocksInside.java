package io.quorate.locks;

import io.quorate.raft.Raft;
import io.quorate.raft.RaftMessage;
import org.jspecify.annotations.Nullable;

/** What tests of other packages read inside the group that keeps locks. */
public final class LocksInside {
  private LocksInside() {}

  /** Null until the group is founded. */
  public static @Nullable Raft raft(Locks locks) {
    LockGroup group = locks.group();
    return group == null ? null : group.raft();
  }

  /** A state that every node of the group can read; an empty one before the group is founded. */
  public static byte[] state(Locks locks) {
    LockGroup group = locks.group();
    return group == null ? new byte[0] : group.table().encode();
  }

  /** A message of Raft as it is sent. */
  public static byte[] bytes(RaftMessage message) {
    return new LockMessage.Raft(message).encode();
  }
}
