package io.quorate.storage.rocks.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.model.ByteFormat;
import io.quorate.model.Quoted;
import io.quorate.storage.StorageFault;
import io.quorate.storage.StorageOpenException;
import io.quorate.storage.rocks.files.DirectoryLock;
import io.quorate.storage.rocks.files.Inventory;
import io.quorate.storage.rocks.files.Manifest;
import io.quorate.storage.rocks.files.NativeLibrary;
import io.quorate.storage.rocks.files.Permissions;
import io.quorate.storage.rocks.files.ProcessUser;
import io.quorate.storage.rocks.files.SuspectMark;
import io.quorate.storage.rocks.files.SyncedMark;
import io.quorate.storage.rocks.files.TableCheck;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * Opens a data directory, or says what is wrong with it and what to do. Never repairs, and never
 * begins again where there was something before.
 */
public final class Opening {
  /** Format of a directory that this version creates. */
  private static final int FORMAT = ByteFormat.DATABASE.only();

  private static final String DEFAULT_FAMILY = new String(RocksDB.DEFAULT_COLUMN_FAMILY, UTF_8);

  /**
   * What lies in a directory that is empty for all that a node knows. An image has the launcher
   * keep its cache there, as nothing else of a container survives it.
   */
  private static final Set<String> EMPTY = Set.of(DirectoryLock.NAME, "lost+found", ".cache");

  private static final String OLDER_BUILD =
      " Start the nodes with that build, write what they hold to a file with `quorate export`, and"
          + " import it into a cluster with empty directories.";

  private final Path directory;
  private final Path path;
  private final RocksSettings settings;

  private Opening(Path directory, RocksSettings settings) {
    this.directory = directory.toAbsolutePath().normalize();
    this.path = this.directory.resolve("db");
    this.settings = settings;
  }

  public static Database open(Path directory, RocksSettings settings) {
    return new Opening(directory, settings).open();
  }

  private Database open() {
    DirectoryLock lock = lock();
    try {
      return open(lock);
    } catch (AccessDeniedException denied) {
      lock.close();
      throw ofAnotherUser(denied);
    } catch (IOException failure) {
      lock.close();
      if (String.valueOf(failure.getMessage()).contains("No space left")) {
        throw full(String.valueOf(failure.getMessage()), failure);
      }
      throw new StorageOpenException(
          "data directory "
              + directory
              + " cannot be read ("
              + failure
              + ")."
              + Inventory.WHAT_TO_DO,
          failure);
    } catch (RuntimeException | Error failure) {
      lock.close();
      throw failure;
    }
  }

  private DirectoryLock lock() {
    try {
      Permissions.createDirectory(directory);
      return DirectoryLock.take(directory);
    } catch (AccessDeniedException denied) {
      if (Files.exists(path)) {
        throw ofAnotherUser(denied); // another directory would be an empty one
      }
      throw unusable(denied);
    } catch (IOException failure) {
      throw unusable(failure);
    }
  }

  private StorageOpenException ofAnotherUser(AccessDeniedException denied) {
    return new StorageOpenException(
        "file %1$s in data directory %2$s may not be read or written by user %3$s, as which this process runs. Run the node as the user that owns it, or give the directory and all in it to %3$s: chown -R %3$s %2$s."
            .formatted(denied.getFile(), directory, ProcessUser.name()),
        denied);
  }

  private StorageOpenException unusable(IOException failure) {
    return unusable(directory, failure);
  }

  /** Returns what is said of a directory in which a node cannot have its data. */
  public static StorageOpenException unusable(Path directory, IOException failure) {
    return new StorageOpenException(
        "data directory %s cannot be created or entered (%s). This process runs as user %s: set node.data_dir to a directory that this user may write to, or let it write to this one."
            .formatted(directory, failure, ProcessUser.name()),
        failure);
  }

  private Database open(DirectoryLock lock) throws IOException {
    SyncedMark mark = mark();
    boolean created = mark.state().created();
    Set<String> names = new LinkedHashSet<>(List.of(DEFAULT_FAMILY));
    List<Manifest.Table> tables = List.of();
    List<Manifest.Table> unusable = List.of();
    if (created) {
      Inventory.Found found = Inventory.of(path, mark);
      names.addAll(found.manifest().families());
      tables = found.manifest().tables();
      unusable = found.unusable();
      refuseIfNeeded(unusable);
      keepManifest(found.manifest());
    } else {
      Permissions.createDirectory(path);
      for (Family family : Family.values()) {
        names.add(family.familyName());
      }
    }
    NativeLibrary.load(directory);
    Database database = open(lock, mark, names, tables, unusable);
    try {
      checkNothingIsMissing(database);
      database.remember();
      boolean unused = Files.deleteIfExists(Inventory.before(path));
      checkFormat(database, created);
      checkFamilies(database);
      dropUnfinished(database);
      if (database.lacksTables() || database.isSuspect()) {
        // What they say is not so any more, or may be what cannot be read: of the families that are
        // compacted again once the records are rewritten, they alone were not read at a start.
        database.beginAnew(Family.TREES);
      }
      HintsCheck.run(database);
      NotesCheck.run(database);
      HistoryCheck.run(database, tables);
      mark.created();
      if (!database.isNew()) {
        database.beginCompactions();
      }
    } catch (RocksDBException failure) {
      database.close(false);
      throw translate(failure);
    } catch (RuntimeException | IOException | Error refusal) {
      database.close(false);
      throw refusal;
    }
    return database;
  }

