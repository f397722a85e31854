package io.quorate.replication.coordinator;

/** What coordinators of registers may lack that are written under locks. */
public enum LaxFences {
  /** A write takes effect whatever its token. */
  ANY_TOKEN,
  /** A read under a lock is one as any other. */
  READS_RAISE_NOTHING,
  /** That a token is too low is told as soon as one replica shows it. */
  TOLD_AT_ONCE,
  /** A key whose fence was purged takes any token. */
  UNASKED
}
