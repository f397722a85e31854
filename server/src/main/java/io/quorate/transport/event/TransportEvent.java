package io.quorate.transport.event;

import io.quorate.event.Event;
import io.quorate.event.Tally;
import io.quorate.replication.event.RequestEvent;

/** What happens between nodes and clients on the network. */
public sealed interface TransportEvent extends Event {

  /** A message to another node was dropped; the reason is a short fixed word. */
  record MessageDropped(String reason) implements TransportEvent {
    @Override
    public void count(Tally tally) {
      tally.add(RequestEvent.DROPPED, 1, reason);
    }
  }
}
