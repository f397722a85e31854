package io.quorate.transport;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.quorate.fuzz.WildBytes;
import io.quorate.transport.peer.PeerMethods;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A call as gRPC shows it to a handler, which must not use it as gRPC forbids. */
public final class WildCall extends ServerCall<Frame, Frame> {
  public final List<Frame> sent = new ArrayList<>();

  /** How the handler ended the call; null while it has not. */
  public @Nullable Status closed;

  /** The other side has left, or has nothing more to send. */
  public boolean left;

  private final Listener<Frame> listener;
  private int requested;
  private boolean halfClosed;
  private boolean headersSent;
  private boolean ready = true;

  public WildCall(Function<ServerCall<Frame, Frame>, Listener<Frame>> handler) {
    this.listener = handler.apply(this);
  }

  /** A real message, a mutated one, or none that a correct sender produces. */
  public static Frame frame(SplittableRandom random, WildBytes wild, byte[] real) {
    return Frame.of(
        switch (random.nextInt(6)) {
          case 0 -> wild.mutated(real);
          case 1 -> random.nextInt(4) == 0 ? wild.madeUp() : real;
          default -> real;
        });
  }

  public boolean mayDeliver() {
    return requested > 0 && closed == null && !left && !halfClosed;
  }

  /** Hands a message on, if one is asked for. */
  public void deliver(Frame frame) {
    if (mayDeliver()) {
      requested--;
      listener.onMessage(frame);
    }
  }

  /** The other side reads again, or stops reading. */
  public void ready(boolean now) {
    ready = now;
    if (now && closed == null && !left) {
      listener.onReady();
    }
  }

  /** The other side goes without waiting for an answer, or says that this was all. */
  public void leave(boolean atOnce) {
    if (closed != null || left) {
      return;
    }
    if (atOnce) {
      left = true;
      listener.onCancel();
    } else if (!halfClosed) {
      halfClosed = true;
      listener.onHalfClose();
    }
  }

  /** A call that was ended has one of these codes, and a reason where it is an error. */
  public void checkEnd(Status.Code... allowed) {
    Status end = closed;
    if (end == null) {
      return;
    }
    if (!List.of(allowed).contains(end.getCode())
        || (!end.isOk() && Objects.requireNonNullElse(end.getDescription(), "").isEmpty())) {
      throw new AssertionError("ended by " + end);
    }
  }

  @Override
  public void request(int messages) {
    if (closed == null) {
      requested += messages;
    }
  }

  @Override
  public void sendHeaders(Metadata headers) {
    if (headersSent || closed != null) {
      throw new AssertionError("headers twice, or after the end");
    }
    headersSent = true;
  }

  @Override
  public void sendMessage(Frame message) {
    if (!headersSent || closed != null) {
      throw new AssertionError("a message before the headers, or after the end");
    }
    // As gRPC does: the array is used again.
    sent.add(
        new Frame(java.util.Arrays.copyOf(message.bytes(), message.length()), message.length()));
  }

  @Override
  public void close(Status status, Metadata trailers) {
    if (closed != null) {
      throw new AssertionError("closed twice: " + closed + ", " + status);
    }
    closed = status;
    if (!left) {
      listener.onComplete();
    }
  }

  @Override
  public boolean isReady() {
    return ready && closed == null && !left;
  }

  @Override
  public boolean isCancelled() {
    return left;
  }

  @Override
  public MethodDescriptor<Frame, Frame> getMethodDescriptor() {
    return PeerMethods.STREAM;
  }
}
