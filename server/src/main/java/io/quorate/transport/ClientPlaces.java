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
import io.quorate.transport.ClientConnection.Place;
import java.net.SocketAddress;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Connections on which clients call: each has a place from its first call to its end, and when all
 * places are taken, calls on others are refused. Calls of other nodes need none, so that clients,
 * however many there are, cannot part this node from its cluster. A connection that no user is
 * known of has a place among those of {@link StrangerPlaces} until it has logged in.
 *
 * <p>Used on the loop of connections only.
 */
public final class ClientPlaces extends ServerTransportFilter implements ServerInterceptor {
  /**
   * Of a connection: whether it belongs to no user that is known, now. Without it, it does not
   * matter whose it is.
   */
  public static final Attributes.Key<BooleanSupplier> OF_STRANGER =
      Attributes.Key.create("quorate-of-stranger");

  private static final Attributes.Key<ClientConnection> CONNECTION =
      Attributes.Key.create("quorate-connection");
  static final int RETRY_AFTER_MILLIS = 1000;
  private static final Event FULL = new RequestEvent.Overloaded("client_connections");

  private final int placesMax;
  private final AcceptedConnections accepted;
  private final Consumer<Event> events;
  private final StrangerPlaces strangers;
  private final ConnectionCounts counts = new ConnectionCounts();
  private int taken;

  ClientPlaces(ConnectionLimits limits, AcceptedConnections accepted, Consumer<Event> events) {
    this.placesMax = limits.clientsMax();
    this.accepted = accepted;
    this.events = events;
    this.strangers = new StrangerPlaces(limits.unauthenticatedMax(), accepted, events);
  }

  int taken() {
    return taken;
  }

  ConnectionCounts counts() {
    return counts;
  }

  @Override
  public Attributes transportReady(Attributes transport) {
    return transport.toBuilder().set(CONNECTION, new ClientConnection(this)).build();
  }

  @Override
  public void transportTerminated(@Nullable Attributes transport) {
    ClientConnection connection = transport == null ? null : transport.get(CONNECTION);
    if (connection == null) {
      return;
    }
    switch (connection.place()) {
      case OF_CLIENT -> taken--;
      case OF_STRANGER -> strangers.leave(connection);
      case NONE, LOST -> {}
    }
    connection.ended();
  }

  @Override
  public <A, B> ServerCall.Listener<A> interceptCall(
      ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
    ClientConnection connection = call.getAttributes().get(CONNECTION);
    if (connection == null || connection.place() == Place.OF_CLIENT) {
      return next.startCall(call, headers);
    }
    SocketAddress from = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    if (connection.isFirstCall(from, call.getAttributes().get(OF_STRANGER))) {
      accepted.called(from);
    }
    if (connection.isOfStranger() || connection.place() == Place.LOST) {
      return strangers.begin(connection, call, headers, next);
    }
    if (call.getMethodDescriptor().getFullMethodName().startsWith(Intake.OF_OTHER_NODES)) {
      connection.isOfNode();
      return next.startCall(call, headers);
    }
    if (hasPlace(connection)) {
      return next.startCall(call, headers);
    }
    Failure full = turnedAway(connection);
    call.close(StatusTable.status(full), StatusTable.trailers(full));
    return new ServerCall.Listener<>() {};
  }

  /**
   * The caller of a call is known, by what it has shown with the call: its connection takes the
   * place of a client. Returns why it cannot; null if it has one.
   */
  public static @Nullable Failure known(ServerCall<?, ?> call) {
    ClientConnection connection = call.getAttributes().get(CONNECTION);
    return connection == null || connection.places().hasPlace(connection)
        ? null
        : connection.places().turnedAway(connection);
  }

  private Failure turnedAway(ClientConnection connection) {
    events.accept(FULL);
    if (connection.isTurnedAway()) {
      accepted.turnAway(connection.from());
    }
    return Failure.overloaded(
        "this node keeps "
            + placesMax
            + " connections of clients, its limit (limits.client_connections): close some, or"
            + " ask another node",
        RETRY_AFTER_MILLIS);
  }

  /** Cuts the connection of a call off, at once and with all of its calls; from any thread. */
  public static void endConnection(ServerCall<?, ?> call) {
    ClientConnection connection = call.getAttributes().get(CONNECTION);
    if (connection != null) {
      connection.places().accepted.end(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
    }
  }

  /** Whether a connection has the place of a client, or takes it now. */
  boolean hasPlace(ClientConnection connection) {
    if (connection.place() == Place.OF_CLIENT) {
      return true;
    }
    if (connection.place() == Place.LOST || taken >= placesMax) {
      return false;
    }
    taken++;
    if (connection.place() == Place.OF_STRANGER) {
      strangers.leave(connection);
      connection.forgetCalls();
    }
    connection.is(Place.OF_CLIENT);
    connection.resume();
    return true;
  }
}
