package io.quorate.transport.login;

import io.quorate.transport.Network;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;

/**
 * Logins that are under way. When all places are taken, the oldest one of the network that has most
 * of them gives way, so that those which only hold places keep no one out. Owned by the lane.
 */
final class LoginPlaces {
  static final int MAX = 100;

  private final Map<Network, SequencedSet<LoginCall>> byNetwork = new HashMap<>();
  private int taken;

  /** Gives a place to a login, of which another one may lose its own. */
  void take(LoginCall call) {
    if (taken >= MAX) {
      oldestOfMost().giveWay();
    }
    byNetwork.computeIfAbsent(call.network(), none -> new LinkedHashSet<>()).add(call);
    taken++;
  }

  /** Takes the place of a login back. */
  void leave(LoginCall call) {
    SequencedSet<LoginCall> of = byNetwork.get(call.network());
    if (of != null && of.remove(call)) {
      taken--;
      if (of.isEmpty()) {
        byNetwork.remove(call.network());
      }
    }
  }

  private LoginCall oldestOfMost() {
    SequencedSet<LoginCall> most = new LinkedHashSet<>();
    for (SequencedSet<LoginCall> each : byNetwork.values()) {
      if (each.size() > most.size()) {
        most = each;
      }
    }
    return most.getFirst();
  }
}
