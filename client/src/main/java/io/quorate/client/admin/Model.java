package io.quorate.client.admin;

/**
 * What a key holds, and what becomes of concurrent writes of it. Given when a tenant is created,
 * and never changed.
 */
public enum Model {
  /** A key has one value, that of the newest version. What a tenant has that says nothing. */
  LAST_WRITE_WINS,
  /**
   * All values that were put concurrently are kept, as siblings, until a put or delete that has
   * read them takes their place. Keys are read and written at {@link
   * io.quorate.client.Level#QUORUM} only, by {@link io.quorate.client.QuorateClient#siblings}.
   */
  SIBLINGS,
  /**
   * Each key is a counter. Concurrent increments and decrements are all counted, each once, by
   * {@link io.quorate.client.QuorateClient#counters}.
   */
  COUNTERS,
  /**
   * Each key is a set of values, to which any clients add and from which they remove, by {@link
   * io.quorate.client.QuorateClient#sets}.
   */
  SETS,
  /**
   * Each key has fields with names, which are counters, sets, registers and flags, by {@link
   * io.quorate.client.QuorateClient#maps}.
   */
  MAPS,
  /**
   * A key has one value, and its reads and writes are linearizable: they take effect one at a time,
   * each between its call and its answer, also while nodes fail and partitions move. A write takes
   * effect at most once, however often it is tried. Keys are read and written at {@link
   * io.quorate.client.Level#QUORUM} only, by {@link io.quorate.client.QuorateClient#keyValue}, and
   * do not expire.
   */
  LINEARIZABLE
}
