package io.quorate.storage.rocks.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.model.Quoted;
import io.quorate.storage.StorageOpenException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Looks, before a database is opened, whether all that was ever synced is still there: RocksDB
 * would open with what is left, and delete the rest as unknown. Changes nothing.
 */
public final class Inventory {
  /** What an operator does about a directory that lacks something, as the end of a message. */
  public static final String WHAT_TO_DO =
      " The records of this node are on other replicas too. Check the device, and keep the"
          + " directory until you know that it is lost: a node that starts without it is not taken"
          + " in again by itself. If it is, say `quorate cluster readmit NODE` and start the node"
          + " with an empty one; it is filled from the others.";

  static final String MANIFEST = "MANIFEST-";
  static final String LOG = ".log";
  private static final String CURRENT = "CURRENT";

  /** Of a write in a log: its sequence number (8 bytes), and how many it takes (4). */
  private static final int HEAD_BYTES = 12;

  private final Path db;
  private final SyncedMark mark;

  private Inventory(Path db, SyncedMark mark) {
    this.db = db;
    this.mark = mark;
  }

  /**
   * What was found.
   *
   * @param unusable table files that are missing, or are not as long as they should be
   */
  public record Found(Manifest manifest, List<Manifest.Table> unusable) {}

  /**
   * Compares a database with the mark beside it.
   *
   * @throws StorageOpenException if anything is missing but table files
   */
  public static Found of(Path db, SyncedMark mark) throws IOException {
    return new Inventory(db, mark).look();
  }

  /** The number of the manifest that is in use. */
  static long manifestInUse(Path db) throws IOException {
    Path current = db.resolve(CURRENT);
    if (!Files.exists(current)) {
      throw new StorageOpenException("file " + current + " is missing." + WHAT_TO_DO);
    }
    byte[] bytes = Files.readAllBytes(current);
    String text = new String(bytes, UTF_8);
    if (!text.matches(MANIFEST + "[0-9]{1,18}\n")) {
      throw new StorageOpenException(
          "file %s is damaged: it holds %s and not the name of a manifest.%s"
              .formatted(current, Quoted.of(text), WHAT_TO_DO));
    }
    return Long.parseLong(text.substring(MANIFEST.length()).strip());
  }

  private Found look() throws IOException {
    Manifest manifest = manifest();
    checkLogs(manifest);
    List<Manifest.Table> unusable = new ArrayList<>();
    for (Manifest.Table table : manifest.tables()) {
      Path file = db.resolve(table.fileName());
      if (!Files.isRegularFile(file) || Files.size(file) != table.bytes()) {
        unusable.add(table);
      }
    }
    return new Found(manifest, unusable);
  }

  private Manifest manifest() throws IOException {
    long number = manifestInUse(db);
    SyncedMark.State synced = mark.state();
    Path file = manifestFile(db, number);
    if (number < synced.manifest()) {
      throw new StorageOpenException(
          "file %s names %s, where %s was in use last: it is older than what is beside it.%s"
              .formatted(
                  db.resolve(CURRENT),
                  file.getFileName(),
                  manifestFile(db, synced.manifest()).getFileName(),
                  WHAT_TO_DO));
    }
    if (number == synced.manifest()) {
      return read(file, synced.manifestBytes());
    }
    // The process died before it could remember this one, most likely while it opened the database.
    Manifest manifest = read(file, 0);
    Path before = before(db);
    if (Files.exists(before)) {
      checkSucceeds(manifest, read(before, 0));
    }
    checkRecovered(manifest);
    return manifest;
  }

  /** A manifest that was in use when the database began to be opened, kept until it is open. */
  public static Path before(Path db) {
    return db.resolveSibling("manifest.before");
  }

  /** A number as RocksDB writes it into names, which hold no digits but 0 to 9. */
  static String numbered(long number) {
    return String.format(Locale.ROOT, "%06d", number);
  }

  static Path manifestFile(Path db, long number) {
    return db.resolve(MANIFEST + numbered(number));
  }

