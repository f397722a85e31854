package io.quorate.transport;

import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerStreamTracer;
import io.grpc.ServerTransportFilter;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.util.concurrent.EventExecutor;
import io.quorate.event.Event;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.event.RequestEvent;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Watches messages that have begun to come and are not whole yet. gRPC keeps them in direct memory,
 * outside of all flow control; without bounds a hundred calls that stop short of their end take all
 * of it, and with it all other connections.
 *
 * <p>Calls of other nodes are counted apart, so that clients cannot take their room.
 */
final class Intake extends ServerStreamTracer.Factory implements ServerInterceptor {
  static final String OF_OTHER_NODES = "quorate.internal.";

  /** A fragment is kept as an object of its own, however few its bytes are. */
  private static final int FRAGMENT_BYTES = 256;

  /** Up to this size a message is let through where larger ones are refused. */
  private static final int SMALL_BYTES = 4 << 10;

  /**
   * How often a message is looked at until its time is over. The looks are counted and not the
   * time: while this process stands still none goes by, for nothing that was sent meanwhile could
   * be read.
   */
  private static final int LOOKS = 10;

  private static final int RETRY_AFTER_MILLIS = 100;
  private static final Event TOO_MUCH = new RequestEvent.Overloaded("incoming_bytes");

  private static final Context.Key<Incoming> INCOMING = Context.key("quorate-incoming");
  private static final Attributes.Key<Connection> CONNECTION =
      Attributes.Key.create("quorate-intake");

  private final MessageLimits limits;
  private final IntakeLimits bounds;
  private final EventLoopGroup loops;
  private final Consumer<Event> events;
  private final AtomicLong ofClients = new AtomicLong();
  private final AtomicLong ofNodes = new AtomicLong();

  Intake(MessageLimits limits, IntakeLimits bounds, EventLoopGroup loops, Consumer<Event> events) {
    this.limits = limits;
    this.bounds = bounds;
    this.loops = loops;
    this.events = events;
  }

  /** Bytes of messages that are not whole yet, of clients. */
  long bytes() {
    return ofClients.get();
  }

  /**
   * Returns how long the message may be that is parsed now; {@code otherwise} if it is of no call.
   */
  static int bytesMaxOfParsed(int otherwise) {
    Incoming incoming = INCOMING.get();
    return incoming == null ? otherwise : incoming.bytesMax;
  }

  /** To be added to the server beside the rest. */
  ServerTransportFilter connections() {
    return new ServerTransportFilter() {
      @Override
      public Attributes transportReady(Attributes transport) {
        return transport.toBuilder().set(CONNECTION, new Connection(currentLoop())).build();
      }
    };
  }

  private EventExecutor currentLoop() {
    for (EventExecutor loop : loops) {
      if (loop.inEventLoop()) {
        return loop;
      }
    }
    return loops.next();
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
    return new Incoming(fullMethodName);
  }

  @Override
  public <A, B> ServerCall.Listener<A> interceptCall(
      ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
    Incoming incoming = INCOMING.get();
    Connection connection = call.getAttributes().get(CONNECTION);
    if (incoming == null || connection == null) {
      return next.startCall(call, headers);
    }
    GuardedCall<A, B> guarded = new GuardedCall<>(call);
    boolean single = call.getMethodDescriptor().getType().clientSendsOneMessage();
    incoming.begin(guarded, connection, single);
    return new Unrefused<>(next.startCall(guarded, headers), incoming);
  }

  /**
   * Hands on what has come, unless the call was refused for it: the rest may have come before the
   * call could be ended, and the client is told that nothing was applied.
   */
  private static final class Unrefused<A> extends SimpleForwardingServerCallListener<A> {
    private final Incoming incoming;

    Unrefused(ServerCall.Listener<A> listener, Incoming incoming) {
      super(listener);
      this.incoming = incoming;
    }

    @Override
    public void onMessage(A message) {
      if (!incoming.refused) {
        super.onMessage(message);
      }
    }

    /** Until here gRPC keeps the one message of a call that has no more. */
    @Override
    public void onHalfClose() {
      incoming.release();
      if (!incoming.refused) {
        super.onHalfClose();
      }
    }
  }

  /** One connection; used on its loop only. */
  private static final class Connection {
    private final EventExecutor loop;
    private long bytes;

    /** Those that have begun to come, the oldest first; linked, so that each leaves at no cost. */
    private @Nullable Incoming oldest;

    private @Nullable Incoming newest;
    private boolean sweeping;

    Connection(EventExecutor loop) {
      this.loop = loop;
    }
  }

  /** The message of one call that is coming in; used on the loop of its connection only. */
  private final class Incoming extends ServerStreamTracer {
    private final String method;
    private final boolean ofNode;

    /** Of the message that comes in. */
    private int bytesMax;

    /** Whether another node has said who it is, in the message before this one. */
    private boolean ofKnownNode;

    private @Nullable GuardedCall<?, ?> call;
    private @Nullable Connection connection;
    private boolean single;

    /** What has come of the message. */
    private long bytes;

