package io.quorate.transport.peer;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.model.NodeNames;
import io.quorate.model.Quoted;
import io.quorate.proto.internal.StreamAccepted;
import io.quorate.replication.event.RequestEvent.DropReason;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.runtime.Lane;
import io.quorate.runtime.Randomness;
import io.quorate.transport.Frame;
import io.quorate.transport.FrameQueue;
import io.quorate.transport.LaneEntry;
import io.quorate.transport.codec.WireWriter;
import io.quorate.transport.codec.peer.Hello;
import io.quorate.transport.codec.peer.PeerCodec;
import io.quorate.transport.event.TransportEvent;
import io.quorate.transport.tls.ShownCertificate;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way from this node to one other: a stream that is opened again whenever it ends.
 *
 * <p>Messages are encoded as they are handed in, into the frame that goes out at the end of the
 * turn. They are dropped while the other node has not accepted the stream, for nobody knows when it
 * will, and when more bytes wait than the bound: a node that reads too slowly must not cost this
 * one its memory, and the sender of the message asks again or delivers it in another way.
 */
final class PeerLink {
  private static final Logger log = LoggerFactory.getLogger(PeerLink.class);
  private static final Event NOT_CONNECTED =
      new TransportEvent.MessageDropped(DropReason.NOT_CONNECTED);
  private static final int TROUBLES_TOLD_MAX = 16;

  /** A node that is restarted may end a connection once or twice soon after it was accepted. */
  private static final int BRIEF_MAX = 3;

  private static final Event QUEUE_FULL = new TransportEvent.MessageDropped(DropReason.QUEUE_FULL);

  private final To to;
  private final NodeId peer;
  private final String address;

  /** Null: frames are sent as they are. */
  private final @Nullable FrameCompressor compressor;

  private final Supplier<Hello> hello;
  private final LaneEntry entry;
  private final PeerChannels channels;
  private final PeerSettings settings;
  private final Function<Attributes, @Nullable String> strangers;
  private final Randomness randomness;
  private final Supplier<NodeNames> names;
  private final Consumer<Event> events;

  private final FrameQueue queue = new FrameQueue();
  private @Nullable Attempt attempt;
  private Lane.@Nullable Timer retry;

  /**
   * Attempts that failed since the last connection that lasted. One that is accepted and ends soon
   * is no better than one that fails: a peer that cannot read what it is sent accepts each time.
   */
  private int failures;

  /** Connections that were accepted and ended soon, in a row. */
  private int brief;

  /** Why attempts failed since the last connection that lasted, each logged once; bounded. */
  private final Set<String> troublesTold = new HashSet<>();

  /** What the peer had against this process when it was last asked; null: nothing. */
  private @Nullable Objection objection;

  private boolean flushQueued;
  private boolean closed;

  /**
   * Where a link leads.
   *
   * @param address of the node
   * @param compressed whether frames are compressed on the way
   */
  record To(NodeId node, String address, boolean compressed) {}

  /**
   * @param hello with which a stream begins now
   * @param strangers says of what is known of a connection why another than the peer is there; null
   *     if it is the peer
   * @param names by which the log calls nodes
   */
  PeerLink(
      To to,
      Supplier<Hello> hello,
      LaneEntry entry,
      PeerChannels channels,
      Function<Attributes, @Nullable String> strangers,
      Randomness randomness,
      Supplier<NodeNames> names,
      Consumer<Event> events) {
    this.to = to;
    this.peer = to.node();
    this.address = to.address();
    this.hello = hello;
    this.entry = entry;
    this.channels = channels;
    this.settings = channels.settings();
    this.strangers = strangers;
    this.randomness = randomness;
    this.names = names;
    this.events = events;
    this.compressor =
        to.compressed()
            ? new FrameCompressor(
                (before, after) ->
                    events.accept(new TransportEvent.FrameCompressed(peer, before, after)))
            : null;
  }

  To to() {
    return to;
  }

  @Nullable Objection objection() {
    return objection;
  }

