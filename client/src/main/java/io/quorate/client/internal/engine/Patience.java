package io.quorate.client.internal.engine;

import io.quorate.client.internal.kv.Batch;

/** What a call does when there is no room for it, here or at the nodes. */
public enum Patience {
  /**
   * It is refused where it would wait in a line that stands, and by nodes that have had too much to
   * do for longer than a moment. Its caller does not wait for it, and may ask on at any rate: what
   * cannot be done soon would only make everything later. Until then it waits for up to half of its
   * time.
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
