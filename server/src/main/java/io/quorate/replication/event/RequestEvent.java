package io.quorate.replication.event;

import io.quorate.event.Counter;
import io.quorate.event.Event;
import io.quorate.event.EventLog;
import io.quorate.event.Tally;

/** What can happen to a request wherever it is. */
public sealed interface RequestEvent extends Event {
  Counter OVERLOADED =
      Counter.of("quorate.overloaded", "Requests refused since a bound of this node was hit")
          .by("bound");

  Counter EXPIRED =
      Counter.of("quorate.expired", "Requests dropped since their deadline had passed");

  Counter DROPPED =
      Counter.of(
              "quorate.dropped",
              "Messages to other nodes, and requests that had expired, that were dropped")
          .by("reason", (Object[]) DropReason.values());

  /** A bound was hit and a request refused; {@code bound} names the bound. */
  record Overloaded(String bound) implements RequestEvent {
    @Override
    public void count(Tally tally) {
      tally.add(OVERLOADED, 1, bound);
    }

    @Override
    public void tell(EventLog log) {
      if (log.isDue(bound)) {
        log.warn("overloaded: the bound of {} was hit, and requests are refused", bound);
      }
    }
  }

  /** A request was dropped before it cost anything more, since its deadline had passed. */
  record Expired(Stage stage) implements RequestEvent {
    @Override
    public void count(Tally tally) {
      tally.add(EXPIRED);
      tally.add(DROPPED, 1, stage.reason);
    }
  }

  /** How far a request had come. */
  enum Stage {
    /** It came from a client too late. */
    ARRIVED(DropReason.EXPIRED_ARRIVED),
    /** It waited for its tenant's turn. */
    WAITING(DropReason.EXPIRED_WAITING),
    /** It came to the coordinator. */
    COORDINATED(DropReason.EXPIRED_COORDINATED),
    /** A replica held it until it would know a higher epoch. */
    PARKED(DropReason.EXPIRED_PARKED),
    /** It waited at a replica for the disk. */
    AT_REPLICA(DropReason.EXPIRED_AT_REPLICA);

    private final DropReason reason;

    Stage(DropReason reason) {
      this.reason = reason;
    }
  }

  /**
   * Why something was dropped. All are declared, and so shown from the start: an alert on the
   * increase would not see the first burst in a series that begins with it.
   */
  enum DropReason {
    /** The node that a message is for is not known. */
    UNKNOWN_NODE,
    /** The node that a message is for has not accepted a stream. */
    NOT_CONNECTED,
    /** More bytes wait for the node that a message is for than {@code limits.peer_queue_bytes}. */
    QUEUE_FULL,
    EXPIRED_ARRIVED,
    EXPIRED_WAITING,
    EXPIRED_COORDINATED,
    EXPIRED_PARKED,
    EXPIRED_AT_REPLICA
  }
}
