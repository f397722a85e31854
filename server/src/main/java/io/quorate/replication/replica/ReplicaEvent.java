package io.quorate.replication.replica;

import io.quorate.event.Counter;
import io.quorate.event.Event;
import io.quorate.event.EventLog;
import io.quorate.event.Tally;
import io.quorate.event.Unmetered;
import io.quorate.model.NodeId;
import io.quorate.version.Hlc;

/** What happens in this node as a replica. */
public sealed interface ReplicaEvent extends Event {
  Counter STALE_EPOCH =
      Counter.of("quorate.stale.epoch", "Requests that replicas refused for their lower epoch");

  Counter PARKED =
      Counter.of(
          "quorate.parked", "Requests that replicas held until they knew their higher epoch");

  Counter PURGE_REFUSED =
      Counter.of(
          "quorate.purge.refused",
          "Stamps refused since they lay below what is being purged; they are stamped again");

  Counter PURGED_RECORDS =
      Counter.of("quorate.purge.records", "Deleted or expired records taken off this node's disk");

  Counter PURGED_BYTES = Counter.of("quorate.purge.bytes", "Bytes of these records and their keys");

  Counter VERSION_CONFLICTS =
      Counter.of(
          "quorate.version.conflicts",
          "Times that two different records of one version met, of which one was lost");

  Counter STAMPS_REFUSED =
      Counter.of(
          "quorate.stamps.refused",
          "Records refused since no clock of the cluster can have shown the time they carry");

  Counter FAILED_READS =
      Counter.of(
          "quorate.storage.failed.reads",
          "Requests refused since the disk did not give back a record that it should hold");

  Counter DAMAGED =
      Counter.of(
              "quorate.damaged.events",
              "What became of partitions of which this node's disk did not give back everything")
          .by("event", "found", "refilled", "readable_again", "kept");

  Counter LEFTOVERS_DROPPED =
      Counter.of(
          "quorate.leftovers.dropped.records",
          "Records deleted that were kept from a time when this node was a replica before");

  Counter VERSIONS_NOTED =
      Counter.of(
          "quorate.notes.written",
          "Versions of writes that take effect at most once, noted when a higher one was held");

  Counter VERSIONS_FORGOTTEN =
      Counter.of("quorate.notes.forgotten", "Notes forgotten: they were old, or too many");

  Counter FOUND_FORGOTTEN =
      Counter.of(
          "quorate.notes.missed",
          "Writes tried again of which this node could not say whether it had been offered them");

  /** The state that a damaged partition stays as it is, for {@link EventLog#isNews}. */
  static String damageKept(int partition) {
    return "damage kept " + partition;
  }

  /** A replica refused a request of a lower epoch than it serves. */
  record StaleEpochRefused() implements ReplicaEvent {
    @Override
    public void count(Tally tally) {
      tally.add(STALE_EPOCH);
    }
  }

  /** A replica held a request of a higher epoch than it serves until it caught up. */
  record ParkedForEpoch() implements ReplicaEvent {
    @Override
    public void count(Tally tally) {
      tally.add(PARKED);
    }
  }

  /** A replica refused a fresh stamp, for a purge or a cut goes up to it or beyond. */
  record BelowPromiseRefused() implements ReplicaEvent {
    @Override
    public void count(Tally tally) {
      tally.add(PURGE_REFUSED);
    }
  }

  /** A record that was deleted or expired, and purged, is off the disk. */
  record Dropped(long bytes) implements ReplicaEvent {
    @Override
    public void count(Tally tally) {
      tally.add(PURGED_RECORDS);
      tally.add(PURGED_BYTES, (double) bytes);
    }
  }

  /**
   * Two records of one version met, which {@code writer} seems to have stamped at its start number
   * {@code boot}. One of them is kept, the same on all replicas; the other is lost.
   *
   * @param byMember whether there is a node of that number: versions that clients give have others
   */
  record VersionConflict(NodeId writer, int boot, boolean byMember) implements ReplicaEvent {
    @Override
    public void count(Tally tally) {
      tally.add(VERSION_CONFLICTS);
    }

