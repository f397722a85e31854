package io.quorate.client.internal.engine;

import io.quorate.client.internal.kv.Batch;

/** What a call does when there is no room for it, here or at the nodes. */
public enum Patience {
  /**
   * While refusals are momentary it waits for room, for up to half of its time. After that it is
   * refused where it would wait in a line that stands, and when nodes refuse it. Its caller does
   * not wait for it, and may ask on at any rate: what cannot be done soon would only make
   * everything later.
   */
  NONE,

  /**
   * It waits, within its deadline. A thread waits for it, so that there are never more of these
   * than threads.
   */
  WAITS,

  /** It is one of a {@link Batch}, which asks again when it is refused, and for less at a time. */
  PACED
}
