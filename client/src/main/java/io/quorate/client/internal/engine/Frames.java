package io.quorate.client.internal.engine;

import io.quorate.proto.v1.Operation;
import io.quorate.proto.v1.PipeRequest;
import java.util.concurrent.TimeUnit;

/** Makes frames of the calls that wait for one node. Owned by the loop. */
final class Frames {
  /** Calls that one frame holds. */
  static final int CALLS_MAX = 256;

  private final SendQueue queue;
  private final InFlight inFlight;
  private final ClusterView view;
  private final NodeClock wallClock;

  Frames(SendQueue queue, InFlight inFlight, ClusterView view, NodeClock wallClock) {
    this.queue = queue;
    this.inFlight = inFlight;
    this.view = view;
    this.wallClock = wallClock;
  }

  /**
   * Takes what the next frame holds out of the queue: it is in flight from then on.
   *
   * @return without operations if the time of all that was taken is over: the next sweep gives it
   *     up
   */
  PipeRequest next(long now) {
    long sentAtMillis = wallClock.at(now);
    PipeRequest.Builder frame = PipeRequest.newBuilder();
    long bytesLeft = view.bounds().frameBytes();
    while (frame.getOperationsCount() < CALLS_MAX && !inFlight.isFull()) {
      Call<?> call = queue.next(now, frame.getOperationsCount() == 0 ? Long.MAX_VALUE : bytesLeft);
      if (call == null) {
        break;
      }
      if (call.deadlineNanos <= now) {
        continue;
      }
      inFlight.send(call, now, sentAtMillis);
      bytesLeft -= call.bytes;
      Operation.Builder operation =
          Operation.newBuilder()
              .setId(call.wireId)
              .setTimeoutMs(timeoutMillis(call, now))
              .setSentAtMs(sentAtMillis);
      if (call.once) {
        view.stamp(call, now);
      }
      call.writeTo(operation);
      frame.addOperations(operation.build());
    }
    return frame.build();
  }

  /** A little less than we wait ourselves, so that the node's reason arrives before we give up. */
  private static int timeoutMillis(Call<?> call, long now) {
    long left = call.deadlineNanos - now;
    left -= Math.min(left / 10, TimeUnit.MILLISECONDS.toNanos(20));
    return (int) Math.min(Math.max(TimeUnit.NANOSECONDS.toMillis(left), 1), Integer.MAX_VALUE);
  }
}
