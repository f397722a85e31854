package io.quorate.storage.rocks;

import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.runtime.Threads;
import io.quorate.storage.ArrivalStore;
import io.quorate.storage.DiskFigures;
import io.quorate.storage.DiskMarkStore;
import io.quorate.storage.HintStore;
import io.quorate.storage.IdentityStore;
import io.quorate.storage.NoteStore;
import io.quorate.storage.RaftStore;
import io.quorate.storage.RecordStore;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageListener;
import io.quorate.storage.StorageOpenException;
import io.quorate.storage.StoreHealth;
import io.quorate.storage.TreeStore;
import io.quorate.storage.crypt.Encryption;
import io.quorate.storage.crypt.Keyring;
import io.quorate.storage.crypt.KeysUnusableException;
import io.quorate.storage.rocks.database.CompactionPace;
import io.quorate.storage.rocks.database.Database;
import io.quorate.storage.rocks.database.Family;
import io.quorate.storage.rocks.database.HistoryDamage;
import io.quorate.storage.rocks.database.Opening;
import io.quorate.storage.rocks.database.RecordFamily;
import io.quorate.storage.rocks.database.RocksSettings;
import io.quorate.storage.rocks.database.SealMark;
import io.quorate.storage.rocks.files.FreeSpace;
import io.quorate.storage.rocks.files.Permissions;
import io.quorate.storage.rocks.files.ProcessUser;
import io.quorate.storage.rocks.files.SuspectMark;
import io.quorate.storage.rocks.format.RaftKey;
import io.quorate.storage.rocks.format.Seal;
import io.quorate.storage.rocks.writer.GroupWriter;
import io.quorate.storage.rocks.writer.LaneWrites;
import io.quorate.storage.rocks.writer.Write;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.ReadTier;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** The disk of one node, in a data directory. */
public final class RocksStorage implements Storage {
  private final Database database;
  private final RecordFamily records;
  private final Renewal renewal;
  private final WriteAheadLog log;
  private final GroupWriter writer;
  private final Readers readers;
  private final HistoryDamage historyDamage;
  private final StorageListener listener;

  /** One for each lane: what it writes during a turn is one write, whatever it is about. */
  private final Map<Lane, LaneWrites> writes = new ConcurrentHashMap<>();

  private final ReadOptions cached = new ReadOptions().setReadTier(ReadTier.BLOCK_CACHE_TIER);
  private final ReadOptions anywhere = new ReadOptions();

  private RocksStorage(
      Database database,
      RecordFamily records,
      Renewal renewal,
      WriteAheadLog log,
      GroupWriter writer,
      Readers readers,
      StorageListener listener) {
    this.database = database;
    this.records = records;
    this.renewal = renewal;
    this.log = log;
    this.writer = writer;
    this.readers = readers;
    this.historyDamage = new HistoryDamage(database, listener);
    this.listener = listener;
  }

  /**
   * Opens a data directory, and creates it if there is none.
   *
   * @param name beginning of the names of its threads
   * @param threads that block where a lane must not
   * @param healthChanged told on the storage's own thread; returns at once
   * @throws StorageOpenException it cannot be used; says why and what to do
   * @throws KeysUnusableException its values are encrypted, and the right master key is not there
   */
  public static RocksStorage open(
      Path directory,
      RocksSettings settings,
      String name,
      Clock clock,
      Threads threads,
      StorageListener listener,
      Consumer<StoreHealth> healthChanged) {
    Keyring before = keyring(directory, settings.encryption(), clock);
    Database database = Opening.open(directory, settings);
    // Another process may have made keys until the directory was this one's.
    Keyring keyring = before == null ? null : keyringOf(database, settings.encryption(), clock);
    RecordFamily records = openRecords(database, keyring, settings.encryption(), listener);
    CompactionPace compactions = new CompactionPace(database, clock);
    Renewal renewal =
        new Renewal(
            database,
            records,
            SuspectMark.in(directory),
            compactions,
            clock,
            listener,
            FreeSpace.below(database.directory()));
    if (records.seal().isOn() && !isSealed(database)) {
      renewal.sealAll();
    }
    WriteAheadLog log = new WriteAheadLog(database, settings, renewal, compactions, clock);
    GroupWriter writer =
        new GroupWriter(
            name + "-writer",
            log,
            settings.durability(),
            settings.syncSpacingNanos(),
            clock,
            threads,
            listener,
            healthChanged);
    renewal.wakes(writer::wake);
    writer.start();
    Readers readers = new Readers(name + "-reader", settings.readers(), threads);
    return new RocksStorage(database, records, renewal, log, writer, readers, listener);
  }

  private static boolean isSealed(Database database) {
    try {
      return SealMark.isOnAll(database);
    } catch (RocksDBException unknown) {
      return false;
    }
  }

  private static @Nullable Keyring keyring(Path directory, Encryption encryption, Clock clock) {
    try {
      return Keyring.open(directory.toAbsolutePath().normalize(), encryption, clock);
    } catch (AccessDeniedException denied) {
      // Another directory in the place of one that is there would be an empty one.
      throw Files.exists(directory)
          ? denied(directory, denied)
          : Opening.unusable(directory, denied);
    } catch (IOException failure) {
      throw Files.exists(directory) && !Files.isDirectory(directory)
          ? Opening.unusable(directory, failure)
          : unreadable(directory, failure);
    }
  }

  private static StorageOpenException denied(Path directory, AccessDeniedException denied) {
    return new StorageOpenException(
        "the file of keys in data directory %s cannot be read, if there is one: %s, and this process runs as user %s. Give the directory and all in it to that user."
            .formatted(directory, denied, ProcessUser.name()),
        denied);
  }

