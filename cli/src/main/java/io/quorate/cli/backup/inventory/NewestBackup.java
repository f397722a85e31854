package io.quorate.cli.backup.inventory;

import io.quorate.cli.backup.chain.Chain;
import io.quorate.cli.backup.chain.LacksBaseException;
import io.quorate.cli.backup.file.DamagedException;
import io.quorate.cli.backup.file.Manifest;
import io.quorate.cli.backup.run.Reasons;
import io.quorate.cli.backup.store.BackupPlace;
import io.quorate.cli.backup.store.BackupStore;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The newest backup at a place that can be restored, as far as that is seen without reading its
 * files.
 *
 * @param found empty if there is none
 * @param passedOver backups that cannot be restored, and are newer or of unknown time
 */
public record NewestBackup(Optional<Found> found, List<PassedOver> passedOver) {
  /**
   * The clock of the machine that made a backup may be ahead by this much. One that is further
   * ahead would be the newest for as long, also if there were no others any more.
   */
  private static final Duration AHEAD_MAX = Duration.ofMinutes(5);

  public NewestBackup {
    passedOver = List.copyOf(passedOver);
  }

  /**
   * A backup that can be restored.
   *
   * @param moment from when on it may lack what was written
   */
  public record Found(BackupSummary backup, Instant moment) {}

  /**
   * A backup that does not count.
   *
   * @param why in words
   */
  public record PassedOver(String name, String why) {}

  /**
   * Looks for the newest backup. Of those that say that they are finished, all files must be there
   * in the length in which they were written, with those of their bases.
   *
   * @param tenants that it must have
   * @throws IOException if the place cannot be looked at
   */
  public static NewestBackup at(BackupPlace place, List<String> tenants, Instant now)
      throws IOException {
    List<PassedOver> passedOver = new ArrayList<>();
    for (BackupSummary each : newestFirst(BackupSummary.in(place))) {
      Instant moment = each.moment();
      String fault = fault(place, each, tenants, now);
      if (fault == null && moment != null) {
        return new NewestBackup(Optional.of(new Found(each, moment)), passedOver);
      }
      passedOver.add(
          new PassedOver(each.name(), fault == null ? "does not say when it was made" : fault));
    }
    return new NewestBackup(Optional.empty(), passedOver);
  }

  /** Sorts backups of unknown time first, since they may be the newest. */
  static List<BackupSummary> newestFirst(List<BackupSummary> all) {
    return all.stream()
        .sorted(
            Comparator.comparing(
                BackupSummary::moment, Comparator.nullsFirst(Comparator.reverseOrder())))
        .toList();
  }

  /** Returns why a backup does not count, in words; null if it does. */
  static @Nullable String fault(
      BackupPlace place, BackupSummary backup, List<String> tenants, Instant now)
      throws IOException {
    Instant moment = backup.moment();
    if (backup.state() != BackupSummary.State.COMPLETE) {
      return backup.stateInWords();
    }
    if (moment != null && moment.isAfter(now.plus(AHEAD_MAX))) {
      return "has a time in the future, " + moment;
    }
    List<String> lacking = new ArrayList<>(tenants);
    lacking.removeAll(backup.tenants());
    if (!lacking.isEmpty()) {
      return "has no tenant " + String.join(", ", lacking);
    }
    BackupStore store = place.backup(backup.name());
    try {
      Chain.open(store).requireFiles();
      return null;
    } catch (DamagedException | LacksBaseException damaged) {
      return String.valueOf(damaged.getMessage());
    } catch (IOException failed) {
      if (Manifest.isGone(store)) {
        return "was deleted while it was looked at";
      }
      if (failed instanceof FileSystemException) {
        return "cannot be read: " + Reasons.of(failed);
      }
      throw failed;
    }
  }
}
