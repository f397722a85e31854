package io.quorate.cli.backup.store;

import java.io.IOException;
import java.util.List;

/** Where backups are kept, each under its name. */
public interface BackupPlace {
  /** Where it is, for people. */
  String place();

  /**
   * Whether backups can be kept there.
   *
   * @throws IOException if that cannot be found out; the message says what to do
   */
  boolean isThere() throws IOException;

  /** Returns the backup of a name, whether there is one or not. */
  BackupStore backup(String name);

  /** Returns the names of the backups that were begun there, and are not deleted; sorted. */
  List<String> names() throws IOException;
}
