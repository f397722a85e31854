package io.quorate.cli.backup.inventory;

import io.quorate.cli.backup.store.BackupPlace;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The backups at a place that stay whatever their age is, as the newest that can be restored. */
final class Newest {
  private final BackupPlace place;
  private final List<BackupSummary> newestFirst;
  private final int keep;
  private final Instant now;

  /** By name: whether it can be restored, for those that were looked at. */
  private final Map<String, Boolean> restorable = new HashMap<>();

  /** By name, with the reason in words. */
  private final Map<String, String> kept = new LinkedHashMap<>();

  /** A tenant of a cluster. */
  private record Content(String clusterId, String tenant) {}

  /**
   * @param keep how many stay: of all, and of each tenant
   */
  Newest(BackupPlace place, List<BackupSummary> all, int keep, Instant now) {
    this.place = place;
    this.newestFirst = NewestBackup.newestFirst(all);
    this.keep = keep;
    this.now = now;
  }

  /**
   * Returns their names, with the reason why each stays.
   *
   * @throws IOException if the place cannot be looked at
   */
  Map<String, String> kept() throws IOException {
    keep(newestFirst.stream().filter(Newest::isComplete).toList(), "");
    Set<Content> contents = new LinkedHashSet<>();
    newestFirst.forEach(each -> contents.addAll(contents(each)));
    boolean ofOne = contents.stream().map(Content::clusterId).distinct().count() == 1;
    for (Content content : contents) {
      keep(
          newestFirst.stream().filter(each -> contents(each).contains(content)).toList(),
          " with tenant " + content.tenant() + (ofOne ? "" : " of cluster " + content.clusterId()));
    }
    return kept;
  }

  private static boolean isComplete(BackupSummary backup) {
    return backup.state() == BackupSummary.State.COMPLETE;
  }

  private static List<Content> contents(BackupSummary backup) {
    return isComplete(backup)
        ? backup.tenants().stream().map(each -> new Content(backup.clusterId(), each)).toList()
        : List.of();
  }

  /**
   * @param what they have in common, for people
   */
  private void keep(List<BackupSummary> backups, String what) throws IOException {
    String why =
        keep == 1
            ? "it is the newest%s that can be restored".formatted(what)
            : "it is one of the %d newest%s that can be restored".formatted(keep, what);
    int found = 0;
    for (BackupSummary each : backups) {
      if (found < keep && canBeRestored(each)) {
        found++;
        kept.putIfAbsent(each.name(), why);
      }
    }
    if (found < keep) {
      // All that can be restored is kept then. The rest may be what is left of more.
      for (BackupSummary each : backups) {
        kept.putIfAbsent(each.name(), "of all%s, only %d can be restored".formatted(what, found));
      }
    }
  }

  private boolean canBeRestored(BackupSummary backup) throws IOException {
    Boolean known = restorable.get(backup.name());
    if (known == null) {
      known = NewestBackup.fault(place, backup, List.of(), now) == null;
      restorable.put(backup.name(), known);
    }
    return known;
  }
}