  boolean isConnected() {
    return attempt != null && attempt.accepted;
  }

  void send(ReplicaMessage message) {
    if (mayQueue()) {
      PeerCodec.add(queue.tail(), message);
      queueFlush();
    }
  }

  void sendRaft(byte[] message) {
    if (mayQueue()) {
      PeerCodec.addRaft(queue.tail(), message);
      queueFlush();
    }
  }

  private boolean mayQueue() {
    if (!isConnected()) {
      events.accept(NOT_CONNECTED);
      return false;
    }
    if (queue.bytes() >= settings.queueBytesMax()) {
      events.accept(QUEUE_FULL);
      return false;
    }
    return true;
  }

  private void queueFlush() {
    if (!flushQueued) {
      flushQueued = true;
      entry.lane().execute(this::flush);
    }
  }

  private void flush() {
    flushQueued = false;
    sendWhileReady();
  }

  private void sendWhileReady() {
    if (attempt != null && attempt.accepted) {
      attempt.sendWhileReady();
    }
  }

  /**
   * Connects now, without waiting for the next attempt to be due. The pause is kept if it is not
   * for want of an answer: else two nodes that cannot read each other would connect without end.
   */
  void connectSoon() {
    if (attempt == null && !closed && brief < BRIEF_MAX) {
      if (retry != null) {
        retry.cancel();
      }
      connect();
    }
  }

  /** Returns the peer as people call it. */
  private String shown() {
    return names.get().of(peer);
  }

  private void connect() {
    retry = null;
    if (closed) {
      return;
    }
    Attempt next;
    try {
      next = new Attempt();
    } catch (IllegalArgumentException e) {
      log.error(
          "node {} cannot be reached, {} is not an address: {}",
          shown(),
          Quoted.of(address),
          e.getMessage());
      return;
    }
    attempt = next;
    next.start();
  }

  private void onEnded(Attempt ended, String why) {
    if (attempt != ended) {
      return;
    }
    attempt = null;
    queue.clear();
    ended.abandon();
    if (closed) {
      return;
    }
    if (ended.accepted) {
      events.accept(new TransportEvent.ConnectionEnded(peer));
    }
    if (ended.lasted) {
      log.info("connection to node {} at {} ended: {}", shown(), address, why);
    } else if (isNews(why)) {
      log.warn(
          ended.accepted
              ? "connection to node {} at {} ended soon, trying on: {}"
              : "cannot connect to node {} at {}, trying on: {}",
          shown(),
          address,
          why);
    }
    brief = ended.accepted && !ended.lasted ? brief + 1 : 0;
    failures = ended.lasted ? 0 : Math.min(failures + 1, 20);
    long pause = Math.min((long) settings.retryMillisMin() << failures, settings.retryMillisMax());
    long jittered = pause / 2 + randomness.nextInt((int) (pause / 2) + 1);
    retry = entry.lane().schedule(jittered * 1_000_000, this::connect);
  }

  /**
   * Returns whether this trouble has not been told since the last connection that lasted. There may
   * be an attempt every second for days, and two troubles that alternate are no news either.
   */
  private boolean isNews(String trouble) {
    if (troublesTold.size() >= TROUBLES_TOLD_MAX) {
      troublesTold.clear();
    }
    return troublesTold.add(trouble);
  }

  void close() {
    closed = true;
    if (retry != null) {
      retry.cancel();
    }
    if (attempt != null) {
      Attempt last = attempt;
      attempt = null;
      last.abandon();
    }
    queue.clear();
  }

  /** One connection and one stream on it, from the first packet to the end. */
  private final class Attempt extends ClientCall.Listener<Frame> {
    private final ManagedChannel channel =
        compressor == null ? channels.open(address) : channels.open(address, compressor);
    private final ClientCall<Frame, Frame> call =
        channel.newCall(
            PeerMethods.STREAM,
            compressor == null
                ? CallOptions.DEFAULT
                : CallOptions.DEFAULT.withCompression(compressor.getMessageEncoding()));

