package io.quorate.replication.repair;

/**
 * Questions that it hangs on whether comparing finds everything, each answered in one place. Tests
 * replace single answers by classic mistakes and demand that it is noticed.
 */
class Rules {
  /** Every difference that a page shows is brought to whoever lacks it. */
  boolean goesOnAfter(int differencesSoFar) {
    return true;
  }
}
