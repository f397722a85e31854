package io.quorate.cluster;

import io.quorate.model.NodeId;
import java.util.List;

/**
 * A recovery of the metadata group: it had lost the majority of its voters for good, and an
 * operator had it go on with what one survivor knew. Kept, so that operators can see later what
 * happened.
 *
 * @param generation names it; later ones are higher
 * @param survivor the only voter there was right after it
 * @param term of the last entry of the survivor's log
 * @param index of that entry
 * @param atMillis when, by the clock of the survivor's machine
 * @param by the user, as that machine knows them
 * @param voters the group before
 */
public record GroupRecovery(
    long generation,
    NodeId survivor,
    long term,
    long index,
    long atMillis,
    String by,
    List<NodeId> voters) {
  /** Longer names of people are cut: they are part of every snapshot from then on. */
  private static final int BY_CHARS_MAX = 100;

  public GroupRecovery {
    by = cut(by);
    voters = List.copyOf(voters);
  }

  private static String cut(String name) {
    int end = Math.min(BY_CHARS_MAX, name.length());
    boolean splits = end < name.length() && Character.isHighSurrogate(name.charAt(end - 1));
    return name.substring(0, splits ? end - 1 : end);
  }
}