  private static StorageOpenException unreadable(Path directory, IOException failure) {
    return new StorageOpenException(
        "the file of keys in data directory %s cannot be read, if there is one: %s. Check the device (dmesg), and start the node again once it can be read. Keep the directory until then."
            .formatted(directory, failure),
        failure);
  }

  private static @Nullable Keyring keyringOf(
      Database database, Encryption encryption, Clock clock) {
    try {
      return keyring(database.directory(), encryption, clock);
    } catch (RuntimeException refused) {
      database.close(false);
      throw refused;
    }
  }

  private static RecordFamily openRecords(
      Database database,
      @Nullable Keyring keyring,
      Encryption encryption,
      StorageListener listener) {
    try {
      SealMark.check(database, keyring, encryption instanceof Encryption.Untouched, listener);
      return RecordFamily.open(
          database, new Seal(keyring, keyring != null && SealMark.isOnAll(database)));
    } catch (RocksDBException | IOException failure) {
      database.close(false);
      throw new StorageOpenException(
          "the keys of data directory %s could not be made durable: %s"
              .formatted(database.directory(), failure.getMessage()),
          failure);
    } catch (RuntimeException refused) {
      database.close(false);
      throw refused;
    }
  }

  /** Returns the name of the user as which this process uses a directory, for messages. */
  public static String user() {
    return ProcessUser.name();
  }

  /** Whether users other than that of the node can read what lies in a data directory. */
  public static boolean isReadableByOthers(Path directory) {
    return Permissions.isOpenToOthers(directory)
        && Permissions.isOpenToOthers(directory.resolve("db"));
  }

  @Override
  public RecordStore records(Lane lane) {
    return new RocksRecordStore(
        database,
        records,
        renewal,
        historyDamage,
        lane,
        writes(lane),
        readers,
        cached,
        anywhere,
        listener);
  }

  @Override
  public HintStore hints(Lane lane) {
    return new RocksHintStore(database, lane, writes(lane), readers, cached);
  }

  @Override
  public TreeStore trees(Lane lane) {
    return new RocksTreeStore(database, records.seal(), writes(lane));
  }

  @Override
  public ArrivalStore arrivals(Lane lane) {
    return new RocksArrivalStore(database, writes(lane));
  }

  @Override
  public DiskMarkStore diskMark(Lane lane) {
    return new RocksDiskMarkStore(database, writes(lane));
  }

  @Override
  public NoteStore notes(Lane lane) {
    return new RocksNoteStore(database, lane, writes(lane), readers, cached, anywhere);
  }

  @Override
  public RaftStore raft(Lane lane) {
    return new RocksRaftStore(database, RaftKey.METADATA, writes(lane));
  }

  @Override
  public RaftStore locks(Lane lane) {
    return new RocksRaftStore(database, RaftKey.LOCKS, writes(lane));
  }

  @Override
  public void forgetKeys(Lane lane, IntPredicate tenants, PutCallback durable) {
    writes(lane).add(new Forgetting(records.seal(), tenants, durable));
  }

  /** Keys on their way off the disk. */
  private record Forgetting(Seal seal, IntPredicate tenants, PutCallback callback)
      implements Write {
    @Override
    public void addTo(WriteBatch batch) throws RocksDBException {
      seal.forget(tenants);
    }

    @Override
    public long bytes() {
      return 0;
    }
  }

  private LaneWrites writes(Lane lane) {
    return writes.computeIfAbsent(lane, one -> new LaneWrites(one, writer));
  }

  @Override
  public IdentityStore identity() {
    return new RocksIdentityStore(database);
  }

  @Override
  public StoreHealth health() {
    return writer.health();
  }

  @Override
  public long queuedBytes() {
    return writer.queuedBytes();
  }

  @Override
  public long recordBytes() {
    RecordFamily.Generation generation = records.enter();
    if (generation == null) {
      return 0;
    }
    try {
      return generation.bytes();
    } catch (RocksDBException failure) {
      return 0; // what is no more than an estimate is not known then
    } finally {
      generation.leave();
    }
  }

  @Override
  public @Nullable DiskFigures figures() {
    try {
      return records.whileOpen(
          generation -> new Figures(database, generation).read(log.heldUpNanos()));
    } catch (RocksDBException | IOException | UncheckedIOException unknown) {
      return null; // a meter has no value then; a disk that fails says so when it is used
    }
  }

  /** How many tables of a family were not compacted yet, while the database is open. For tests. */
  @Nullable Integer levelZeroFiles(Family family) throws RocksDBException, IOException {
    return records.whileOpen(
        generation ->
            Integer.valueOf(
                database.db().getProperty(database.family(family), "rocksdb.num-files-at-level0")));
  }

  /** How many snapshots the database keeps for images, while it is open. For tests. */
  @Nullable Long snapshots() throws RocksDBException, IOException {
    return records.whileOpen(generation -> database.db().getLongProperty("rocksdb.num-snapshots"));
  }

  @Override
  public void close() {
    writer.close();
    letGo(writer.health().isWritable());
  }

  /**
   * Lets go of the disk and leaves it as a process that is killed does: what waits is dropped, and
   * what is durable is in the log only, from which the next start takes it. For tests; blocks.
   */
  public void abandon() {
    writer.abandon();
    letGo(false);
  }

  private void letGo(boolean flush) {
    renewal.close();
    readers.close();
    if (database.close(flush)) {
      log.close();
      cached.close();
      anywhere.close();
    }
  }
}
