package io.quorate.transport;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.quorate.event.Event;
import io.quorate.proto.v1.AccessGrpc;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.transport.ClientConnection.Place;
import io.quorate.transport.event.TransportEvent;
import java.util.function.Consumer;

/**
 * Connections of which no one knows whose they are: without a certificate that names a user, and
 * before a login. There are few places for them, and each is given for a short time, so that those
 * which never log in leave the places of clients to clients.
 *
 * <p>They are also read slowly after a few calls. To refuse a call costs a node nearly as much as
 * to serve one, and what is not read costs it nothing. Each connection is paced by itself, and how
 * many there may be is limited by places and by handshakes. Used on the loop of connections only.
 */
final class StrangerPlaces {
  /** From the first call until a login: a login takes less than a second. */
  static final long MILLIS_MAX = 10_000;

  /** A login is one call, or a few when it fails. */
  static final int CALLS_AT_ONCE = 20;

  /** For each call above these, nothing is read for so long. */
  static final long PAUSE_MILLIS = 1_000;

  /**
   * After more calls than these that are no logins, the connection ends, once they are answered. A
   * client whose login is over may have had many under way: it is better off when it connects
   * again, to log in first, than when it waits for all their pauses.
   */
  static final int REQUESTS_MAX = 25;

  /** As {@link AcceptedConnections} does: a pause of this process is not counted in full. */
  private static final int STEPS = 2;

  private static final String LOG_IN = AccessGrpc.getLogInMethod().getFullMethodName();

  private final int placesMax;
  private final AcceptedConnections accepted;
  private final Consumer<Event> events;
  private final NetworkPlaces<ClientConnection> places;

  StrangerPlaces(int placesMax, AcceptedConnections accepted, Consumer<Event> events) {
    this.placesMax = placesMax;
    this.accepted = accepted;
    this.events = events;
    this.places = new NetworkPlaces<>(placesMax);
  }

  /** Begins a call of a stranger, which is ended when its connection loses its place. */
  <A, B> ServerCall.Listener<A> begin(
      ClientConnection connection,
      ServerCall<A, B> call,
      Metadata headers,
      ServerCallHandler<A, B> next) {
    boolean logsIn = call.getMethodDescriptor().getFullMethodName().equals(LOG_IN);
    if (connection.place() == Place.LOST || (!logsIn && isToEnd(connection))) {
      Failure lost = late();
      call.close(StatusTable.status(lost), StatusTable.trailers(lost));
      return new ServerCall.Listener<>() {};
    }
    if (connection.place() == Place.NONE) {
      take(connection);
    }
    ServerCall<A, B> kept =
        connection.kept(
            call,
            status -> {
              if (logsIn && status.isOk()) {
                boolean unused = connection.places().hasPlace(connection);
              }
              // This node may be behind, as it is after its start: the client is not to blame.
              if (status.getCode() != Status.Code.UNAVAILABLE) {
                ended(connection, logsIn);
              }
            });
    return new SimpleForwardingServerCallListener<>(next.startCall(kept, headers)) {
      @Override
      public void onCancel() {
        connection.left(kept);
        ended(connection, logsIn);
        super.onCancel();
      }
    };
  }

  private static boolean isToEnd(ClientConnection connection) {
    return connection.strangersRequests() > REQUESTS_MAX;
  }

  private void ended(ClientConnection connection, boolean logsIn) {
    if (connection.place() == Place.OF_STRANGER
        && connection.strangersCallEnded(logsIn, CALLS_AT_ONCE)
        && !connection.isPaused()) {
      connection.pausedUntil(accepted.pause(connection.from()));
      pause(connection);
    }
  }

  private void pause(ClientConnection connection) {
    accepted.after(
        connection.from(),
        PAUSE_MILLIS,
        () -> {
          if (connection.place() != Place.OF_STRANGER) {
            return;
          }
          if (isToEnd(connection)) {
            leave(connection);
            end(connection, true);
          } else if (connection.pausesOn()) {
            pause(connection);
          } else {
            connection.resume();
          }
        });
  }

  private void take(ClientConnection connection) {
    ClientConnection loser = places.take(Network.of(connection.from()), connection);
    connection.is(Place.OF_STRANGER);
    wait(connection, STEPS);
    if (loser != null) {
      end(loser, false);
    }
  }

  private void wait(ClientConnection connection, int steps) {
    accepted.after(
        connection.from(),
        MILLIS_MAX / STEPS,
        () -> {
          if (connection.place() != Place.OF_STRANGER) {
            return;
          }
          if (steps > 1) {
            wait(connection, steps - 1);
          } else if (connection.isOfStranger() || !connection.places().hasPlace(connection)) {
            leave(connection);
            end(connection, true);
          }
        });
  }

  /** Takes a place back. */
  void leave(ClientConnection connection) {
    places.leave(Network.of(connection.from()), connection);
  }

  private void end(ClientConnection connection, boolean late) {
    connection.is(Place.LOST);
    events.accept(new TransportEvent.StrangerEnded(late));
    connection.endCalls(late ? late() : full());
    accepted.end(connection.from());
  }

  private static Failure late() {
    // Not as a login is refused, for which clients give up.
    return Failure.refused(
        Reason.NOT_SERVING,
        "a connection without a certificate that names a user is kept for %d s until it has logged in: log in, or show a certificate"
            .formatted(MILLIS_MAX / 1000));
  }

  private Failure full() {
    return Failure.overloaded(
        "this node keeps %d connections that have not logged in, its limit".formatted(placesMax)
            + " (limits.unauthenticated_connections), and this one was the oldest of the network"
            + " with most of them: connect again, and log in at once",
        ClientPlaces.RETRY_AFTER_MILLIS);
  }
}
