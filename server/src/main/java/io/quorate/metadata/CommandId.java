package io.quorate.metadata;

import io.quorate.model.NodeId;

/**
 * Names one command of one node, the same on every retry, so that it is folded in once however
 * often it gets into the log.
 *
 * @param number grows with each command of the node, across its restarts
 */
record CommandId(NodeId origin, long number) {

  /** The first number of a start; there is room for 2^32 commands before the next start's. */
  static long firstNumber(int boot) {
    return (long) boot << Integer.SIZE;
  }

  @Override
  public String toString() {
    return origin + "/" + Long.toHexString(number);
  }
}
