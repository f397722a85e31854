package io.quorate.locks;

import io.quorate.event.Counter;
import io.quorate.event.Event;
import io.quorate.event.Tally;

/** Something that happened to locks; where it was decided, that is at their leader. */
public enum LockEvent implements Event {
  /** An owner got a lock that was free. */
  GRANTED,
  /** An owner that stood in line got a lock. */
  GRANTED_AFTER_WAIT,
  /** An owner got a lock that others hold, too; counted as one of the above as well. */
  GRANTED_BESIDE_OTHERS,
  /** An owner that holds a lock acquired it again. */
  ACQUIRED_AGAIN,
  /** A request was answered that another owner holds the lock. */
  IS_HELD,
  /** A request stands in line. */
  QUEUED,
  /** A request was given up before its turn. */
  WITHDRAWN,
  RELEASED,
  /** A request to release found that its token holds nothing any more. */
  RELEASED_BEFORE,
  /** A holder was not heard of for its time: its lock was taken away. */
  EXPIRED,
  /** An owner was named by a renewal that was answered. */
  RENEWED,
  /** A renewal was about a lock whose time was over. */
  RENEWED_TOO_LATE,
  /** A request was answered that had waited for a change of who holds a lock. */
  WATCH_TOLD,
  /** A leader began, with locks that are held: each for its full time again. */
  LEASES_EXTENDED,
  /** A request was refused: there are too many, or its owner holds the lock otherwise. */
  REFUSED,
  /** The group was founded at this node. */
  FOUNDED,
  /** The group was founded again, with no lock held, since most of its voters left for good. */
  FOUNDED_AGAIN,
  /** The voters of the group were brought in line with those of the metadata group. */
  VOTERS_FOLLOWED,
  /** A snapshot replaced the log. */
  COMPACTED,
  /** A leader's snapshot replaced what is held here. */
  SNAPSHOT_TAKEN,
  /** A command of the log could not be read: this node takes no further part. */
  STUCK;

  public static final Counter EVENTS =
      Counter.of(
              "quorate.lock.events",
              "What happened to locks, counted by the node that leads the group of the locks")
          .by("event", (Object[]) values());

  @Override
  public void count(Tally tally) {
    tally.add(EVENTS, 1, this);
  }
}
