package io.quorate.metadata.bootstrap;

/**
 * The way by which nodes introduce themselves to an address. Calls are made on the lane, and
 * callbacks run on it, later.
 */
public interface Introductions {
  /** Asks the node that answers at {@code address}; gives up after a few seconds. */
  void ask(String address, Introduction mine, Callback callback);

  /** Takes the answer; exactly one of its methods is called, once. */
  interface Callback {
    void answered(IntroductionReply reply);

    /** Nobody answered, or something that is no node: the reason, for people. */
    void failed(String reason);
  }

  /** The other side: what this node says to one that introduces itself. */
  @FunctionalInterface
  interface Host {
    IntroductionReply answer(Introduction asker);
  }
}
