package io.quorate.client.internal.engine;

import io.grpc.netty.shaded.io.netty.util.collection.LongObjectHashMap;
import io.quorate.proto.v1.PipeResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Calls that were sent to one node and are not answered. Their ids rise with the time at which they
 * were sent, and none is given twice, so what a former stream says late is not taken for the answer
 * to another call. Owned by the loop.
 */
final class InFlight {
  /**
   * Calls that one node may have at a time. What it cannot work on yet waits better here, where it
   * is given up at its deadline and can go elsewhere, than there or on the way.
   */
  static final int MAX = 1024;

  private final LongObjectHashMap<Call<?>> calls = new LongObjectHashMap<>();
  private long lastId;

  boolean isEmpty() {
    return calls.isEmpty();
  }

  boolean isFull() {
    return calls.size() >= MAX;
  }

  /** The id of the call that was sent last; 0: none was. */
  long lastId() {
    return lastId;
  }

  /**
   * Gives a call the next id.
   *
   * @param sentAtMillis by the node's clock; 0: unknown
   */
  void send(Call<?> call, long nowNanos, long sentAtMillis) {
    call.wireId = ++lastId;
    call.sentNanos = nowNanos;
    call.sentAtMillis = sentAtMillis;
    calls.put(call.wireId, call);
  }

  /** Takes out the call with an id; null: it was given up, or there never was one. */
  @Nullable Call<?> take(long id) {
    return calls.remove(id);
  }

  /** Takes out all of them. */
  List<Call<?>> takeAll() {
    List<Call<?>> all = new ArrayList<>(calls.values());
    calls.clear();
    return all;
  }

  /** The call that was sent last of those that a frame answers; null if it was given up. */
  @Nullable Call<?> latestOf(PipeResponse frame) {
    long latest = 0;
    for (int i = 0; i < frame.getResultsCount(); i++) {
      latest = Math.max(latest, frame.getResults(i).getId());
    }
    return calls.get(latest);
  }
}
