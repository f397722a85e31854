package io.quorate.placement;

/** What a restore goes into, and whether that is known to be empty. */
public enum RestoredInto {
  /** A tenant that was created for the restore; also where there is no restore. */
  NEW_TENANT,
  /**
   * A tenant that was there. It is closed to clients, and holds what it held: it may have keys, in
   * which case it is opened again as it is. Replicas take no fresh write of it, and nothing is
   * restored into it.
   */
  UNSEEN_TENANT,
  /** A tenant that was there and had no key. It has another id since. */
  EMPTY_TENANT
}
