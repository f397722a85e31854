package io.quorate.cluster;

/** What kind of refusal a command met, which says what its author can do about it. */
public enum RefusalKind {
  /** No state of any cluster takes the command: another one is to be proposed. */
  INVALID,
  /** The command names a tenant that there is not. */
  UNKNOWN_TENANT,
  /** The state of the cluster does not allow it now; another state may. */
  FAILED_PRECONDITION,
  /** A tenant has no history, and a cut as of a moment that has passed is asked for. */
  NO_HISTORY,
  /** The moment of a cut is before the history of a tenant begins; a later one may do. */
  BEFORE_HISTORY,
  /** A cut is asked for while another one has not ended. */
  OTHER_CUT
}
