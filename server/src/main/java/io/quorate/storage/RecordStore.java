package io.quorate.storage;

import io.quorate.model.Key;
import io.quorate.model.KeyRange;
import io.quorate.version.Record;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The records of one node, as one lane uses them. All calls are made on that lane, and all answers
 * arrive on it: at once, before the call returns, where no waiting is needed, and later otherwise.
 *
 * <p>Only durable records are read: what a reader was shown never vanishes in a crash. A record
 * that has been handed to {@link #put} is read once its {@code durable} callback has been called,
 * or shortly before.
 */
public interface RecordStore {
  /** Reads the durable record of a key. */
  void get(int partition, Key key, GetCallback callback);

  /** Reads the durable records of some keys of one partition, or fails for all of them. */
  default void getAll(int partition, List<Key> keys, GetAllCallback callback) {
    new OneByOne(keys, callback).read(this, partition);
  }

  /**
   * Stores a record in place of what is there; the caller has merged. Records handed in during one
   * turn of the lane become durable together, by one sync. Of several puts of one key the last one
   * stays.
   */
  void put(int partition, Key key, Record record, PutCallback durable);

  /** Takes away what lies under a key, if anything does; otherwise like {@link #put}. */
  void remove(int partition, Key key, PutCallback durable);

  /**
   * Syncs what was told to be durable before this call, where that is done later ({@link
   * Durability.Periodic}).
   */
  default void sync(PutCallback synced) {
    synced.stored();
  }

  /**
   * Takes away all that lies in a partition, be it readable or not. Nothing of the partition is
   * under way when this is called, and nothing of it is handed in before this has ended. All of it
   * goes or, after a crash, none; it may take as long as it takes to write all other partitions
   * again.
   */
  void drop(int partition, PutCallback durable);

  /**
   * Takes away all that lies in a partition that can be read, quickly; otherwise like {@link
   * #drop}.
   */
  default void clear(int partition, PutCallback durable) {
    drop(partition, durable);
  }

  /**
   * Looks whether anything lies in a partition, of whatever tenant; true also if that cannot be
   * read.
   */
  default void holdsAny(int partition, Consumer<Boolean> callback) {
    callback.accept(true);
  }

  /**
   * Takes away all that lies in a partition of some tenants, while those of others are written.
   * Nothing of theirs is under way when this is called, and nothing of theirs is handed in before
   * this has ended. After a crash or a failure some of it may be left.
   */
  default void clear(int partition, List<Integer> tenants, PutCallback durable) {
    new ClearOneByOne(this, partition, tenants, durable).readOn();
  }

  /**
   * Looks which of some tenants have anything in a partition; those are among them of whom that
   * cannot be read.
   */
  default void holders(int partition, List<Integer> tenants, Consumer<List<Integer>> callback) {
    callback.accept(tenants);
  }

  /**
   * Looks who has anything in a partition: the ids of tenants, be there such tenants or not,
   * ascending.
   *
   * @param callback given null if that cannot be read now
   */
  void tenants(int partition, Consumer<@Nullable List<Integer>> callback);

  /**
   * Estimates how many bytes some tenants have on the disk in all of some partitions, as they lie
   * there: compressed, encrypted, and with what was overwritten and is not taken away yet.
   *
   * @param callback given one number for each of the tenants, in their order; null if it cannot be
   *     told now
   */
  default void bytes(
      List<Integer> partitions, List<Integer> tenants, Consumer<long @Nullable []> callback) {
    callback.accept(null);
  }

  /**
   * Has somebody told, on the lane, of a partition in which the store came upon something that
   * cannot be read though no caller had asked for it; more than once, maybe.
   *
   * @param partitions how many there are; of those beyond nothing is kept, whatever can be read
   */
  void onUnreadable(int partitions, IntConsumer watcher);

  /**
   * Reads a page of a tenant's durable records in one partition, in the order of the range,
   * tombstones included.
   */
  void scan(Range range, ScanCallback callback);

  /**
   * Fixes what lies here now, in all partitions: all that was told to be durable before this call,
   * or read, and nothing that is handed in later. Does not wait for the disk; images that are fixed
   * while nothing is written share what they hold. A store that is closed gives an image that
   * cannot be read.
   */
  Image image();

  /** The versions that were replaced, of the same disk and lane. */
  HistoryStore history();

  /**
   * What lay in a store at one moment. It holds disk space of what was overwritten or taken away
   * since, until it is closed, by its owner or with the store: none outlives the process. Used on
   * the lane of its store.
   */
  interface Image {
    /**
     * Reads a page as {@link RecordStore#scan} does, of that moment. Fails as {@link
     * StorageFault.Kind#CLOSED}, rather than showing less, once the image is closed, or what it
     * shows is gone: whenever a partition is dropped ({@link #drop}), be it this one or another.
     */
    void scan(Range range, ScanCallback callback);

    /**
     * Reads a page likewise, and with it what is kept of the same keys, and of others in the range,
     * from a time before: versions up to that time whose place was taken after it. So a page may
     * have several entries of one key: what lay there first, if anything did. Entries of one key
     * are in one page, however many there are. Forward only.
     *
     * @param asOf a hybrid time
     * @throws IllegalArgumentException if the range is to be read in reverse
     */
    void scan(Range range, long asOf, ScanCallback callback);

    /** Lets go of it; a page that was asked for before may still come. Again does nothing. */
    void close();
  }

  /**
   * A page to read.
   *
   * @param keys which keys are wanted, and in which order
   * @param after only keys that follow this one in that order; empty for all
   * @param recordsMax stop after this many records
   * @param bytesMax stop after about this many bytes of keys and records
   */
  record Range(
      int partition, int tenant, KeyRange keys, byte[] after, int recordsMax, int bytesMax) {

    /** A page of the keys that begin with a prefix, from the first to the last. */
    public Range(
        int partition, int tenant, byte[] prefix, byte[] after, int recordsMax, int bytesMax) {
      this(partition, tenant, KeyRange.ofPrefix(prefix), after, recordsMax, bytesMax);
    }

    /** The least key that may be in this page. */
    public byte[] least() {
      byte[] least = keys.least();
      boolean isAbove =
          !keys.reverse() && after.length > 0 && Arrays.compareUnsigned(after, least) >= 0;
      // The least key above another one is that key with a zero appended.
      return isAbove ? Arrays.copyOf(after, after.length + 1) : least;
    }

    /** The least key that is past this page, whatever it holds; null if there is none. */
    public byte @Nullable [] past() {
      byte[] past = keys.past();
      boolean isBelow =
          keys.reverse()
              && after.length > 0
              && (past == null || Arrays.compareUnsigned(after, past) < 0);
      return isBelow ? after : past;
    }

    /** Whether no key can be in this page. */
    public boolean isEmpty() {
      byte[] past = past();
      return past != null && Arrays.compareUnsigned(least(), past) >= 0;
    }

    /** Equal for equal keys: timelines of equal runs are to be equal as text. */
    @Override
    public String toString() {
      HexFormat hex = HexFormat.of();
      return "Range[partition=%d, tenant=%d, %s, after=%s, recordsMax=%d, bytesMax=%d]"
          .formatted(partition, tenant, keys, hex.formatHex(after), recordsMax, bytesMax);
    }
  }

  /** One record of a page. */
  record Entry(Key key, Record record) {}

  /**
   * A page.
   *
   * @param complete whether there is nothing in the range after the last entry
   */
  record Page(List<Entry> entries, boolean complete) {
    public Page {
      entries = List.copyOf(entries);
    }
  }

  /** Takes what was found; exactly one of its methods is called, once. */
  interface GetCallback {
    /** The durable record, or null if there is none. */
    void found(@Nullable Record record);

    void failed(StorageFault fault);

    /**
     * Whether anybody waits for it still. Asked on any thread, right before a disk is asked after a
     * wait for others that read from it.
     */
    default boolean isWanted() {
      return true;
    }

    /** It was not read, since it was not wanted any more. */
    default void notRead() {
      throw new IllegalStateException("it was wanted");
    }
  }

  /** Takes what was found; exactly one of its methods is called, once. */
  interface GetAllCallback {
    /**
     * @param records in the order of the keys; null where there is none
     */
    void found(List<@Nullable Record> records);

    void failed(StorageFault fault);
  }

  /** Told when a put or a removal is durable; exactly one of its methods is called, once. */
  interface PutCallback {
    void stored();

    /** It may or may not have reached the disk; it must not be acknowledged. */
    void failed(StorageFault fault);

    /** Told of what no one waits for. */
    PutCallback UNAWAITED =
        new PutCallback() {
          @Override
          public void stored() {}

          @Override
          public void failed(StorageFault fault) {}
        };
  }

  /** Takes a page; exactly one of its methods is called, once. */
  interface ScanCallback {
    void page(Page page);

    void failed(StorageFault fault);
  }
}
