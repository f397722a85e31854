package io.quorate.replication.background;

import io.quorate.event.Counter;
import io.quorate.event.Event;
import io.quorate.event.Tally;
import io.quorate.event.Unmetered;

/** What happens to work that no client waits for. */
public sealed interface BackgroundEvent extends Event {

  Counter CARRIED =
      Counter.of(
              "quorate.region.healing.bytes",
              "Bytes that hints, comparisons, copies and fills brought to nodes of another region,"
                  + " or from them")
          .by("region");

  /** Work that no client waits for has brought bytes to a node of another region, or from it. */
  record CarriedBetweenRegions(String region, long bytes) implements BackgroundEvent {
    @Override
    public void count(Tally tally) {
      tally.add(CARRIED, (double) bytes, region);
    }
  }

  Counter OF_BACKUPS =
      Counter.of(
              "quorate.backup.records",
              "Records that backups read through this node, and that restores stored through it")
          .by("step", (Object[]) BackupStep.values());

  /** What is done with a record of a backup. */
  enum BackupStep {
    READ,
    STORED
  }

  /** Records were read for a backup, or stored for a restore. */
  record OfBackup(BackupStep step, int records) implements BackgroundEvent {
    @Override
    public void count(Tally tally) {
      tally.add(OF_BACKUPS, records, step);
    }
  }

  /** A rare branch was taken that answers a race. */
  @Unmetered("only simulated runs must meet each")
  enum Window implements BackgroundEvent {
    /** Work that no client waits for had to wait, for the sake of those that do. */
    HELD_BACK_FOR_CLIENTS,
    /** Such work went on after it had waited. */
    WENT_ON_AFTER_CLIENTS,
    /** Such work had to wait, for it has carried all that it may between regions. */
    HELD_BACK_BETWEEN_REGIONS,
    /** Such work became slower, for clients waited too long because of it. */
    SLOWED_FOR_CLIENTS
  }
}
