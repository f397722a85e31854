package io.quorate.replication.coordinator;

/** What coordinators may lack of the rules of sessions. */
public enum LaxSession {
  /** Writes are stamped without regard to what the session has seen. */
  STAMPS_ANYWHERE,
  /** Reads return less than the session has seen. */
  BELOW_THE_MINIMUM,
  /** Nothing is below every version. */
  NOTHING_IS_NOTHING,
  /** Reads below the floor of the session stay at their level. */
  BELOW_THE_FLOOR
}
