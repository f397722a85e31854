package io.quorate.client.admin;

/**
 * What becomes of concurrent writes of a key. Given when a tenant is created, and never changed.
 */
public enum Model {
  /** A key has one value, that of the newest version. What a tenant has that says nothing. */
  LAST_WRITE_WINS,
  /**
   * All values that were put concurrently are kept, as siblings, until a put or delete that has
   * read them takes their place. Keys are read and written at {@link
   * io.quorate.client.Level#QUORUM} only, by {@link io.quorate.client.QuorateClient#siblings}.
   */
  SIBLINGS
}
