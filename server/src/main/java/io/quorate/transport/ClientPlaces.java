package io.quorate.transport;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerTransportFilter;
import io.quorate.event.Event;
import io.quorate.replication.api.Failure;
import io.quorate.replication.event.RequestEvent;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Connections on which clients call: each has a place from its first call to its end, and when all
 * places are taken, calls on others are refused. Calls of other nodes need none, so that clients,
 * however many there are, cannot part this node from its cluster.
 */
public final class ClientPlaces extends ServerTransportFilter implements ServerInterceptor {
  private static final Attributes.Key<Connection> CONNECTION =
      Attributes.Key.create("quorate-connection");
  private static final int RETRY_AFTER_MILLIS = 1000;
  private static final Event FULL = new RequestEvent.Overloaded("client_connections");

  private final int placesMax;
  private final AcceptedConnections accepted;
  private final Consumer<Event> events;
  private final AtomicInteger taken = new AtomicInteger();

  ClientPlaces(int placesMax, AcceptedConnections accepted, Consumer<Event> events) {
    this.placesMax = placesMax;
    this.accepted = accepted;
    this.events = events;
  }

  int taken() {
    return taken.get();
  }

  @Override
  public Attributes transportReady(Attributes transport) {
    return transport.toBuilder().set(CONNECTION, new Connection(accepted)).build();
  }

  @Override
  public void transportTerminated(@Nullable Attributes transport) {
    Connection connection = transport == null ? null : transport.get(CONNECTION);
    if (connection != null && connection.seated.compareAndSet(true, false)) {
      taken.decrementAndGet();
    }
  }

  @Override
  public <A, B> ServerCall.Listener<A> interceptCall(
      ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
    Connection connection = call.getAttributes().get(CONNECTION);
    if (connection != null && !connection.called) {
      connection.called = true;
      accepted.called(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
    }
    if (connection == null
        || call.getMethodDescriptor().getFullMethodName().startsWith(Intake.OF_OTHER_NODES)
        || hasPlace(connection)) {
      return next.startCall(call, headers);
    }
    events.accept(FULL);
    Failure full =
        Failure.overloaded(
            "this node keeps "
                + placesMax
                + " connections of clients, its limit (limits.client_connections): close some, or"
                + " ask another node",
            RETRY_AFTER_MILLIS);
    call.close(StatusTable.status(full), StatusTable.trailers(full));
    if (!connection.turnedAway) {
      connection.turnedAway = true;
      accepted.turnAway(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
    }
    return new ServerCall.Listener<>() {};
  }

  /** Cuts the connection of a call off, at once and with all of its calls; from any thread. */
  public static void endConnection(ServerCall<?, ?> call) {
    Connection connection = call.getAttributes().get(CONNECTION);
    if (connection != null) {
      connection.accepted.end(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
    }
  }

  private boolean hasPlace(Connection connection) {
    if (connection.seated.get()) {
      return true;
    }
    if (taken.incrementAndGet() > placesMax) {
      taken.decrementAndGet();
      return false;
    }
    connection.seated.set(true);
    return true;
  }

  /** One connection, and whether it has a place. */
  private static final class Connection {
    private final AcceptedConnections accepted;
    private final AtomicBoolean seated = new AtomicBoolean();

    /** Used on the loop of the connection only. */
    private boolean called;

    private boolean turnedAway;

    Connection(AcceptedConnections accepted) {
      this.accepted = accepted;
    }
  }
}