    @Override
    public void tell(EventLog log) {
      if (!byMember) {
        if (log.isDue("version conflict of a client")) {
          log.error(
              "two records that differ have one version, which was given by a client, or by a node"
                  + " that is no member: a client gave two writes one stamp, or tried a write again"
                  + " with another value. One of the records is kept, the same on all replicas");
        }
      } else if (log.isDue("version conflict " + writer)) {
        log.error(
            "two records that differ have one version, stamped by node {} at its start {}: two"
                + " processes ran with copies of its data directory, or its machine was set back."
                + " One of the records is kept, the same on all replicas. See 'quorate doctor'",
            writer,
            boot);
      }
    }
  }

  /**
   * A record was refused, for no clock of the cluster can have shown the time that it carries.
   *
   * @param byMember whether there is a node of that number: versions that clients give have others
   */
  record StampRefused(NodeId writer, long hlc, boolean byMember) implements ReplicaEvent {
    @Override
    public void count(Tally tally) {
      tally.add(STAMPS_REFUSED);
    }

    @Override
    public void tell(EventLog log) {
      if (!byMember) {
        if (log.isDue("stamp refused of a client")) {
          log.error(
              "refused a record that a client, or a node that is no member, stamped at {}, far"
                  + " ahead of all clocks (health.stamp_bound): look after the clocks of clients",
              Hlc.toString(hlc));
        }
      } else if (log.isDue("stamp refused " + writer)) {
        log.error(
            "refused a record that node {} stamped at {}, far ahead of all clocks"
                + " (health.stamp_bound): look after the clock of that node, see 'quorate"
                + " doctor'",
            writer,
            Hlc.toString(hlc));
      }
    }
  }

  /** A request was refused since this node's disk did not give back what it should hold. */
  record ReadFailed(String why) implements ReplicaEvent {
    @Override
    public void count(Tally tally) {
      tally.add(FAILED_READS);
    }

    @Override
    public void tell(EventLog log) {
      if (log.isDue("read failed")) {
        log.error("a record of this node cannot be read, other replicas answer for it: {}", why);
      }
    }
  }

  /**
   * Something that this node holds of a partition cannot be read: it serves nothing of it until all
   * of it has come back from others.
   */
  record PartitionDamaged(int partition, String why) implements ReplicaEvent {
    @Override
    public void count(Tally tally) {
      tally.add(DAMAGED, 1, "found");
    }

    @Override
    public void tell(EventLog log) {
      log.forget(damageKept(partition));
      log.error(
          "partition {} is out of service on this node, to be filled again from others: its disk"
              + " does not give back all of it ({})",
          partition,
          why);
    }
  }

  /** What was damaged is off the disk, and this replica is to be filled from the others. */
  record DamageDropped(int partition) implements ReplicaEvent {
    @Override
    public void count(Tally tally) {
      tally.add(DAMAGED, 1, "refilled");
    }

    @Override
    public void tell(EventLog log) {
      log.forget(damageKept(partition));
      log.info(
          "what was damaged of partition {} is off the disk; it is filled from others", partition);
    }
  }

  /** What could not be read of a partition can be read again: it is served as before. */
  record DamageGone(int partition) implements ReplicaEvent {
    @Override
    public void count(Tally tally) {
      tally.add(DAMAGED, 1, "readable_again");
    }

    @Override
    public void tell(EventLog log) {
      log.forget(damageKept(partition));
      log.warn("partition {} can be read again, and is back in service", partition);
    }
  }

  /** Records were taken away that this node kept from a time when it was a replica before. */
  record LeftoversDropped(int partition, int records) implements ReplicaEvent {
    @Override
    public void count(Tally tally) {
      tally.add(LEFTOVERS_DROPPED, records);
    }
  }

  /** A version was noted, since a higher one is held or takes its place. */
  record VersionNoted() implements ReplicaEvent {
    static final VersionNoted INSTANCE = new VersionNoted();

    @Override
    public void count(Tally tally) {
      tally.add(VERSIONS_NOTED);
    }
  }

  /** Notes were forgotten; of those that an earlier start took it is not known how many. */
  record VersionsForgotten(long notes) implements ReplicaEvent {
    @Override
    public void count(Tally tally) {
      tally.add(VERSIONS_FORGOTTEN, (double) notes);
    }
  }

