package io.quorate.metadata.bootstrap;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

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

    /**
     * Returns why a node that asks to join is not taken in, whatever {@link #answer} would say: it
     * has to show a join token, and shows none that is good. Null if it is to be answered. For
     * operators of this cluster: the node that asks must not learn of the cluster by it.
     *
     * @param isCertifiedFor whether the certificate of the asker names the host of an address
     */
    default @Nullable String lackOfToken(Introduction asker, Predicate<String> isCertifiedFor) {
      return null;
    }
  }
}
