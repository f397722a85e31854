package io.quorate.cli.backup.inventory;

import io.quorate.cli.backup.file.BaseEntry;
import io.quorate.cli.backup.store.BackupPlace;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Which backups at a place are deleted for their age, and which stay, and why.
 *
 * <p>Age alone decides nothing: when no new backups come, all that are there become old, and the
 * last one that can be restored would be deleted. So the newest stay, whatever their age is: of
 * all, and of each tenant, for its backups may have stopped while others go on.
 *
 * @param old those to delete, each before the one that it is based on
 * @param young how many stay since they are not old
 * @param kept finished backups that stay for another reason
 * @param leftAlone of which it cannot be said that they are finished and can be restored
 * @param unreadable those of {@code leftAlone} that may be based on any other one
 */
public record Retention(
    List<BackupSummary> old,
    int young,
    List<Stays> kept,
    List<Stays> leftAlone,
    List<String> unreadable) {

  public Retention {
    old = List.copyOf(old);
    kept = List.copyOf(kept);
    leftAlone = List.copyOf(leftAlone);
    unreadable = List.copyOf(unreadable);
  }

  /** Whether there is no backup at all. */
  public boolean isOfNone() {
    return old.isEmpty() && young == 0 && kept.isEmpty() && leftAlone.isEmpty();
  }

  /**
   * A backup that is not deleted.
   *
   * @param why in words
   */
  public record Stays(String name, String why) {}

  /**
   * Looks at all backups of a place.
   *
   * @param age a backup that was begun longer ago is old
   * @param keep how many of those that can be restored stay at least
   * @throws IOException if the place cannot be looked at
   */
  public static Retention of(BackupPlace place, Duration age, int keep, Instant now)
      throws IOException {
    List<BackupSummary> all = BackupSummary.in(place);
    // Of an exact backup of a moment long ago, it counts when it was made.
    List<BackupSummary> old =
        all.stream()
            .filter(each -> each.state() == BackupSummary.State.COMPLETE)
            .filter(each -> Instant.parse(each.began()).isBefore(now.minus(age)))
            .toList();
    Map<String, String> kept = new Newest(place, all, keep, now).kept();
    List<BackupSummary> gone = new ArrayList<>(old);
    gone.removeIf(each -> kept.containsKey(each.name()));
    keepBases(all, gone, kept);
    // What is left if the process is killed can be restored.
    gone.sort(Comparator.comparingInt(Retention::below).reversed());
    return new Retention(
        gone,
        (int) all.stream().filter(each -> isYoung(each, old)).count(),
        old.stream()
            .filter(each -> kept.containsKey(each.name()))
            .map(each -> new Stays(each.name(), String.valueOf(kept.get(each.name()))))
            .toList(),
        all.stream()
            .filter(each -> each.state() != BackupSummary.State.COMPLETE)
            .map(each -> new Stays(each.name(), each.stateInWords()))
            .toList(),
        all.stream().filter(BackupSummary::hidesItsBase).map(BackupSummary::name).toList());
  }

  private static boolean isYoung(BackupSummary backup, List<BackupSummary> old) {
    return backup.state() == BackupSummary.State.COMPLETE && !old.contains(backup);
  }

  private static int below(BackupSummary backup) {
    BaseEntry base = backup.base();
    return base == null ? 0 : base.chain();
  }

  /** Takes out of those to delete what others need that stay, finished or not. */
  private static void keepBases(
      List<BackupSummary> all, List<BackupSummary> gone, Map<String, String> kept) {
    List<BackupSummary> stay = new ArrayList<>(all);
    stay.removeAll(gone);
    for (int i = 0; i < stay.size(); i++) {
      BackupSummary above = stay.get(i);
      for (BackupSummary each : List.copyOf(gone)) {
        if (above.isBasedOn(each)) {
          kept.put(each.name(), above.name() + " is based on it");
          gone.remove(each);
          stay.add(each);
        }
      }
    }
  }
}