  /** A replica was asked for a version that it may have forgotten. */
  record FoundForgotten() implements ReplicaEvent {
    @Override
    public void count(Tally tally) {
      tally.add(FOUND_FORGOTTEN);
    }
  }

  /** A rare branch was taken that answers a race. */
  @Unmetered("only simulated runs must meet each")
  enum Window implements ReplicaEvent {
    /** A record was put over one of the same key that was not durable yet. */
    MERGED_WITH_UNSYNCED,
    /** A write was answered only once a higher version, brought by another, was durable. */
    WAITED_FOR_SYNC_OF_ANOTHER,
    /** A write took the place of a record of which the header alone was known. */
    MERGED_BY_HEADER,
    /** The header did not suffice, so the record was read after all. */
    READ_TO_MERGE,
    /** A reader was told how its record compares by the header alone. */
    ANSWERED_BY_HEADER,
    /** A key was read while a write of it was under way, past the cache. */
    READ_BESIDE_A_WRITE,
    /** A put failed, and with it others of its key that came after. */
    FAILED_WITH_ANOTHER,
    /** A register came below a ballot that was promised, or accepted. */
    BALLOT_BELOW_PROMISE,
    /** A mark was not taken, for something held was above it. */
    MARKED_BELOW_ANOTHER,
    /** A record took the place of one of a later time by its rank, and kept that time. */
    KEPT_A_LATER_TIME,
    /** Something was not stored, for its tenant was dropped. */
    REFUSED_AS_DROPPED,
    /** Something fresh was not stored, for a restore looks whether its tenant is empty. */
    REFUSED_AS_CLOSED,
    /** What came with a token was not taken, for the fence of its key may have been purged. */
    FENCE_FORGOTTEN,
    /** A record was stored under a mark that is above it. */
    STORED_UNDER_A_MARK,
    /** A ballot was asked for that is not above the one that was promised. */
    PREPARED_BELOW_PROMISE,
    /** What was purged had been written again before it could be taken off the disk. */
    DROP_CAME_TOO_LATE,
    /** A replica that is being filled was asked what it holds, and did not say. */
    ASKED_WHILE_FILLING,
    /** A partition was found damaged while it was being filled. */
    DAMAGED_WHILE_FILLING,
    /** A damaged partition was asked for, and not served. */
    ASKED_WHILE_DAMAGED,
    /** A page was asked for again while it was being read. */
    PAGE_ASKED_FOR_AGAIN,
    /** A damaged partition was dropped, and the disk did not do it. */
    DAMAGE_NOT_DROPPED,
    /** A replica served a new epoch only once it had looked for what it kept from before. */
    ARRIVAL_WAITED_FOR_LEFTOVERS,
    /** It had kept something that may have been purged, and took it away. */
    LEFTOVERS_DROPPED_AT_ARRIVAL,
    /** A version was noted, for a record is stored in the place of that which has it. */
    NOTED_AS_OVERTAKEN,
    /** A version was noted, for its record was refused as older than what is held. */
    NOTED_AS_OLDER,
    /** A version was too old to be noted, and counts as forgotten at once. */
    FLOOR_RAISED_INSTEAD,
    /** A version was asked for, and found noted. */
    FOUND_NOTED,
    /** Notes were forgotten that were old enough. */
    FORGOTTEN_AS_OLD,
    /** Notes were forgotten before that, for there were too many. */
    FORGOTTEN_AS_TOO_MANY,
    /** A replica of a new set counts as forgotten what the old set was offered. */
    FLOOR_RAISED_BY_MOVE,
    /** A replica that was filled counts as forgotten what the others were offered. */
    FLOOR_RAISED_BY_FILLING,
    /** A partition was armed for a cut after its time had come. */
    ARMED_TOO_LATE,
    /** What something above the time of a cut takes the place of was kept. */
    KEPT_FOR_CUT,
    /** Something up to the time of a cut came below something above it, and was kept. */
    CAME_LATE_FOR_CUT,
    /** An image of a partition was fixed. */
    IMAGE_FIXED,
    /** A stamp up to the time of a cut that was closed was refused. */
    REFUSED_BELOW_CUT,
    /** Something that was brought waited for the seal of a cut. */
    WAITED_FOR_SEAL,
    /** An image became void, for something was brought before the seal. */
    IMAGE_VOID
  }
}
