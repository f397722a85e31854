package io.quorate.replication.coordinator;

/** What updates of keys whose fields are merged may lack. */
public enum LaxUpdates {
  /** The node that coordinates an update counts it as its own, in each attempt. */
  COORDINATOR_IS_WRITER,
  /** An update tells the highest number of its writer, and so that all lower ones are known. */
  HIGHEST_NUMBER_ALONE,
  /** A removal that is tried again looks again for what it removes. */
  REMOVED_AGAIN,
  /** A removal does not look again whether another attempt has taken effect meanwhile. */
  LOOKED_ONCE,
  /** An update that ends additions which a purge has folded is sent alone. */
  FOLDED_SENT_ALONE
}
