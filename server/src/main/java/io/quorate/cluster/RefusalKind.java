package io.quorate.cluster;

/** What kind of refusal a command met, which says what its author can do about it. */
public enum RefusalKind {
  /** No state of any cluster takes the command: another one is to be proposed. */
  INVALID,
  /** The command names a tenant that there is not. */
  UNKNOWN_TENANT,
  /** The state of the cluster does not allow it now; another state may. */
  FAILED_PRECONDITION
}
