package io.quorate.client.internal.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Calls that wait until a node can be reached. Where there is no node for one, there is none for
 * those behind it either, except that a call which all drained nodes have refused waits for another
 * node, while one that was never refused may go to them: so each kind has a line of its own. Owned
 * by the loop.
 */
final class Parked {
  private final ArrayDeque<Call<?>> fresh = new ArrayDeque<>();
  private final ArrayDeque<Call<?>> refused = new ArrayDeque<>();

  /** When it was last looked for calls that are done. */
  private long sweptNanos;

  Parked(long nowNanos) {
    this.sweptNanos = nowNanos;
  }

  void add(Call<?> call) {
    (call.wasRefused() ? refused : fresh).add(call);
  }

  /**
   * Gives calls to nodes, as far as there are any.
   *
   * @param pick finds a node for a call; null if there is none now
   * @param give gives a call to a node
   */
  void letGo(Function<Call<?>, @Nullable Connection> pick, BiConsumer<Call<?>, Connection> give) {
    letGo(fresh, pick, give);
    letGo(refused, pick, give);
  }

  private static void letGo(
      ArrayDeque<Call<?>> line,
      Function<Call<?>, @Nullable Connection> pick,
      BiConsumer<Call<?>, Connection> give) {
    for (Call<?> call = line.peek(); call != null; call = line.peek()) {
      Connection node = call.done ? null : pick.apply(call);
      if (node == null && !call.done) {
        return;
      }
      line.remove();
      if (node != null) {
        give.accept(call, node);
      }
    }
  }

  /**
   * Lets go of those that are done. There may be very many behind one that waits for long, so they
   * are looked at no more often than those that are held back.
   */
  void sweep(long nowNanos) {
    if (nowNanos - sweptNanos >= Throttle.FOLD_NANOS) {
      sweptNanos = nowNanos;
      fresh.removeIf(call -> call.done);
      refused.removeIf(call -> call.done);
    }
  }

  /** Empties it; all that waited. */
  List<Call<?>> takeAll() {
    List<Call<?>> all = new ArrayList<>(fresh);
    all.addAll(refused);
    fresh.clear();
    refused.clear();
    return all;
  }
}
