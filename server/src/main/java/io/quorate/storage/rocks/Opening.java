package io.quorate.storage.rocks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.storage.StorageFault;
import io.quorate.storage.StorageOpenException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * Opens a data directory, or says what is wrong with it and what to do. Never repairs, and never
 * begins anew where there was something before.
 */
final class Opening {
  /** Format of a directory that this version creates. */
  private static final int FORMAT = 1;

  static final String WHAT_TO_DO =
      " The records of this node are on other replicas too. Look after the device, and keep the"
          + " directory until you know that it is lost: a node that starts without it is not taken"
          + " in again by itself. If it is, say `quorate cluster readmit NODE` and start the node"
          + " with an empty one; it is filled from the others.";

  private final Path directory;
  private final Path path;
  private final RocksSettings settings;

  private Opening(Path directory, RocksSettings settings) {
    this.directory = directory.toAbsolutePath().normalize();
    this.path = this.directory.resolve("db");
    this.settings = settings;
  }

  static Database open(Path directory, RocksSettings settings) {
    return new Opening(directory, settings).open();
  }

  private Database open() {
    prepareDirectory();
    SyncedMark synced = mark();
    RocksDB.loadLibrary();
    Tuning tuning = new Tuning(settings, SuspectMark.in(directory).isThere());
    Database database;
    try {
      List<ColumnFamilyDescriptor> families = new ArrayList<>();
      for (String name : familyNames()) {
        families.add(new ColumnFamilyDescriptor(name.getBytes(UTF_8), tuning.family(name)));
      }
      List<ColumnFamilyHandle> handles = new ArrayList<>();
      RocksDB db = RocksDB.open(tuning.database(), path.toString(), families, handles);
      database = new Database(directory, tuning, db, synced, List.copyOf(handles));
    } catch (RocksDBException failure) {
      tuning.close();
      throw translate(failure);
    }
    try {
      checkNothingIsMissing(database);
      checkFormat(database);
      dropUnfinished(database);
      HintsCheck.run(database);
    } catch (RocksDBException failure) {
      database.close(false);
      throw translate(failure);
    } catch (StorageOpenException refusal) {
      database.close(false);
      throw refusal;
    }
    return database;
  }

  private void prepareDirectory() {
    try {
      Files.createDirectories(path);
    } catch (IOException failure) {
      throw new StorageOpenException(
          "data directory "
              + directory
              + " cannot be created or entered ("
              + failure
              + "). Give a directory that the node may write to.",
          failure);
    }
    if (!Files.isWritable(path)) {
      throw new StorageOpenException(
          "data directory "
              + path
              + " is not writable for this user. Give it to the user the node runs as.");
    }
    try (Stream<Path> files = Files.list(path)) {
      List<String> names = files.map(file -> file.getFileName().toString()).sorted().toList();
      // RocksDB would take a directory without CURRENT for a fresh one and drop what is in it.
      boolean begun = names.stream().anyMatch(name -> name.startsWith("MANIFEST-"));
      if (begun && !names.contains("CURRENT")) {
        throw new StorageOpenException(
            "file " + path.resolve("CURRENT") + " is missing beside others." + WHAT_TO_DO);
      }
    } catch (IOException failure) {
      throw new StorageOpenException(
          "data directory " + path + " cannot be listed (" + failure + ")." + WHAT_TO_DO, failure);
    }
  }

  private SyncedMark mark() {
    try {
      return SyncedMark.open(directory);
    } catch (IOException failure) {
      throw new StorageOpenException(
          "data directory " + directory + " cannot be written to (" + failure + ")." + WHAT_TO_DO,
          failure);
    }
  }

  private void checkNothingIsMissing(Database database) {
    long expected = database.synced().sequence();
    long found = database.db().getLatestSequenceNumber();
    if (found < expected) {
      throw new StorageOpenException(
          ("data directory %s has lost writes that were acknowledged: it ends at sequence number %d"
                      + " where %d was synced; its write-ahead log is damaged or incomplete.")
                  .formatted(directory, found, expected)
              + WHAT_TO_DO);
    }
  }

  /** Ours, and those that a newer version has left. */
  private Set<String> familyNames() throws RocksDBException {
    Set<String> names = new LinkedHashSet<>();
    names.add(new String(RocksDB.DEFAULT_COLUMN_FAMILY, UTF_8));
    for (Family family : Family.values()) {
      names.add(new String(family.bytes(), UTF_8));
    }
    if (Files.exists(path.resolve("CURRENT"))) {
      try (Options options = new Options()) {
        for (byte[] name : RocksDB.listColumnFamilies(options, path.toString())) {
          names.add(new String(name, UTF_8));
        }
      }
    }
    return names;
  }

  private void checkFormat(Database database) throws RocksDBException {
    Integer format = database.format();
    if (format == null) {
      database.format(FORMAT);
    } else if (format > RecordFamily.FORMAT) {
      throw new StorageOpenException(
          "data directory %s was written by a newer version of Quorate (format %d, this one knows %d). Start the newer version."
              .formatted(directory, format, RecordFamily.FORMAT));
    }
  }

  /** What was begun anew and not finished, or was replaced and not taken away. */
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
              + " is in use by another process. Stop that, or give this node a directory of its"
              + " own.",
          failure);
    }
    if (Faults.of("opening", failure).kind() == StorageFault.Kind.FULL) {
      return new StorageOpenException(
          "data directory " + directory + " is on a full device (" + words + "). Free some space.",
          failure);
    }
    return new StorageOpenException(
        "data directory " + directory + " cannot be opened: " + words + "." + WHAT_TO_DO, failure);
  }
}
