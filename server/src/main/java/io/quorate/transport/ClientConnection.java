package io.quorate.transport;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.quorate.replication.api.Failure;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One connection, and which place it has. Used on the loop of the connection only. */
final class ClientConnection {
  private final ClientPlaces places;
  private Place place = Place.NONE;
  private final Set<GuardedCall<?, ?>> calls = new LinkedHashSet<>();

  /** The address of its other end; null before its first call, or if it is not known. */
  private @Nullable SocketAddress from;

  private BooleanSupplier stranger = () -> false;
  private boolean called;
  private boolean ofNode;
  private boolean turnedAway;

  /** Calls that have ended before it was known whose it is, and how many of them were no logins. */
  private int strangersCalls;

  private int strangersRequests;

  /** Pauses that are still to be made for these calls. */
  private int pausesOwed;

  /** Ends the pause that is being made; null if there is none. */
  private @Nullable Runnable pause;

  ClientConnection(ClientPlaces places) {
    this.places = places;
  }

  /** What a connection counts as. */
  enum Place {
    NONE,
    OF_STRANGER,
    OF_CLIENT,

    /** It has lost its place, and is about to end. */
    LOST
  }

  ClientPlaces places() {
    return places;
  }

  Place place() {
    return place;
  }

  void is(Place now) {
    places.counts().moved(place, now);
    place = now;
  }

  /** Another node has called on it; it may be told again. */
  void isOfNode() {
    if (!ofNode) {
      ofNode = true;
      places.counts().nodeCame();
    }
  }

  /** It has ended. */
  void ended() {
    is(Place.LOST);
    if (ofNode) {
      ofNode = false;
      places.counts().nodeLeft();
    }
  }

  @Nullable SocketAddress from() {
    return from;
  }

  /** Whether it belongs to no user that is known, now. */
  boolean isOfStranger() {
    return stranger.getAsBoolean();
  }

  /**
   * Something is called on it; returns whether that is the first call.
   *
   * @param ofStranger null if it does not matter whose it is
   */
  boolean isFirstCall(@Nullable SocketAddress caller, @Nullable BooleanSupplier ofStranger) {
    boolean first = !called;
    called = true;
    from = caller;
    if (ofStranger != null) {
      stranger = ofStranger;
    }
    return first;
  }

  /**
   * A call has ended before it is known whose the connection is; returns whether that is to cost a
   * pause.
   *
   * @param callsMax that cost none
   */
  boolean strangersCallEnded(boolean logsIn, int callsMax) {
    strangersCalls++;
    if (!logsIn) {
      strangersRequests++;
    }
    if (strangersCalls > callsMax) {
      pausesOwed++;
    }
    return pausesOwed > 0;
  }

  /** Calls other than logins that have ended before it was known whose it is. */
  int strangersRequests() {
    return strangersRequests;
  }

  boolean isPaused() {
    return pause != null;
  }

  /** Nothing is read from it, until the task is run. */
  void pausedUntil(Runnable resumes) {
    pause = resumes;
  }

  /** One pause is over; returns whether another one follows. */
  boolean pausesOn() {
    pausesOwed--;
    return pausesOwed > 0;
  }

  void resume() {
    Runnable resumes = pause;
    if (resumes != null) {
      pause = null;
      resumes.run();
    }
  }

  /** Whether none of its calls was refused before. */
  boolean isTurnedAway() {
    boolean first = !turnedAway;
    turnedAway = true;
    return first;
  }

  /**
   * Keeps a call, which ends with the place that the connection has now.
   *
   * @param ended told with what the call was answered
   */
  <A, B> ServerCall<A, B> kept(ServerCall<A, B> call, Consumer<Status> ended) {
    GuardedCall<A, B> kept =
        new GuardedCall<>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            calls.remove(this);
            super.close(status, trailers);
            ended.accept(status);
          }
        };
    calls.add(kept);
    return kept;
  }

  /** Its client has left a call. */
  void left(ServerCall<?, ?> call) {
    boolean unused = call instanceof GuardedCall<?, ?> kept && calls.remove(kept);
  }

  /** Ends the calls that were kept. */
  void endCalls(Failure why) {
    List<GuardedCall<?, ?>> open = new ArrayList<>(calls);
    calls.clear();
    open.forEach(call -> call.end(why));
  }

  /** No place is needed any more for what was kept. */
  void forgetCalls() {
    calls.clear();
  }
}
