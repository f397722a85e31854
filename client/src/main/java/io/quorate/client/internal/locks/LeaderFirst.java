package io.quorate.client.internal.locks;

import io.grpc.MethodDescriptor;
import io.quorate.client.internal.engine.Asking;
import io.quorate.client.internal.engine.Connection;
import io.quorate.client.internal.engine.Engine;
import io.quorate.client.internal.engine.Way;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the nodes of the cluster. Any of them takes any question, but all except one pass it on: the
 * one that has decided itself is asked first from then on, until it passes on, too, or does not
 * answer. While none is known, each question goes to another node first.
 */
public final class LeaderFirst implements LockNodes {
  private final Engine engine;
  private final LockStreams streams = new LockStreams();

  /** Owned by the loop, as all of this. */
  private int turn;

  private @Nullable Connection leader;

  public LeaderFirst(Engine engine) {
    this.engine = engine;
  }

  @Override
  public <Q, A> CompletableFuture<Asking.Answered<A>> ask(
      MethodDescriptor<Q, A> method,
      Supplier<Q> question,
      Asking.Terms terms,
      Predicate<A> forwarded) {
    return Asking.ask(
        engine,
        method,
        question,
        terms,
        new Asking.Asked<A>() {
          @Override
          public List<Connection> inOrder() {
            return leaderFirst(engine.nodes().ofClusterInTurn(turn++));
          }

          @Override
          public void answered(Connection node, A answer) {
            if (!forwarded.test(answer)) {
              leader = node;
            } else if (node.equals(leader)) {
              leader = null;
            }
          }

          @Override
          public void unreached(Connection node) {
            if (node.equals(leader)) {
              leader = null; // another one leads by now, or soon
            }
          }

          @Override
          public Way way() {
            return streams;
          }
        });
  }

  /** One that cannot be reached now keeps its turn. */
  private List<Connection> leaderFirst(List<Connection> nodes) {
    Connection first = leader;
    if (first == null || !first.ready() || !nodes.contains(first)) {
      return nodes;
    }
    List<Connection> ordered = new ArrayList<>(nodes);
    ordered.remove(first);
    ordered.add(0, first);
    return ordered;
  }
}
