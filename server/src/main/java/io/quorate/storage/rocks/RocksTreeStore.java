package io.quorate.storage.rocks;

import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.TreeStore;
import io.quorate.storage.crypt.ForgottenKeysException;
import io.quorate.storage.rocks.database.Database;
import io.quorate.storage.rocks.database.Family;
import io.quorate.storage.rocks.files.SuspectMark;
import io.quorate.storage.rocks.format.Seal;
import io.quorate.storage.rocks.writer.LaneWrites;
import io.quorate.storage.rocks.writer.Turn;
import io.quorate.storage.rocks.writer.Write;
import io.quorate.version.MalformedRecordException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/**
 * Hash trees in family {@code trees}: each under its partition (4 bytes), the head under a key of
 * one byte, and the log under {@link TreeLogRow#key}. Release 0.1 has the first of these alone, and
 * passes over what has keys of another length.
 */
final class RocksTreeStore implements TreeStore {
  private static final byte[] HEAD = {0};
  private static final byte[] PAST_ALL = {0x7F, -1, -1, -1, -1};

  private final Database database;
  private final ColumnFamilyHandle family;
  private final Seal seal;
  private final LaneWrites writes;

  /** The row that takes entries until its turn ends; null if there is none. */
  private @Nullable TreeLogRow row;

  /** The turn that it is of. */
  private @Nullable Turn rowTurn;

  RocksTreeStore(Database database, Seal seal, LaneWrites writes) {
    this.database = database;
    this.seal = seal;
    this.family = database.family(Family.TREES);
    this.writes = writes;
  }

  @Override
  public Contents load() {
    if (SuspectMark.in(database.directory()).isThere()) {
      return Contents.NOTHING; // who reads all records comes upon those that cannot be read
    }
    byte[] head = null;
    Map<Integer, byte[]> trees = new TreeMap<>();
    try (RocksIterator each = database.db().newIterator(family)) {
      each.seekToFirst();
      while (each.isValid() && !TreeLogRow.isKey(each.key())) {
        byte[] key = each.key();
        if (key.length == HEAD.length) {
          head = seal.openTree(key, each.value());
        } else if (key.length == Integer.BYTES) {
          trees.put(ByteBuffer.wrap(key).getInt(), seal.openTree(key, each.value()));
        }
        each.next();
      }
      each.status();
    } catch (RocksDBException | MalformedRecordException | ForgottenKeysException unreadable) {
      return Contents.NOTHING; // the records say the same, only later
    }
    return new Contents(head, trees);
  }

  @Override
  public boolean replay(Replay replay) {
    try (RocksIterator each = database.db().newIterator(family)) {
      for (each.seek(TreeLogRow.FIRST); each.isValid(); each.next()) {
        byte[] key = each.key();
        if (!TreeLogRow.isKey(key)
            || !TreeLogRow.read(key, seal.openTree(key, each.value()), replay)) {
          return false;
        }
      }
      each.status();
      return true;
    } catch (RocksDBException | MalformedRecordException | ForgottenKeysException unreadable) {
      return false;
    }
  }

  @Override
  public void begin(byte[] head, PutCallback durable) {
    writes.add(
        new Change(head.length, durable) {
          @Override
          public void addTo(WriteBatch batch) throws RocksDBException {
            clear(batch);
            put(batch, HEAD, head);
          }
        });
  }

  @Override
  public void goOn(byte[] head, List<Integer> without, PutCallback durable) {
    writes.add(
        new Change(head.length, durable) {
          @Override
          public void addTo(WriteBatch batch) throws RocksDBException {
            put(batch, HEAD, head);
            delete(batch, without);
          }
        });
  }

  @Override
  public void log(long number, ByteBuffer change) {
    TreeLogRow known = row;
    Turn open = writes.open();
    if (known != null && open != null && open.equals(rowTurn)) {
      writes.grew(known.add(number, change));
    } else {
      TreeLogRow begun = new TreeLogRow(family, seal, number);
      int unused = begun.add(number, change);
      writes.add(begun);
      row = begun;
      rowTurn = writes.open();
    }
  }

  @Override
  public void keep(int partition, byte[] tree, PutCallback durable) {
    writes.add(
        new Change(tree.length, durable) {
          @Override
          public void addTo(WriteBatch batch) throws RocksDBException {
            put(batch, key(partition), tree);
          }
        });
  }

  @Override
  public void forget(List<Integer> partitions, PutCallback durable) {
    writes.add(
        new Change((long) partitions.size() * Integer.BYTES, durable) {
          @Override
          public void addTo(WriteBatch batch) throws RocksDBException {
            delete(batch, partitions);
          }
        });
  }

  @Override
  public void cut(long below) {
    writes.add(
        new Change(2L * TreeLogRow.FIRST.length, PutCallback.UNAWAITED) {
          @Override
          public void addTo(WriteBatch batch) throws RocksDBException {
            batch.deleteRange(family, TreeLogRow.FIRST, TreeLogRow.key(below));
          }
        });
  }

  @Override
  public void leave(byte[] head, Map<Integer, byte[]> trees) {
    long bytes = trees.values().stream().mapToLong(each -> each.length).sum();
    writes.addLast(
        new Change(bytes, PutCallback.UNAWAITED) {
          @Override
          public void addTo(WriteBatch batch) throws RocksDBException {
            clear(batch);
            put(batch, HEAD, head);
            for (Map.Entry<Integer, byte[]> each : trees.entrySet()) {
              put(batch, key(each.getKey()), each.getValue());
            }
          }
        });
  }

  private static byte[] key(int partition) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(partition).array();
  }

  /** Something to make durable in the family. */
  private abstract class Change implements Write {
    private final long bytes;
    private final PutCallback callback;

    Change(long bytes, PutCallback callback) {
      this.bytes = bytes;
      this.callback = callback;
    }

    void clear(WriteBatch batch) throws RocksDBException {
      batch.deleteRange(family, HEAD, PAST_ALL);
    }

    void put(WriteBatch batch, byte[] key, byte[] value) throws RocksDBException {
      batch.put(family, key, seal.closeTree(key, value));
    }

    void delete(WriteBatch batch, List<Integer> partitions) throws RocksDBException {
      for (int partition : partitions) {
        batch.delete(family, key(partition));
      }
    }

    @Override
    public long bytes() {
      return bytes;
    }

    @Override
    public PutCallback callback() {
      return callback;
    }
  }
}
