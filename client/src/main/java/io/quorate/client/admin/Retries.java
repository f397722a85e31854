package io.quorate.client.admin;

/**
 * Whether a write that is sent again, by this library or by an application that uses the protocol,
 * may take effect more than once. Given when a tenant is created, and never changed.
 */
public enum Retries {
  /**
   * Each attempt at a write is a write of its own. One that is carried out late may take effect
   * above another client's write that was acknowledged in between. This is what a tenant has that
   * says nothing.
   */
  REPEAT,
  /**
   * A write takes effect at most once, however often it is sent and through whichever nodes, and
   * never above a write that was acknowledged after it. Reads and writes of a key are linearizable,
   * but for values that expire.
   *
   * <p>Each write asks one more replica a question before it is stored, which takes a round trip
   * between nodes. Keys are read and written at {@link io.quorate.client.Level#QUORUM} only.
   */
  ONCE
}
