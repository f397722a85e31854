package io.quorate.storage.crypt;

import java.time.Duration;

/** Whether a node encrypts the values that it writes to its disk. */
public sealed interface Encryption {
  /** Values are written as they are. A directory whose values are encrypted is not opened. */
  record Off() implements Encryption {}

  /**
   * Values are neither read nor written: for tools that look at other things in the directory of a
   * node that does not run.
   */
  record Untouched() implements Encryption {}

  /**
   * Values are encrypted.
   *
   * @param newKeyAfter how long values of a tenant are encrypted with one key; later ones get a new
   *     key, and the old one is kept, since what it encrypted is still read
   */
  record On(MasterKeys masterKeys, Duration newKeyAfter) implements Encryption {}
}
