package io.quorate.replication.hint;

import io.quorate.event.Counter;
import io.quorate.event.Event;
import io.quorate.event.EventLog;
import io.quorate.event.Tally;
import io.quorate.event.Unmetered;
import io.quorate.model.Key;
import io.quorate.model.NodeId;

/** What becomes of what this node owes to others. */
public sealed interface HintEvent extends Event {
  Counter HINTS =
      Counter.of("quorate.hints", "What became of hints for other nodes")
          .by(
              "event",
              "written",
              "delivered",
              "discarded",
              "overflowed",
              "given_up",
              "lost",
              "repaired",
              "rejected",
              "dead",
              "settled",
              "replayed",
              "dropped",
              "forgotten",
              "moved",
              "repair_moved");

  /** A record is kept for a replica that lacks it. */
  record Hinted(NodeId target) implements HintEvent {
    @Override
    public void count(Tally tally) {
      tally.add(HINTS, 1, "written");
    }
  }

  /** A replica got a record that it lacked. */
  record HintDelivered(NodeId target) implements HintEvent {
    @Override
    public void count(Tally tally) {
      tally.add(HINTS, 1, "delivered");
    }
  }

  /** There was nothing left to bring. */
  record HintDiscarded(NodeId target) implements HintEvent {
    @Override
    public void count(Tally tally) {
      tally.add(HINTS, 1, "discarded");
    }
  }

  /** There are too many hints for a node: the partition has to be compared once it is back. */
  record HintsOverflowed(NodeId target, int partition) implements HintEvent {
    @Override
    public void count(Tally tally) {
      tally.add(HINTS, 1, "overflowed");
    }

    @Override
    public void tell(EventLog log) {
      if (log.isDue("hints overflowed")) {
        log.warn(
            "there are too many hints for node {}: partition {} is compared with it once it is"
                + " back, and so are others",
            target,
            partition);
      }
    }
  }

  /**
   * What was owed to other nodes could not be read, so everything has to be compared with them.
   *
   * @param marks how many partitions of others are marked
   */
  record HintsLost(int marks) implements HintEvent {
    @Override
    public void count(Tally tally) {
      tally.add(HINTS, 1, "lost");
    }

    @Override
    public void tell(EventLog log) {
      log.warn(
          "the hints on this disk were damaged, and are gone: {} partitions of other nodes are"
              + " compared instead, and pauses of hints are over. Check the device",
          marks);
    }
  }

  /** A hint could not be delivered, so the partition has to be compared. */
  record HintGivenUp(NodeId target, int partition) implements HintEvent {
    @Override
    public void count(Tally tally) {
      tally.add(HINTS, 1, "given_up");
    }

    @Override
    public void tell(EventLog log) {
      if (log.isDue("hint given up")) {
        log.warn(
            "node {} refuses a record that it lacks: partition {} is compared with it",
            target,
            partition);
      }
    }
  }

  /** A hint was refused again and again, and waits for an operator. */
  record DeadLettered(NodeId target, int partition, Key key, String reason) implements HintEvent {
    @Override
    public void count(Tally tally) {
      tally.add(HINTS, 1, "dead");
    }

    @Override
    public void tell(EventLog log) {
      if (log.isDue("dead letter")) {
        log.warn(
            "node {} refuses a record of partition {} again and again ({}): see 'quorate hints"
                + " deadletters list'",
            target,
            partition,
            reason);
      }
    }
  }

  /** A dead letter became a hint again. */
  record DeadLetterReplayed(NodeId target, Key key) implements HintEvent {
    @Override
    public void count(Tally tally) {
      tally.add(HINTS, 1, "replayed");
    }
  }

  /** The target of a dead letter took the record after all. */
  record DeadLetterSettled(NodeId target, Key key) implements HintEvent {
    @Override
    public void count(Tally tally) {
      tally.add(HINTS, 1, "settled");
    }
  }

  /**
   * An operator took a dead letter away.
   *
   * @param forgotten whether its partition is not even to be compared
   */
  record DeadLetterDropped(NodeId target, Key key, boolean forgotten) implements HintEvent {
    @Override
    public void count(Tally tally) {
      tally.add(HINTS, 1, forgotten ? "forgotten" : "dropped");
    }
  }

  /** A hint's target is no replica any more: those that are have to be compared. */
  record HintMoved(NodeId target, int partition) implements HintEvent {
    @Override
    public void count(Tally tally) {
      tally.add(HINTS, 1, "moved");
    }
  }

  /** The node that a mark for repair named is no replica any more: it goes to those that are. */
  record RepairMoved(NodeId target, int partition) implements HintEvent {
    @Override
    public void count(Tally tally) {
      tally.add(HINTS, 1, "repair_moved");
    }
  }

  /** A marked partition is to be compared, once all that was missed before is durable here. */
  @Unmetered("the end of the repair is counted")
  record RepairBegun(NodeId target, int partition) implements HintEvent {}

  /** All that a mark for repair stood for has been brought. */
  record RepairDone(NodeId target, int partition) implements HintEvent {
    @Override
    public void count(Tally tally) {
      tally.add(HINTS, 1, "repaired");
    }
  }
}
