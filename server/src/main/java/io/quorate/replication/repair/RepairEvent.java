package io.quorate.replication.repair;

import io.quorate.event.Counter;
import io.quorate.event.Event;
import io.quorate.event.EventLog;
import io.quorate.event.Tally;
import io.quorate.event.Unmetered;
import io.quorate.replication.replica.ReplicaEvent;

/** What happens while replicas are compared, and filled from each other. */
public sealed interface RepairEvent extends Event {
  Counter COMPARISONS =
      Counter.of("quorate.comparisons", "Comparisons of a partition with another replica")
          .by("complete", true, false);

  Counter COMPARISON_DIFFERENCES =
      Counter.of("quorate.comparison.differences", "Keys of which replicas held different records");

  Counter COMPARISON_RECORDS =
      Counter.of("quorate.comparison.records", "Records brought since replicas differed");

  Counter COMPARISON_BYTES = Counter.of("quorate.comparison.bytes", "Bytes of these records");

  Counter FILLED_RECORDS =
      Counter.of("quorate.filled.records", "Records copied from others since a replica was lost");

  Counter FILLED_BYTES = Counter.of("quorate.filled.bytes", "Bytes of these records");

  Counter FILLED_PARTITIONS =
      Counter.of("quorate.filled.partitions", "Partitions of this node that were filled");

  Counter FILLING_STUCK =
      Counter.of(
          "quorate.filling.stuck",
          "Times that filling a partition had to wait since too few others answered");

  /**
   * A partition was compared with another replica.
   *
   * @param complete whether all that differed was brought to the replica that lacked it
   * @param found keys of which one of the two lacked something
   * @param records that were brought, either way
   * @param bytes of these
   */
  record Compared(boolean complete, int found, int records, long bytes) implements RepairEvent {
    @Override
    public void count(Tally tally) {
      tally.add(COMPARISONS, 1, complete);
      tally.add(COMPARISON_DIFFERENCES, found);
      tally.add(COMPARISON_RECORDS, records);
      tally.add(COMPARISON_BYTES, (double) bytes);
    }
  }

  /** An operator wants partitions compared, before all else. */
  @Unmetered("an operator sees its progress")
  record RepairAsked(int pairs) implements RepairEvent {}

  /** A page of another replica was copied, since this one is being filled. */
  record FillCopied(int records, long bytes) implements RepairEvent {
    @Override
    public void count(Tally tally) {
      tally.add(FILLED_RECORDS, records);
      tally.add(FILLED_BYTES, (double) bytes);
    }
  }

  /** A partition could not be filled further for now: too few others are heard, or answer. */
  record FillStuck(int partition) implements RepairEvent {
    @Override
    public void count(Tally tally) {
      tally.add(FILLING_STUCK);
    }
  }

  /** A partition is full: this replica serves it, and counts. */
  record PartitionFilled(int partition) implements RepairEvent {
    @Override
    public void count(Tally tally) {
      tally.add(FILLED_PARTITIONS);
    }
  }

  /**
   * What is damaged stays, and is not served: too few others are known to hold, and show, what this
   * replica held.
   */
  record DamageKept(int partition) implements RepairEvent {
    @Override
    public void count(Tally tally) {
      countKept(tally);
    }

    @Override
    public void tell(EventLog log) {
      tellKept(
          log,
          partition,
          "partition {} stays damaged and out of service: not enough other replicas are known"
              + " to hold, and show, what is to replace it");
    }
  }

  /**
   * What is damaged stays, and a move waits for it: this node has yet to hand it over. What can be
   * read is handed over meanwhile.
   */
  record DamageNotHandedOver(int partition) implements RepairEvent {
    @Override
    public void count(Tally tally) {
      countKept(tally);
    }

    @Override
    public void tell(EventLog log) {
      tellKept(
          log,
          partition,
          "partition {} has left this node and cannot be handed over whole, for the disk does not"
              + " give back all of it: what can be read is handed over, and the move waits for"
              + " the rest");
    }
  }

  /**
   * What is damaged stays of a partition that has left this node while it was away: what can be
   * read of it is yet to be handed over. No move waits for that.
   */
  record DamagedLeftoversKept(int partition) implements RepairEvent {
    @Override
    public void count(Tally tally) {
      countKept(tally);
    }

    @Override
    public void tell(EventLog log) {
      tellKept(
          log,
          partition,
          "the disk does not give back all that is left here of partition {}, which has left this"
              + " node: what can be read is handed over once most of its replicas are heard and"
              + " no purge of it is under way, and then the rest is dropped");
    }
  }

  private static void countKept(Tally tally) {
    tally.add(ReplicaEvent.DAMAGED, 1, "kept");
  }

  /** Tells once what is looked at again and again: alerts and the doctor go on to say it. */
  private static void tellKept(EventLog log, int partition, String why) {
    if (log.isNews(ReplicaEvent.damageKept(partition))) {
      log.error(why + "; see 'quorate doctor'", partition);
    }
  }

  /** A rare branch was taken that answers a race. */
  @Unmetered("only simulated runs must meet each")
  enum Window implements RepairEvent {
    /** The partition was changed while it was filled, and filling began again. */
    FILL_BEGUN_AGAIN,
    /**
     * The cluster did not take note in time that a partition is to be filled, and was asked again.
     */
    REFILL_ASKED_AGAIN,
    /** The cluster did not take note in time that partitions are full, and was told again. */
    FILLED_REPORTED_AGAIN,
    /** A comparison ended before all that it had found was brought. */
    COMPARISON_BROKEN_OFF,
    /** What such a comparison left over was brought by a later one, or it found nothing left. */
    COMPARED_AFTER_ALL
  }
}