    /** What is counted for it. */
    private long counted;

    /** How often it was looked at since it began to come. */
    private int looks;

    /** The call is about to be ended for it. */
    private boolean refused;

    private boolean listed;
    private @Nullable Incoming older;
    private @Nullable Incoming newer;

    Incoming(String method) {
      this.method = method;
      this.bytesMax = limits.ofFirst(method);
      this.ofNode = method.startsWith(OF_OTHER_NODES);
    }

    @Override
    public Context filterContext(Context context) {
      return context.withValue(INCOMING, this);
    }

    void begin(GuardedCall<?, ?> guarded, Connection on, boolean singleMessage) {
      call = guarded;
      connection = on;
      single = singleMessage;
      if (singleMessage) {
        list(on);
      }
    }

    @Override
    public void inboundMessage(int number) {
      if (number > 0) {
        bytesMax = limits.of(method);
        ofKnownNode = ofNode;
      }
      if (connection != null) {
        list(connection);
      }
    }

    @Override
    public void inboundWireSize(long more) {
      Connection on = connection;
      if (on == null) {
        return;
      }
      long weight = Math.max(more, FRAGMENT_BYTES);
      bytes += more;
      counted += weight;
      on.bytes += weight;
      long all = total().addAndGet(weight);
      if (bytes > bytesMax) {
        end(on, tooLong());
      } else if (counted > SMALL_BYTES
          && (on.bytes > connectionBytesMax() || all > totalBytesMax())) {
        events.accept(TOO_MUCH);
        end(on, tooMuch());
      } else if (all > 2 * totalBytesMax()) {
        events.accept(TOO_MUCH);
        end(on, tooMuch());
      }
    }

    private AtomicLong total() {
      return ofNode ? ofNodes : ofClients;
    }

    private long connectionBytesMax() {
      return ofKnownNode ? bounds.nodeBytesMax() : bounds.connectionBytesMax();
    }

    private long totalBytesMax() {
      return ofKnownNode ? bounds.nodeBytesMax() : bounds.bytesMax();
    }

    private Failure tooLong() {
      return Failure.refused(
          Reason.INVALID,
          "the request has more than %d bytes, the limit of %s; nothing was applied"
              .formatted(bytesMax, method));
    }

    private Failure tooMuch() {
      return Failure.overloaded(
          "requests that have not come whole take too much memory of this node: of one connection"
              + " at most %d bytes, of all %d; send fewer large ones at a time"
                  .formatted(connectionBytesMax(), totalBytesMax()),
          RETRY_AFTER_MILLIS);
    }

    @Override
    public void inboundMessageRead(int number, long wireBytes, long bytesRead) {
      if (!single) {
        release();
      }
    }

    @Override
    public void streamClosed(io.grpc.Status status) {
      release();
    }

    /** The message is whole, or the call is over. */
    void release() {
      Connection on = connection;
      if (on != null) {
        on.bytes -= counted;
        var unused = total().addAndGet(-counted);
        counted = 0;
        bytes = 0;
        unlist(on);
      }
    }

    private void list(Connection on) {
      if (listed) {
        return;
      }
      listed = true;
      looks = 0;
      older = on.newest;
      newer = null;
      if (on.newest == null) {
        on.oldest = this;
      } else {
        on.newest.newer = this;
      }
      on.newest = this;
      if (!on.sweeping) {
        sweepLater(on);
      }
    }

    private void unlist(Connection on) {
      if (!listed) {
        return;
      }
      listed = false;
      if (older == null) {
        on.oldest = newer;
      } else {
        older.newer = newer;
      }
      if (newer == null) {
        on.newest = older;
      } else {
        newer.older = older;
      }
      older = null;
      newer = null;
    }

    private void end(Connection on, Failure failure) {
      GuardedCall<?, ?> ended = call;
      if (ended != null && !refused) {
        refused = true;
        // Not at once: gRPC is in the middle of reading.
        on.loop.execute(() -> ended.end(failure));
      }
    }

    /** Looks at it once more. */
    private boolean isLate() {
      looks++;
      return looks
          > LOOKS * ((ofNode ? bounds.nodeNanosMax() : bounds.nanosMax()) / bounds.nanosMax());
    }

    private Failure late() {
      return Failure.refused(
          Reason.DEADLINE_EXCEEDED,
          "the request did not come whole within %d s; nothing was applied"
              .formatted(
                  TimeUnit.NANOSECONDS.toSeconds(
                      ofNode ? bounds.nodeNanosMax() : bounds.nanosMax())));
    }
  }

  private void sweepLater(Connection on) {
    on.sweeping = true;
    var unused = on.loop.schedule(() -> sweep(on), bounds.nanosMax() / LOOKS, TimeUnit.NANOSECONDS);
  }

  private void sweep(Connection on) {
    on.sweeping = false;
    for (Incoming each = on.oldest; each != null; each = each.newer) {
      if (each.isLate()) {
        each.end(on, each.late());
      }
    }
    if (on.oldest != null) {
      sweepLater(on);
    }
  }
}
