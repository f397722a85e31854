package io.quorate.client.internal.locks;

import io.grpc.MethodDescriptor;
import io.quorate.client.internal.engine.Asking;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** How questions about locks get to nodes. */
public interface LockNodes {
  /**
   * Asks one node after the other.
   *
   * @param question what to ask, made for each attempt
   * @param forwarded whether the node that answered has passed the question on to another one
   * @return completes on the loop; fails with a {@code QuorateException}
   */
  <Q, A> CompletableFuture<Asking.Answered<A>> ask(
      MethodDescriptor<Q, A> method,
      Supplier<Q> question,
      Asking.Terms terms,
      Predicate<A> forwarded);
}
