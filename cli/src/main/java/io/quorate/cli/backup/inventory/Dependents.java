package io.quorate.cli.backup.inventory;

import io.quorate.cli.backup.store.BackupPlace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Which backups at a place cannot be restored without a certain one.
 *
 * @param names of those that are based on it, finished or not, or on one of these: each before the
 *     one that it is based on
 * @param possible of others, which cannot be read, and so may be
 */
public record Dependents(List<String> names, List<String> possible) {
  public Dependents {
    names = List.copyOf(names);
    possible = List.copyOf(possible);
  }

  /**
   * Looks for those of a backup.
   *
   * @param name of the backup
   */
  public static Dependents of(BackupPlace place, String name) throws IOException {
    List<BackupSummary> all = BackupSummary.in(place);
    List<BackupSummary> found = new ArrayList<>();
    all.stream().filter(each -> each.name().equals(name)).forEach(found::add);
    for (int i = 0; i < found.size(); i++) {
      BackupSummary base = found.get(i);
      all.stream()
          .filter(each -> each.isBasedOn(base) && !found.contains(each))
          .forEach(found::add);
    }
    List<String> names = new ArrayList<>();
    found.reversed().forEach(each -> names.add(each.name()));
    names.remove(name);
    return new Dependents(
        names,
        all.stream()
            .filter(BackupSummary::hidesItsBase)
            .map(BackupSummary::name)
            .filter(each -> !each.equals(name))
            .toList());
  }
}
