package io.quorate.replication.event;

import io.quorate.event.Event;
import java.util.List;
import java.util.Locale;

/**
 * The bounds that a client's request meets in a node, in the order in which it meets them: of two
 * that are hit, the first one is told. ARCHITECTURE.md has them in the same order, with what
 * happens past each.
 */
public enum Bound {
  /** Requests in the node, from their arrival to their answer. */
  INFLIGHT_REQUESTS("limits.inflight_requests"),
  /** Writes that wait for a partition to move. */
  BLOCKED_WRITES("limits.waiting_requests", "limits.waiting_bytes"),
  /** What a tenant may ask per second. Has a meter of its own. */
  QUOTA("--operations-per-second", "--bytes-per-second"),
  /** Requests carried out at a time. Past it they wait. */
  CONCURRENT_REQUESTS("limits.concurrent_requests"),
  /** Pages of scans among them. Past it they wait. */
  CONCURRENT_SCANS("limits.concurrent_scans"),
  /** Requests of one tenant in its line. */
  WAITING_REQUESTS("limits.waiting_requests"),
  /** Bytes of them. */
  WAITING_BYTES("limits.waiting_bytes"),
  /**
   * How long a request would wait in its line: for {@code limits.wait_max} at most, or in a line
   * that has been long for less than three seconds for half of its time, and three seconds at most.
   */
  WAITING_TIME("limits.wait_max"),
  /** How long it would wait, against what it has left until its deadline. */
  WAITING_DEADLINE(),
  /** Operations that the coordinator has under way: of clients, forwarded ones and its own. */
  OPERATIONS("limits.inflight_requests"),
  /** Bytes of values in writes that the coordinator has under way. */
  VALUE_BYTES("limits.inflight_bytes"),
  /** Requests of other nodes under way at a replica. */
  REPLICA_REQUESTS("limits.replica_requests"),
  /** Bytes of those that are writes. */
  REPLICA_BYTES("limits.replica_bytes");

  private static final String SEPARATOR = " ";

  private final String settings;
  private final String label;

  /** Made once, as floods come there. */
  @SuppressWarnings("ImmutableEnumChecker") // a record of a string
  private final Event overloaded;

  Bound(String... settings) {
    this.settings = String.join(SEPARATOR, settings);
    this.label = name().toLowerCase(Locale.ROOT);
    this.overloaded = new RequestEvent.Overloaded(label);
  }

  /** What it is set by: names in the configuration, or options of a tenant; empty if by none. */
  public List<String> settings() {
    return settings.isEmpty() ? List.of() : List.of(settings.split(SEPARATOR, -1));
  }

  /** What meters and logs call it. */
  public String label() {
    return label;
  }

  /** A request was refused for it. */
  public Event overloaded() {
    return overloaded;
  }
}
