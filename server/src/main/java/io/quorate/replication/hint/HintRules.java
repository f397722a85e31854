package io.quorate.replication.hint;

/**
 * The decisions that keep missed writes from being forgotten, one method each. Tests override one
 * method with a classic bug and require that the suite fails.
 */
class HintRules {
  /** What there is no room for is not dropped in silence: its partition is compared. */
  boolean marksPastTheBound() {
    return true;
  }

  /**
   * A mark goes when all that it stood for was brought, and not while its target misses more: a
   * comparison that began before proves nothing of that.
   */
  boolean endsMark(long missedAtTheBeginning, long missedNow) {
    return missedAtTheBeginning == missedNow;
  }

  /**
   * What a comparison is to find must be durable before it begins: it looks at the disk, and would
   * end the mark of a record that comes there a moment later.
   */
  boolean comparesWhatIsDurable() {
    return true;
  }

  /**
   * A caller that waits for the hints of one moment waits for each of them, and for no later one.
   */
  boolean isAwaited(long stamp, long marker) {
    return stamp <= marker;
  }
}
