package io.quorate.replication.background;

import io.quorate.event.Event;
import io.quorate.event.Unmetered;

/** What happens to work that no client waits for. */
public sealed interface BackgroundEvent extends Event {

  /** A rare branch was taken that answers a race. */
  @Unmetered("only simulated runs must meet each")
  enum Window implements BackgroundEvent {
    /** Work that no client waits for had to wait, for the sake of those that do. */
    HELD_BACK_FOR_CLIENTS,
    /** Such work went on after it had waited. */
    WENT_ON_AFTER_CLIENTS,
    /** Such work became slower, for clients waited too long because of it. */
    SLOWED_FOR_CLIENTS
  }
}