    /** Runs until the stream is accepted, and then until the connection has lasted. */
    private Lane.@Nullable Timer patience;

    private final Hello mine = hello.get();
    private boolean accepted;
    private boolean lasted;

    void start() {
      patience =
          entry
              .lane()
              .schedule(
                  settings.acceptMillisMax() * 1_000_000L,
                  () -> onEnded(this, "no answer in " + settings.acceptMillisMax() + " ms"));
      call.start(this, new Metadata());
      // The call may end within start, as when the name does not resolve, and is cancelled then: to
      // send on a cancelled call throws.
      if (attempt != this) {
        return;
      }
      call.request(1);
      WireWriter hello = new WireWriter();
      PeerCodec.addHello(hello, mine);
      if (compressor != null) {
        call.setMessageCompression(false); // it may be sent later, and on another thread
      }
      call.sendMessage(Frame.of(hello.toByteArray()));
    }

    @Override
    public void onMessage(Frame message) {
      entry.enter(() -> onAccepted(message));
    }

    private void onAccepted(Frame message) {
      if (attempt != this || accepted) {
        return;
      }
      StreamAccepted answer;
      try {
        answer = StreamAccepted.parseFrom(message.bytes());
      } catch (InvalidProtocolBufferException e) {
        onEnded(this, "it answered with what is no StreamAccepted: " + e.getMessage());
        return;
      }
      NodeId there = new NodeId(answer.getNode());
      if (!there.equals(peer)) {
        onEnded(this, "node " + there + " answers at this address");
        return;
      }
      String stranger = strangers.apply(call.getAttributes());
      if (stranger != null) {
        events.accept(
            new TransportEvent.StrangerRefused(
                "node " + peer + " at " + address,
                stranger,
                address,
                ShownCertificate.subject(call.getAttributes())));
        onEnded(this, "another answers there: " + stranger);
        return;
      }
      if (!mine.protocols().includes(answer.getProtocol())) {
        onEnded(
            this,
            "it wants version %d of the protocol between nodes, and this node speaks %s"
                .formatted(answer.getProtocol(), mine.protocols()));
        return;
      }
      accepted = true;
      objection = null;
      cancelPatience();
      if (brief == 0) {
        log.info("connected to node {} at {}", shown(), address);
      }
      patience = entry.lane().schedule(settings.retryMillisMax() * 1_000_000L, this::onLasted);
    }

    /** It has been up for longer than the longest pause. */
    private void onLasted() {
      patience = null;
      lasted = true;
      failures = 0;
      troublesTold.clear();
      if (brief > 0) {
        log.info("connected to node {} at {}, and it lasts", shown(), address);
        brief = 0;
      }
    }

    void sendWhileReady() {
      while (!queue.isEmpty() && call.isReady()) {
        queue.sendFirst(this::send);
      }
    }

    private void send(Frame frame) {
      if (compressor != null) {
        call.setMessageCompression(compressor.takes(frame.length()));
      }
      call.sendMessage(frame);
      events.accept(new TransportEvent.FrameSent(peer, frame.length()));
    }

    @Override
    public void onReady() {
      entry.enter(PeerLink.this::sendWhileReady);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      entry.enter(() -> onClosed(status));
    }

    private void onClosed(Status status) {
      Objection now = Objection.in(status);
      if (attempt == this && now != null) {
        objection = now;
      }
      onEnded(this, describe(status));
    }

    private String describe(Status status) {
      String text =
          status.getDescription() == null ? status.getCode().toString() : status.getDescription();
      Throwable cause = status.getCause();
      return cause == null || cause.getMessage() == null ? text : text + ": " + cause.getMessage();
    }

    private void cancelPatience() {
      if (patience != null) {
        patience.cancel();
        patience = null;
      }
    }

    /** Lets go of the connection; what it still reports is no longer heard. */
    void abandon() {
      cancelPatience();
      call.cancel("closed by this node", null);
      channel.shutdownNow();
    }
  }
}
