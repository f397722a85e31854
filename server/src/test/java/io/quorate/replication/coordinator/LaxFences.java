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
  UNASKED,
  /** A write under no lock is acknowledged below what is raised. */
  BELOW_WHAT_IS_RAISED,
  /** What a read under a lock has found is not raised. */
  NOT_RAISED,
  /** What is raised is above what is written under the token. */
  RAISED_ABOVE_WHAT_IS_FRESH,
  /** Attempts at a read under a lock come in any order. */
  ATTEMPTS_IN_ANY_ORDER
}