  private SyncedMark mark() throws IOException {
    SyncedMark mark = SyncedMark.find(directory);
    if (mark == null) {
      checkEmpty();
      return SyncedMark.create(directory);
    }
    if (mark.isOfOlderBuild()) {
      throw new StorageOpenException(
          ("data directory %s was written by an older build of Quorate, whose %s does not say"
                  + " enough to show whether all is there that was acknowledged.%s")
              .formatted(directory, directory.resolve(SyncedMark.NAME), OLDER_BUILD));
    }
    if (!mark.isValid()) {
      throw new StorageOpenException(
          ("files %s and %s are damaged: without them nothing shows whether what lies beside them"
                  + " is all that was acknowledged.%s")
              .formatted(
                  directory.resolve(SyncedMark.NAME),
                  directory.resolve(SyncedMark.COPY),
                  Inventory.WHAT_TO_DO));
    }
    return mark;
  }

  /**
   * Keeps a copy of the manifest until the database is open. RocksDB writes another one while it
   * opens a database; if the process dies then, the copy shows what the new one must hold.
   */
  private void keepManifest(Manifest manifest) throws IOException {
    Path copy = Inventory.before(path);
    Path unfinished = copy.resolveSibling(copy.getFileName() + SyncedMark.UNFINISHED);
    Files.copy(manifest.file(), unfinished, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel file = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
      file.force(true);
    }
    Files.move(unfinished, copy, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel entries = FileChannel.open(directory)) {
      entries.force(true);
    }
  }

