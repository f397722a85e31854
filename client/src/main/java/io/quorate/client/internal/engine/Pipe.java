package io.quorate.client.internal.engine;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.quorate.client.internal.net.Loop;
import io.quorate.proto.v1.KeyValueGrpc;
import io.quorate.proto.v1.PipeRequest;
import io.quorate.proto.v1.PipeResponse;
import java.util.concurrent.RejectedExecutionException;

/**
 * One {@code Pipe} stream to a node. When it breaks, another takes its place, and what the old one
 * still says is ignored. Owned by the loop.
 */
final class Pipe extends ClientCall.Listener<PipeResponse> {
  /** Told what becomes of the stream, on the loop. */
  interface Owner {
    /** Whether no other stream has taken the place of this one. */
    boolean isCurrent(Pipe pipe);

    /** More may be sent. */
    void onReady();

    void onFrame(PipeResponse frame);

    void onEnd(Status status);
  }

  /** What gRPC may hold that the network has not taken, before we go on queueing ourselves. */
  private static final int UNSENT_BYTES_MAX = 1 << 20;

  private final Loop loop;
  private final Owner owner;
  private final ClientCall<PipeRequest, PipeResponse> stream;

  Pipe(Channel channel, Loop loop, Owner owner) {
    this.loop = loop;
    this.owner = owner;
    this.stream =
        channel.newCall(
            KeyValueGrpc.getPipeMethod(),
            CallOptions.DEFAULT.withOnReadyThreshold(UNSENT_BYTES_MAX));
  }

  void start() {
    stream.start(this, new Metadata());
    // What may arrive is bounded by what we asked for.
    stream.request(Integer.MAX_VALUE);
  }

  /** Whether gRPC takes more. */
  boolean isReady() {
    return stream.isReady();
  }

  void send(PipeRequest frame) {
    stream.sendMessage(frame);
  }

  /** Sends no more; the node ends the stream in order. */
  void finish() {
    stream.halfClose();
  }

  void cancel(String why) {
    stream.cancel(why, null);
  }

  /** gRPC calls back from elsewhere while the channel has no connection. */
  private void onLoop(Runnable event) {
    if (loop.inLoop()) {
      if (owner.isCurrent(this)) {
        event.run();
      }
      return;
    }
    try {
      loop.execute(() -> onLoop(event));
    } catch (RejectedExecutionException loopEnded) {
      // Closing gave all calls back already.
    }
  }

  @Override
  public void onReady() {
    onLoop(owner::onReady);
  }

  @Override
  public void onMessage(PipeResponse frame) {
    if (owner.isCurrent(this)) {
      owner.onFrame(frame);
    }
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    onLoop(() -> owner.onEnd(status));
  }
}
