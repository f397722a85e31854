package io.quorate.cli.backup.store;

import java.util.Locale;
import java.util.regex.Pattern;

/** How backups and their files are called. */
public final class FileNames {
  /** Written last: there is a backup if this is there. */
  public static final String MANIFEST = "manifest.json";

  /** What an unfinished backup has so far. */
  public static final String PROGRESS = "progress.json";

  private static final Pattern BACKUP = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
  private static final Pattern DATA = Pattern.compile("data-(\\d{6,9})(-[0-9a-f]{8})?\\.qb");

  private FileNames() {}

  /** Whether a backup may have this name. */
  public static boolean isBackup(String name) {
    return BACKUP.matcher(name).matches();
  }

  /** Returns the name of a file of records. */
  public static String data(int number) {
    return String.format(Locale.ROOT, "data-%06d.qb", number);
  }

  /**
   * Returns the name of a file of records that no other run gives to one of its own.
   *
   * @param run eight hexadecimal digits
   */
  static String data(int number, String run) {
    return String.format(Locale.ROOT, "data-%06d-%s.qb", number, run);
  }

  public static boolean isData(String name) {
    return DATA.matcher(name).matches();
  }

  /** Returns the number in the name of a file of records; 0 if it is no such name. */
  public static int number(String name) {
    var matcher = DATA.matcher(name);
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  /** Whether a backup has files of this name. */
  public static boolean isOurs(String name) {
    return name.equals(MANIFEST) || name.equals(PROGRESS) || isData(name);
  }
}
