package io.quorate.transport.login;

import io.quorate.transport.NetworkPlaces;

/** Logins that are under way. Owned by the lane. */
final class LoginPlaces {
  static final int MAX = 100;

  private final NetworkPlaces<LoginCall> places = new NetworkPlaces<>(MAX);

  /** Gives a place to a login, for which another one may lose its own. */
  void take(LoginCall call) {
    LoginCall loser = places.take(call.network(), call);
    if (loser != null) {
      loser.giveWay();
    }
  }

  /** Takes the place of a login back. */
  void leave(LoginCall call) {
    places.leave(call.network(), call);
  }
}
