package io.quorate.client.internal.locks;

import io.grpc.MethodDescriptor;
import io.quorate.client.internal.engine.Asking;
import io.quorate.client.internal.engine.Engine;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Asks the nodes of the cluster, each question of another node first. */
public final class NodesInTurn implements LockNodes {
  private final Engine engine;

  /** Owned by the loop. */
  private int turn;

  public NodesInTurn(Engine engine) {
    this.engine = engine;
  }

  @Override
  public <Q, A> CompletableFuture<Asking.Answered<A>> ask(
      MethodDescriptor<Q, A> method, Supplier<Q> question, Asking.Terms terms) {
    return Asking.ask(
        engine, method, question, terms, () -> engine.nodes().ofClusterInTurn(turn++));
  }
}
