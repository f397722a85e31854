package io.quorate.cli.backup;

import io.quorate.cli.backup.file.CheckedJson;
import io.quorate.cli.backup.file.DamagedException;
import io.quorate.cli.backup.file.ExactEntry;
import io.quorate.cli.backup.file.Manifest;
import io.quorate.cli.backup.file.Progress;
import io.quorate.cli.backup.file.Segment;
import io.quorate.cli.backup.store.BackupPlace;
import io.quorate.cli.backup.store.BackupStore;
import io.quorate.cli.backup.store.FileNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A backup as a list shows it.
 *
 * @param kind empty if it is not known
 * @param exact of which moment it is; null if it is not exact
 * @param began as an ISO instant; empty if it is not known
 * @param tenants how many it has
 * @param keys that are in it so far
 * @param bytes of these keys and their contents
 */
record Listed(
    String name,
    String kind,
    @Nullable ExactEntry exact,
    String began,
    int tenants,
    long keys,
    long bytes,
    State state) {

  /** How a backup is. */
  enum State {
    COMPLETE,
    /** It has no manifest yet, or was partly deleted. */
    UNFINISHED,
    /** Its manifest, or its progress, cannot be read. */
    DAMAGED
  }

  /** Returns the backups at a place, by name. */
  static List<Listed> in(BackupPlace place) throws IOException {
    List<Listed> found = new ArrayList<>();
    for (String name : place.names()) {
      found.add(of(name, place.backup(name)));
    }
    return found;
  }

  private static Listed of(String name, BackupStore store) throws IOException {
    try {
      var files = store.list();
      if (files.containsKey(FileNames.MANIFEST)) {
        Manifest manifest = Manifest.read(store);
        return new Listed(
            name,
            manifest.kind(),
            manifest.exact(),
            manifest.began(),
            manifest.tenants().size(),
            manifest.keys(),
            manifest.bytes(),
            State.COMPLETE);
      }
      if (!files.containsKey(FileNames.PROGRESS)) {
        return new Listed(name, "", null, "", 0, 0, 0, State.UNFINISHED);
      }
      Progress progress = CheckedJson.read(store, FileNames.PROGRESS, Progress.class);
      return new Listed(
          name,
          Manifest.kind(progress.exact()),
          progress.exact(),
          progress.began(),
          progress.tenants().size(),
          progress.segments().stream().mapToLong(Segment::records).sum(),
          progress.segments().stream().mapToLong(Segment::bytes).sum(),
          State.UNFINISHED);
    } catch (DamagedException damaged) {
      return new Listed(name, "", null, "", 0, 0, 0, State.DAMAGED);
    }
  }
}
