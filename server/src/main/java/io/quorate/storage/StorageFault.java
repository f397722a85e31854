package io.quorate.storage;

/**
 * Why the disk could not do its part.
 *
 * @param kind what an operator has to do with
 * @param message what happened, to what
 */
public record StorageFault(Kind kind, String message) {
  /** Kinds of disk trouble. */
  public enum Kind {
    /** There is no room: the node takes no writes until there is. */
    FULL,
    /** Bytes that should be there are not, or are wrong, or the device does not give them back. */
    CORRUPT,
    /** A write or sync failed: what it carried is not acknowledged, by retry or otherwise. */
    FAILED,
    /** The store is closing, or the image that was to be read is not there any more. */
    CLOSED
  }
}