  private static Manifest read(Path file, long syncedBytes) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new StorageOpenException("file " + file + " is missing." + WHAT_TO_DO);
    }
    Manifest manifest;
    try {
      manifest = Manifest.read(file);
    } catch (Manifest.MalformedException malformed) {
      throw new StorageOpenException(
          "file %s cannot be read: %s. If a newer version of Quorate wrote it, start that.%s"
              .formatted(file, malformed.getMessage(), WHAT_TO_DO),
          malformed);
    }
    if (manifest.end() < syncedBytes) {
      throw new StorageOpenException(
          "file %s is damaged or was cut: it can be read up to byte %d, and %d bytes were synced.%s"
              .formatted(file, manifest.end(), syncedBytes, WHAT_TO_DO));
    }
    return manifest;
  }

  /** While a database is opened, no table file goes: compactions begin afterwards. */
  private static void checkSucceeds(Manifest manifest, Manifest before) {
    if (!manifest.families().containsAll(before.families())
        || !manifest.tables().containsAll(before.tables())) {
      throw new StorageOpenException(
          "file %s is damaged or was cut: it lacks table files that were there before it was written.%s"
              .formatted(manifest.file(), WHAT_TO_DO));
    }
  }

  /**
   * While RocksDB opens a database it writes what is in the logs to table files. Then it notes in
   * the manifest, for one family after the other, which table files were added and that the family
   * does not need the logs. The note of the first family also says that the database does not need
   * them. So where another family still names an older log, its note is missing, and its table
   * files with it; the logs may be gone.
   */
  private static void checkRecovered(Manifest manifest) {
    if (manifest.familiesFirstLog() < manifest.firstLog()) {
      throw new StorageOpenException(
          "file %s is damaged or was cut: it lacks table files that were written from the logs.%s"
              .formatted(manifest.file(), WHAT_TO_DO));
    }
  }

  private void checkLogs(Manifest manifest) throws IOException {
    TreeMap<Long, Path> files = new TreeMap<>();
    for (Map.Entry<Long, Path> each : logs(db).entrySet()) {
      if (each.getKey() >= manifest.firstLog()) {
        files.put(each.getKey(), each.getValue());
      }
    }
    long synced = mark.sequence();
    boolean anyNeeded = false;
    for (SyncedMark.Log needed : mark.state().logs()) {
      if (needed.number() >= manifest.firstLog()) {
        anyNeeded = true;
        if (!files.containsKey(needed.number())) {
          throw lost("log file %s is missing".formatted(db.resolve(needed.fileName())));
        }
      }
    }
    long next = -1; // the sequence number that follows what was read; -1 for nothing read
    for (Map.Entry<Long, Path> file : files.entrySet()) {
      long first = -1;
      try (LogFile log = new LogFile(file.getValue(), file.getKey(), HEAD_BYTES)) {
        while (log.next()) {
          ByteBuffer head = log.record();
          if (head.remaining() < HEAD_BYTES) {
            break;
          }
          long sequence = head.getLong();
          long count = head.getInt() & 0xffffffffL;
          if (next >= 0 && sequence > next && next <= synced) {
            throw lost(
                "writes %d to %d are missing before log file %s goes on"
                    .formatted(next, sequence - 1, file.getValue()));
          }
          first = first < 0 ? sequence : first;
          next = Math.max(next, sequence + count);
        }
      }
      checkBeginning(file.getKey(), file.getValue(), first);
    }
    long found = anyNeeded ? next - 1 : Math.max(next - 1, manifest.sequence());
    if (found < synced) {
      throw lost("it ends at sequence number %d where %d was synced".formatted(found, synced));
    }
  }

  private void checkBeginning(long number, Path file, long first) {
    for (SyncedMark.Log needed : mark.state().logs()) {
      if (needed.number() == number && (first < 0 || first > needed.first())) {
        throw lost("log file %s is damaged at its beginning".formatted(file));
      }
    }
  }

  /** The logs that are there, by their numbers. */
  public static NavigableMap<Long, Path> logs(Path db) throws IOException {
    TreeMap<Long, Path> found = new TreeMap<>();
    try (Stream<Path> files = Files.list(db)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.matches("[0-9]{1,18}\\.log")) {
          found.put(Long.parseLong(name.substring(0, name.length() - LOG.length())), file);
        }
      }
    }
    return found;
  }

  /** The sequence number of the first write in a log; -1 if it holds none. */
  public static long firstSequence(long number, Path file) throws IOException {
    try (LogFile log = new LogFile(file, number, HEAD_BYTES)) {
      return log.next() && log.record().remaining() == HEAD_BYTES ? log.record().getLong() : -1;
    }
  }

  private StorageOpenException lost(String what) {
    return new StorageOpenException(
        "data directory %s has lost writes that were acknowledged: %s; its write-ahead log is damaged or incomplete.%s"
            .formatted(db.getParent(), what, WHAT_TO_DO));
  }
}
