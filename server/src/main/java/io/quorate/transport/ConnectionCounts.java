package io.quorate.transport;

import io.quorate.transport.ClientConnection.Place;
import java.util.concurrent.atomic.AtomicInteger;

/** How many connections have which place. Counted on the loop of connections, read anywhere. */
final class ConnectionCounts {
  private final AtomicInteger clients = new AtomicInteger();
  private final AtomicInteger strangers = new AtomicInteger();
  private final AtomicInteger nodes = new AtomicInteger();

  /** A connection has another place than before. */
  void moved(Place before, Place now) {
    add(before, -1);
    add(now, 1);
  }

  private void add(Place place, int connections) {
    switch (place) {
      case OF_CLIENT -> clients.addAndGet(connections);
      case OF_STRANGER -> strangers.addAndGet(connections);
      case NONE, LOST -> {}
    }
  }

  /** A connection is found to be of another node. */
  void nodeCame() {
    nodes.incrementAndGet();
  }

  void nodeLeft() {
    nodes.decrementAndGet();
  }

  /**
   * Returns what is open.
   *
   * @param accepted connections in all
   */
  OpenConnections open(int accepted) {
    int ofClients = clients.get();
    int ofNodes = nodes.get();
    int ofStrangers = strangers.get();
    // What comes or goes while this is added up must not make it fall below 0.
    int others = Math.max(0, accepted - ofClients - ofNodes - ofStrangers);
    return new OpenConnections(ofClients, ofNodes, ofStrangers, others);
  }
}
