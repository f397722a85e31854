package io.quorate.client.internal.admin;

import io.grpc.MethodDescriptor;
import io.quorate.client.internal.engine.Asking;
import io.quorate.client.internal.engine.Asking.Effect;
import io.quorate.client.internal.engine.Checks;
import io.quorate.client.internal.engine.Connection;
import io.quorate.client.internal.engine.Engine;
import io.quorate.client.internal.engine.Statuses;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Asks nodes what any of them can answer, each question at another one first: {@link Asking}. */
final class AnyNode {
  /** A node that is stopped must not use up the time that others would need. */
  private static final long ATTEMPT_NANOS = TimeUnit.MILLISECONDS.toNanos(1000);

  /** A node answers once others know of a change, for which it waits two seconds at most. */
  private static final long CHANGE_NANOS = TimeUnit.MILLISECONDS.toNanos(3_500);

  /**
   * A node that finds no leader says so half a second before its time for a change is over, or a
   * quarter of a shorter time, and up to a tick of its clock later.
   */
  private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private static final int DOUBLINGS_MAX = 5;

  private final Engine engine;
  private final long timeoutNanos;

  /** Owned by the loop. */
  private int turn;

  AnyNode(Engine engine, Duration timeout) {
    this.engine = engine;
    this.timeoutNanos = Checks.nanos(timeout);
  }

  /**
   * Asks one node after the other until one answers, or the timeout is over.
   *
   * @param takesItsTime whether each node would need the same time, however long, so that no
   *     attempt is given up for another one, unless its node is not there any more. A change that
   *     is not to be asked again is waited for at any rate
   */
  <Q, A> CompletableFuture<A> ask(
      String what, MethodDescriptor<Q, A> method, Q question, Effect effect, boolean takesItsTime) {
    return ask(
        what, method, question, effect, takesItsTime, () -> engine.nodes().ofClusterInTurn(turn++));
  }

  /**
   * Asks one node after the other what changes nothing, until one gives an answer that is of use.
   *
   * @param objection why an answer is of none; null if it is
   */
  <Q, A> CompletableFuture<A> askFor(
      String what,
      MethodDescriptor<Q, A> method,
      Q question,
      Function<A, @Nullable String> objection) {
    return ask(
        what,
        method,
        question,
        Effect.NONE,
        false,
        new Asking.Asked<>() {
          @Override
          public List<Connection> inOrder() {
            return engine.nodes().ofClusterInTurn(turn++);
          }

          @Override
          public @Nullable String objection(A answer) {
            return objection.apply(answer);
          }
        });
  }

  /** Asks the node at an address, and no other in its place. */
  <Q, A> CompletableFuture<A> askAt(
      String address, String what, MethodDescriptor<Q, A> method, Q question) {
    return ask(
        what,
        method,
        question,
        Effect.NONE,
        false,
        new Asking.Asked<>() {
          @Override
          public List<Connection> inOrder() {
            return List.of(engine.nodes().at(address));
          }

          @Override
          public boolean isOneNode() {
            return true;
          }
        });
  }

  private <Q, A> CompletableFuture<A> ask(
      String what,
      MethodDescriptor<Q, A> method,
      Q question,
      Effect effect,
      boolean takesItsTime,
      Asking.Asked<A> nodes) {
    Asking.Terms terms =
        new Asking.Terms(
            what,
            effect,
            engine.loop().nanos() + timeoutNanos,
            takesItsTime ? round -> Long.MAX_VALUE : round -> attemptNanos(effect, round),
            effect == Effect.ONCE || (takesItsTime && effect != Effect.EACH_TIME),
            Statuses::worthAnotherNode,
            Math.min(LATE_NANOS, timeoutNanos / 4));
    return Asking.ask(engine, method, () -> question, terms, nodes)
        .thenApply(Asking.Answered::answer);
  }

  /** Longer in each round: a busy machine may need more than the first, to connect alone. */
  private static long attemptNanos(Effect effect, int round) {
    long usual = ATTEMPT_NANOS << Math.min(round - 1, DOUBLINGS_MAX);
    return effect == Effect.ONCE ? Math.max(CHANGE_NANOS, usual) : usual;
  }
}
