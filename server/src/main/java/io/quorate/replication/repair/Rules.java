package io.quorate.replication.repair;

/**
 * Questions that it hangs on whether a replica comes to hold everything, each answered in one
 * place. Tests replace single answers by classic mistakes and demand that it is noticed.
 */
class Rules {
  /** Every difference that a page shows is brought to whoever lacks it. */
  boolean goesOnAfter(int differencesSoFar) {
    return true;
  }

  /**
   * What is damaged is dropped only when the cluster has taken note that this replica is to be
   * filled, and that what it holds does not count.
   */
  boolean askedBeforeDropped() {
    return true;
  }

  /** What has not been answered yet may differ: until then a comparison is not at its end. */
  boolean waitsForAnswers() {
    return true;
  }
}
