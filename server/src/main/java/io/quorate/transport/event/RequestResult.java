package io.quorate.transport.event;

/** How a request ended: well, or by which failure. */
public enum RequestResult {
  OK,
  INVALID,
  UNKNOWN_TENANT,
  UNAVAILABLE,
  DEADLINE_EXCEEDED,
  OVERLOADED,
  /** Beyond the quota of its tenant. */
  THROTTLED,
  NOT_SERVING,
  INTERNAL,
  OUTCOME_UNKNOWN,
  STAMP_TOO_LOW,
  TOO_MANY_SIBLINGS,
  KEY_TOO_LARGE,
  CONDITION_FAILED,
  FENCED,
  PERMISSION_DENIED,
  UNAUTHENTICATED
}
