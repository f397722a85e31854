package io.quorate.client.internal.engine;

import io.grpc.MethodDescriptor;
import io.quorate.client.internal.net.Loop;
import io.quorate.client.internal.net.Unary;
import java.util.function.Consumer;

/** How a question gets to one node. */
public interface Way {
  /**
   * By a call of its own, which is reset if it is given up. A node ends a connection on which many
   * calls are reset.
   */
  Way OWN_CALL =
      new Way() {
        @Override
        public <Q, A> Runnable ask(
            Loop loop,
            Connection node,
            MethodDescriptor<Q, A> method,
            Q question,
            long timeoutNanos,
            Consumer<A> onAnswer,
            Consumer<Throwable> onFailure) {
          return Unary.askToGiveUp(
              loop, node.channel(), method, question, timeoutNanos, onAnswer, onFailure);
        }
      };

  /**
   * Asks, and tells on the loop either the answer or the gRPC exception.
   *
   * @return gives the question up, on the loop, which is told as a failure
   */
  <Q, A> Runnable ask(
      Loop loop,
      Connection node,
      MethodDescriptor<Q, A> method,
      Q question,
      long timeoutNanos,
      Consumer<A> onAnswer,
      Consumer<Throwable> onFailure);
}
