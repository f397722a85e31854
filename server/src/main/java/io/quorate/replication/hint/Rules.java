package io.quorate.replication.hint;

/**
 * Questions that it hangs on whether anything that a replica lacks is forgotten, each answered in
 * one place. Tests replace single answers by classic mistakes and demand that it is noticed.
 */
class Rules {
  /** What there is no room for is not dropped in silence: its partition is compared. */
  boolean marksPastTheBound() {
    return true;
  }

  /** Who waits for the hints of one moment waits for each of them, and for no later one. */
  boolean isAwaited(long stamp, long fence) {
    return stamp <= fence;
  }
}
