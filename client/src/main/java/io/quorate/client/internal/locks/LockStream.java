package io.quorate.client.internal.locks;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quorate.client.internal.engine.Statuses;
import io.quorate.client.internal.net.Loop;
import io.quorate.proto.v1.GiveUpLockRequest;
import io.quorate.proto.v1.LocksGrpc;
import io.quorate.proto.v1.WaitForLocksRequest;
import io.quorate.proto.v1.WaitForLocksResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Requests about locks that wait at one node. What is given up, as its caller has left or its time
 * is over, is said to the node, which answers it: nothing is reset, and what is asked after it
 * comes after it. The stream ends once all is answered. Owned by the loop.
 */
final class LockStream extends ClientCall.Listener<WaitForLocksResponse> {
  /**
   * A node that has not answered for this long what was given up may be gone, with the connection
   * on which the stream is: what is asked from then on goes by another stream.
   */
  private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Loop loop;
  private final Consumer<LockStream> onOver;
  private final ClientCall<WaitForLocksRequest, WaitForLocksResponse> call;

  /** What the node has not answered, by its id. */
  private final Map<Long, Asked> open = new HashMap<>();

  private long lastId;

  /** Whether it takes nothing more: it ends, or its connection may. */
  private boolean over;

  private boolean halfClosed;

  /** How the node ended it; null: it has not. */
  private @Nullable StatusRuntimeException end;

  /** A request that is not answered. */
  private static final class Asked {
    private final Consumer<WaitForLocksResponse> onAnswer;
    private final Consumer<Throwable> onFailure;
    private Loop.@Nullable Timer timer;
    private boolean givenUp;

    Asked(Consumer<WaitForLocksResponse> onAnswer, Consumer<Throwable> onFailure) {
      this.onAnswer = onAnswer;
      this.onFailure = onFailure;
    }

    void cancelTimer() {
      if (timer != null) {
        timer.cancel();
      }
    }
  }

  /**
   * @param onOver told when it takes nothing more
   */
  LockStream(Loop loop, Channel channel, Consumer<LockStream> onOver) {
    this.loop = loop;
    this.onOver = onOver;
    this.call = channel.newCall(LocksGrpc.getWaitForLocksMethod(), CallOptions.DEFAULT);
  }

  void start() {
    call.start(this, new Metadata());
    call.request(Integer.MAX_VALUE); // one answer to each request, and no more
  }

  boolean takesRequests() {
    return !over;
  }

  /**
   * Asks.
   *
   * @param request without an id
   * @return gives the request up, on the loop, which is told as a failure
   */
  Runnable ask(
      WaitForLocksRequest.Builder request,
      long timeoutNanos,
      Consumer<WaitForLocksResponse> onAnswer,
      Consumer<Throwable> onFailure) {
    StatusRuntimeException ended = end;
    if (ended != null) { // as one does within its start while the node is known to be away
      loop.execute(() -> onFailure.accept(ended));
      return () -> {};
    }
    long id = ++lastId;
    Asked asked = new Asked(onAnswer, onFailure);
    open.put(id, asked);
    long nanos = Math.max(timeoutNanos, 0);
    asked.timer =
        loop.schedule(
            () -> giveUp(id, asked, Status.DEADLINE_EXCEEDED.withDescription("no answer in time")),
            nanos);
    call.sendMessage(
        request.setId(id).setTimeoutMs(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos))).build());
    return () -> giveUp(id, asked, Status.CANCELLED.withDescription("given up"));
  }

  private void giveUp(long id, Asked asked, Status how) {
    if (asked.givenUp || open.get(id) != asked) {
      return;
    }
    asked.givenUp = true;
    asked.cancelTimer();
    call.sendMessage(
        WaitForLocksRequest.newBuilder()
            .setId(id)
            .setGiveUp(GiveUpLockRequest.getDefaultInstance())
            .build());
    asked.timer = loop.schedule(this::takeNothingMore, ANSWER_NANOS);
    asked.onFailure.accept(how.asRuntimeException());
  }

  /** What is unanswered goes on, and then the stream ends. */
  void takeNothingMore() {
    if (!over) {
      over = true;
      onOver.accept(this);
    }
    if (open.isEmpty() && !halfClosed && end == null) {
      halfClosed = true;
      call.halfClose();
    }
  }

  @Override
  public void onMessage(WaitForLocksResponse response) {
    onLoop(() -> onAnswer(response));
  }

  private void onAnswer(WaitForLocksResponse response) {
    Asked asked = open.remove(response.getId());
    if (asked == null) {
      return;
    }
    asked.cancelTimer();
    if (open.isEmpty()) {
      takeNothingMore();
    }
    if (asked.givenUp) {
      return;
    }
    if (response.hasFailure()) {
      asked.onFailure.accept(Statuses.refusal(response.getFailure()));
    } else {
      asked.onAnswer.accept(response);
    }
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    onLoop(() -> onEnd(status, trailers));
  }

  private void onEnd(Status status, Metadata trailers) {
    Status why = status.isOk() ? Status.UNAVAILABLE.withDescription("ended the stream") : status;
    StatusRuntimeException ended = why.asRuntimeException(trailers);
    end = ended;
    List<Asked> lost = new ArrayList<>(open.values());
    open.clear();
    takeNothingMore();
    for (Asked asked : lost) {
      asked.cancelTimer();
      if (!asked.givenUp) {
        asked.onFailure.accept(ended);
      }
    }
  }

  /** gRPC calls back from elsewhere while the channel has no connection. */
  private void onLoop(Runnable event) {
    try {
      loop.run(event);
    } catch (RejectedExecutionException loopEnded) {
      // All waits have ended with the loop.
    }
  }
}
