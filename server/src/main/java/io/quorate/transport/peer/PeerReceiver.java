package io.quorate.transport.peer;

import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.quorate.model.NodeId;
import io.quorate.proto.internal.StreamAccepted;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.runtime.Lane;
import io.quorate.transport.Frame;
import io.quorate.transport.LaneEntry;
import io.quorate.transport.codec.MalformedMessageException;
import io.quorate.transport.codec.peer.Hello;
import io.quorate.transport.codec.peer.PeerCodec;
import org.jspecify.annotations.Nullable;

/** One stream from another node: its hello, then its messages, each handed on as it is read. */
final class PeerReceiver extends ServerCall.Listener<Frame> implements PeerCodec.Sink {
  private final ServerCall<Frame, Frame> call;
  private final LaneEntry entry;
  private final PeerStreams streams;

  /** The node that speaks; null until it has been let in. */
  private @Nullable NodeId from;

  private int incarnation;

  /** Ends a stream on which no hello comes: any process can open one. */
  private Lane.@Nullable Timer patience;

  private boolean closed;

  PeerReceiver(ServerCall<Frame, Frame> call, LaneEntry entry, PeerStreams streams) {
    this.call = call;
    this.entry = entry;
    this.streams = streams;
  }

  void open() {
    call.sendHeaders(new Metadata());
    call.request(1);
    int millis = streams.helloMillisMax();
    patience =
        entry
            .lane()
            .schedule(
                millis * 1_000_000L,
                () ->
                    close(
                        Status.DEADLINE_EXCEEDED.withDescription(
                            "no hello within " + millis + " ms")));
  }

  private void cancelPatience() {
    if (patience != null) {
      patience.cancel();
      patience = null;
    }
  }

  /** What is known of the connection. */
  Attributes connection() {
    return call.getAttributes();
  }

  int incarnation() {
    return incarnation;
  }

  @Override
  public void onMessage(Frame frame) {
    entry.enter(() -> onFrame(frame));
  }

  private void onFrame(Frame frame) {
    if (closed) {
      return;
    }
    NodeId sender = from;
    if (sender != null) { // the first frame is the hello
      streams.received(sender, frame.length());
    }
    try {
      PeerCodec.readFrame(frame.bytes(), this);
    } catch (MalformedMessageException e) {
      streams.onMalformed(from, e);
      close(Status.INVALID_ARGUMENT.withDescription(e.getMessage()));
    }
    if (from == null && !closed) { // from the second frame on, more may be sent at once
      close(Status.FAILED_PRECONDITION.withDescription("no hello in the first frame of a stream"));
    }
    if (!closed) {
      call.request(1);
    }
  }

  @Override
  public void hello(Hello hello) {
    if (from != null) {
      close(Status.FAILED_PRECONDITION.withDescription("a second hello on one stream"));
      return;
    }
    incarnation = hello.incarnation();
    Status refusal = streams.admit(hello, this);
    if (refusal != null) {
      close(refusal);
      return;
    }
    from = hello.node();
    cancelPatience();
    Hello mine = streams.self();
    StreamAccepted accepted =
        StreamAccepted.newBuilder()
            .setNode(mine.node().value())
            .setProtocol(mine.protocols().common(hello.protocols()))
            .build();
    call.sendMessage(Frame.of(accepted.toByteArray()));
  }

  @Override
  public void message(ReplicaMessage message) {
    NodeId sender = sender();
    if (sender != null) {
      streams.said(sender, message);
    }
  }

  @Override
  public void raft(byte[] message) {
    NodeId sender = sender();
    if (sender != null) {
      streams.handler().onRaft(sender, message);
    }
  }

  private @Nullable NodeId sender() {
    if (from == null && !closed) {
      close(Status.FAILED_PRECONDITION.withDescription("a message before the hello"));
    }
    return closed ? null : from;
  }

  @Override
  public void onHalfClose() {
    entry.enter(() -> close(Status.OK));
  }

  @Override
  public void onCancel() {
    entry.enter(this::ended);
  }

  @Override
  public void onComplete() {
    entry.enter(this::ended);
  }

  private void ended() {
    closed = true;
    cancelPatience();
    streams.onGone(from, this);
  }

  void close(Status status) {
    if (!closed) {
      closed = true;
      cancelPatience();
      streams.onGone(from, this);
      call.close(status, new Metadata());
    }
  }
}
