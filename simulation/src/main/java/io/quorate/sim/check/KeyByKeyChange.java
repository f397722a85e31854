package io.quorate.sim.check;

import io.quorate.sim.check.BackupChecker.Name;
import java.util.ArrayList;
import java.util.List;

/** What a client does to a key: it adds something, or ends what was added before, or both. */
public final class KeyByKeyChange {
  private static final long NOT_YET = Long.MAX_VALUE;

  /** When something expires that stays. */
  static final long NEVER = Long.MAX_VALUE;

  private final Name name;
  private final int number;
  private final boolean adds;
  private final long begunNanos;

  /** The newest cut that was known to be sealed when it was begun. */
  private final long sealedBefore;

  /** When what it adds expires, in milliseconds since 1970; {@link #NEVER} if it stays. */
  private final long expiresAtMillis;

  /** Changes that may have taken its place. */
  private final List<KeyByKeyChange> endedBy = new ArrayList<>();

  private long ackNanos = NOT_YET;

  /** The newest cut that was known to be closed when it was acknowledged. */
  private long closedBefore;

  KeyByKeyChange(
      Name name,
      int number,
      boolean adds,
      long begunNanos,
      long sealedBefore,
      long expiresAtMillis) {
    this.name = name;
    this.number = number;
    this.adds = adds;
    this.begunNanos = begunNanos;
    this.sealedBefore = sealedBefore;
    this.expiresAtMillis = expiresAtMillis;
  }

  Name name() {
    return name;
  }

  /** As which a backup shows it: among the changes of its key. */
  public int number() {
    return number;
  }

  boolean adds() {
    return adds;
  }

  long sealedBefore() {
    return sealedBefore;
  }

  long expiresAtMillis() {
    return expiresAtMillis;
  }

  List<KeyByKeyChange> endedBy() {
    return endedBy;
  }

  void acknowledge(long nowNanos, long closed) {
    ackNanos = nowNanos;
    closedBefore = closed;
  }

  boolean isAcknowledged() {
    return ackNanos != NOT_YET;
  }

  /** When it was acknowledged; later than all times if it was not. */
  long ackNanos() {
    return ackNanos;
  }

  long closedBefore() {
    return closedBefore;
  }

  /** Whether a client knew that it was made before another one was begun. */
  boolean isBefore(KeyByKeyChange other) {
    return ackNanos < other.begunNanos;
  }

  @Override
  public String toString() {
    return "%s%d of %s%s%s"
        .formatted(
            adds ? "#" : "end ",
            number,
            name,
            isAcknowledged() ? ", acknowledged at " + ackNanos : "",
            expiresAtMillis == NEVER ? "" : ", until " + expiresAtMillis);
  }
}