  /** Only a directory that holds nothing is a new one. */
  private void checkEmpty() throws IOException {
    List<String> names;
    try (Stream<Path> files = Files.list(directory)) {
      names =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> !name.endsWith(SyncedMark.UNFINISHED) && !EMPTY.contains(name))
              .sorted()
              .toList();
    }
    if (names.contains(path.getFileName().toString())) {
      throw new StorageOpenException(
          ("files %s and %s are missing beside %s: without them nothing shows whether what is there"
                  + " is all that was acknowledged. A copy or backup of a data directory must be of"
                  + " the whole directory.%s If an older build of Quorate wrote it, which kept no"
                  + " such files:%s")
              .formatted(
                  directory.resolve(SyncedMark.NAME),
                  SyncedMark.COPY,
                  path,
                  Inventory.WHAT_TO_DO,
                  OLDER_BUILD));
    }
    if (!names.isEmpty()) {
      throw new StorageOpenException(
          "data directory %s is not empty, and holds no data of a node but %s. Give the node a directory of its own."
              .formatted(directory, Quoted.of(String.join(", ", names))));
    }
  }

  private Database open(
      DirectoryLock lock,
      SyncedMark mark,
      Set<String> names,
      List<Manifest.Table> tables,
      List<Manifest.Table> unusable)
      throws IOException {
    try {
      return open(lock, mark, names, unusable.isEmpty() ? null : about(unusable));
    } catch (RocksDBException failure) {
      List<Manifest.Table> damaged =
          unusable.isEmpty() && Faults.of("opening", failure).kind() == StorageFault.Kind.CORRUPT
              ? TableCheck.unreadable(path, tables)
              : List.of();
      if (damaged.isEmpty() || !damaged.stream().allMatch(Opening::canBeDoneWithout)) {
        throw translate(failure);
      }
      try {
        return open(lock, mark, names, about(damaged));
      } catch (RocksDBException again) {
        throw translate(again);
      }
    }
  }

  /**
   * @param unusable tells which table files cannot be read, and are left out; null if none
   */
  private Database open(
      DirectoryLock lock, SyncedMark mark, Set<String> names, @Nullable String unusable)
      throws RocksDBException, IOException {
    if (unusable != null) {
      SuspectMark.in(directory).set(unusable);
    }
    Tuning tuning = new Tuning(settings, SuspectMark.in(directory).isThere());
    try {
      DBOptions options = tuning.database(!mark.state().created(), unusable != null);
      List<ColumnFamilyDescriptor> families = new ArrayList<>();
      for (String name : names) {
        // There is nothing to compact in a new one, so compactions need not begin later: each
        // change of options has RocksDB write all of them to a file and read that again.
        families.add(
            new ColumnFamilyDescriptor(
                name.getBytes(UTF_8),
                mark.state().created() ? tuning.family(name) : tuning.healthy(name)));
      }
      List<ColumnFamilyHandle> handles = new ArrayList<>();
      RocksDB db = RocksDB.open(options, path.toString(), families, handles);
      return new Database(
          directory, lock, tuning, db, mark, List.copyOf(handles), unusable != null);
    } catch (RocksDBException failure) {
      tuning.close();
      throw failure;
    }
  }

  /** Whether a node can serve without a table file: what was in it is found to be unreadable. */
  private static boolean canBeDoneWithout(Manifest.Table table) {
    return RecordFamily.isOne(table.family())
        || HintsCheck.isChecked(table.family())
        || table.family().equals(Family.TREES.familyName())
        || table.family().equals(Family.NOTES.familyName())
        || table.family().equals(Family.HISTORY.familyName());
  }

  private void refuseIfNeeded(List<Manifest.Table> unusable) throws IOException {
    Manifest.Table table =
        unusable.stream().filter(each -> !canBeDoneWithout(each)).findFirst().orElse(null);
    if (table == null) {
      return;
    }
    Path file = path.resolve(table.fileName());
    throw new StorageOpenException(
        "table file %s, which holds who this node is and what it voted for, %s.%s"
            .formatted(
                file,
                Files.isRegularFile(file)
                    ? "has %d bytes where %d were synced".formatted(Files.size(file), table.bytes())
                    : "is missing",
                Inventory.WHAT_TO_DO));
  }

  private String about(List<Manifest.Table> unusable) {
    return "table files %s in %s are missing or damaged"
        .formatted(
            String.join(", ", unusable.stream().map(Manifest.Table::fileName).limit(10).toList()),
            path);
  }

  private void checkNothingIsMissing(Database database) {
    long expected = database.mark().sequence();
    long found = database.db().getLatestSequenceNumber();
    if (found < expected) {
      throw new StorageOpenException(
          ("data directory %s has lost writes that were acknowledged: it ends at sequence number %d"
                      + " where %d was synced; its write-ahead log is damaged or incomplete.")
                  .formatted(directory, found, expected)
              + Inventory.WHAT_TO_DO);
    }
  }

  private void checkFamilies(Database database) throws RocksDBException {
    boolean hintsLost = database.meta(HintsCheck.LOST) != null;
    String records = RecordFamily.current(database);
    for (Family family : Family.values()) {
      String name = family == Family.DATA ? records : family.familyName();
      if (database.has(name)) {
        continue;
      }
      if (family == Family.HISTORY) {
        HistoryCheck.addFamily(database);
      } else if (family == Family.TREES
          || (family == Family.NOTES && !NotesCheck.mustBeThere(database))
          || (hintsLost && HintsCheck.isChecked(name))) {
        // The process died while it was replaced, or a release wrote the directory that had none.
        database.add(family);
      } else {
        throw new StorageOpenException(
            "data directory %s has lost its %s: the database does not know the family %s.%s"
                .formatted(
                    directory,
                    family.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    Quoted.of(name),
                    Inventory.WHAT_TO_DO));
      }
    }
  }

  private void checkFormat(Database database, boolean created) throws RocksDBException {
    Integer format = database.has(Family.META.familyName()) ? database.format() : null;
    if (format == null && created) {
      throw new StorageOpenException(
          "data directory %s has lost its format: it was created, and does not say how.%s"
              .formatted(directory, Inventory.WHAT_TO_DO));
    }
    if (format == null) {
      database.format(FORMAT);
    } else if (format > SealMark.FORMAT) {
      throw new StorageOpenException(
          "data directory %s was written by a newer version of Quorate (format %d, this one knows %d). Start the newer version."
              .formatted(directory, format, SealMark.FORMAT));
    }
  }

  /** What was begun again and not finished, or was replaced and not taken away. */
  private static void dropUnfinished(Database database) throws RocksDBException {
    String current = RecordFamily.current(database);
    for (ColumnFamilyHandle handle : database.handles()) {
      String name = new String(handle.getName(), UTF_8);
      if (RecordFamily.isOne(name) && !name.equals(current)) {
        database.drop(handle);
      }
    }
  }

  private StorageOpenException translate(RocksDBException failure) {
    String words = String.valueOf(failure.getMessage()).replaceAll("[.\\s]+$", "");
    if (words.contains("/LOCK")) {
      return new StorageOpenException(
          "data directory "
              + directory
              + " is in use by another process. Stop that first; a second node needs a directory of"
              + " its own.",
          failure);
    }
    if (Faults.of("opening", failure).kind() == StorageFault.Kind.FULL) {
      return full(words, failure);
    }
    return new StorageOpenException(
        "data directory " + directory + " cannot be opened: " + words + "." + Inventory.WHAT_TO_DO,
        failure);
  }

  private StorageOpenException full(String words, Exception failure) {
    return new StorageOpenException(
        "data directory " + directory + " is on a full device (" + words + "). Free some space.",
        failure);
  }
}
