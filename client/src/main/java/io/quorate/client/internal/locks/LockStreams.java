package io.quorate.client.internal.locks;

import io.grpc.MethodDescriptor;
import io.quorate.client.internal.engine.Connection;
import io.quorate.client.internal.engine.Way;
import io.quorate.client.internal.net.ConnectionEnds;
import io.quorate.client.internal.net.Loop;
import io.quorate.proto.v1.AcquireLockRequest;
import io.quorate.proto.v1.ShowLockRequest;
import io.quorate.proto.v1.WaitForLocksRequest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Has all requests to one node that may wait there go by one stream: a node carries 1,000 calls of
 * a connection, and ends it when many of them are reset. All other questions have their own calls.
 * Owned by the loop.
 */
final class LockStreams implements Way {
  /** The one that takes requests now, by the node; there while something is unanswered. */
  private final Map<Connection, LockStream> streams = new HashMap<>();

  /** Nodes of which it will be heard when the connection of now is to end. */
  private final Set<Connection> watched = new HashSet<>();

  @Override
  public <Q, A> Runnable ask(
      Loop loop,
      Connection node,
      MethodDescriptor<Q, A> method,
      Q question,
      long timeoutNanos,
      Consumer<A> onAnswer,
      Consumer<Throwable> onFailure) {
    WaitForLocksRequest.Builder request = WaitForLocksRequest.newBuilder();
    if (question instanceof AcquireLockRequest acquire) {
      request.setAcquire(acquire);
    } else if (question instanceof ShowLockRequest show) {
      request.setShow(show);
    } else {
      return Way.OWN_CALL.ask(loop, node, method, question, timeoutNanos, onAnswer, onFailure);
    }
    @SuppressWarnings("unchecked") // the answer to such a question
    Consumer<Object> answered = (Consumer<Object>) onAnswer;
    return streamTo(loop, node)
        .ask(
            request,
            timeoutNanos,
            response ->
                answered.accept(
                    response.hasAcquired() ? response.getAcquired() : response.getShown()),
            onFailure);
  }

  private LockStream streamTo(Loop loop, Connection node) {
    LockStream known = streams.get(node);
    if (known != null && known.takesRequests()) {
      return known;
    }
    LockStream next = new LockStream(loop, node.channel(), over -> streams.remove(node, over));
    streams.put(node, next);
    next.start();
    if (watched.add(node)) {
      ConnectionEnds.tellOnceConnected(node.channel(), loop, () -> onConnectionEnds(node));
    }
    return next;
  }

  private void onConnectionEnds(Connection node) {
    watched.remove(node);
    LockStream there = streams.get(node);
    if (there != null) {
      there.takeNothingMore();
    }
  }
}
