package io.quorate.replication.admission;

/**
 * The decisions that fairness depends on, one method each. Tests override one method with a classic
 * bug and require that the suite fails.
 */
class AdmissionRules {
  /** What stands in the same line: requests of one tenant, and of no other. */
  String lineOf(String tenant) {
    return tenant;
  }

  /** What can no longer be served in time is not carried out: its client has given it up. */
  boolean isHopeless(long leftNanos, long fastestNanos) {
    return leftNanos <= fastestNanos;
  }

  /** What would come to its turn too late does not stand in line. */
  boolean isInVain(long leftNanos, long waitNanos, long fastestNanos) {
    return leftNanos <= waitNanos + fastestNanos;
  }

  /** What each request takes from its tenant's quota of operations. */
  int quotaOperations(int operations) {
    return operations;
  }

  /** What was taken from a quota for a request that was not carried out is given back. */
  boolean refunds() {
    return true;
  }
}
