package io.quorate.storage.rocks.database;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quorate.storage.NoteStore.Marks;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Status;

/**
 * The marks of notes in family {@code meta}, apart from the notes, which may be damaged: a word for
 * the floor or the ceiling and the partition (4 bytes) give a hybrid time (8).
 */
public final class NoteMarks {
  private static final byte[] FLOOR = "notes/floor/".getBytes(US_ASCII);
  private static final byte[] CEILING = "notes/ceiling/".getBytes(US_ASCII);

  private NoteMarks() {}

  public static byte[] floor(int partition) {
    return key(FLOOR, partition);
  }

  public static byte[] ceiling(int partition) {
    return key(CEILING, partition);
  }

  public static byte[] value(long hlc) {
    return ByteBuffer.allocate(Long.BYTES).putLong(hlc).array();
  }

  private static byte[] key(byte[] word, int partition) {
    return ByteBuffer.allocate(word.length + Integer.BYTES).put(word).putInt(partition).array();
  }

  public static Map<Integer, Marks> load(Database database) throws RocksDBException {
    Map<Integer, Long> floors = load(database, FLOOR);
    Map<Integer, Marks> marks = new TreeMap<>();
    floors.forEach((partition, floor) -> marks.put(partition, new Marks(floor, 0)));
    load(database, CEILING)
        .forEach(
            (partition, ceiling) ->
                marks.put(partition, new Marks(floors.getOrDefault(partition, 0L), ceiling)));
    return marks;
  }

  private static Map<Integer, Long> load(Database database, byte[] word) throws RocksDBException {
    Map<Integer, Long> found = new TreeMap<>();
    try (RocksIterator each = database.db().newIterator(database.family(Family.META))) {
      for (each.seek(word); each.isValid() && isOne(word, each.key()); each.next()) {
        byte[] value = each.value();
        if (value.length != Long.BYTES) {
          // As if there were no mark, a version that was forgotten would be said to be unheard of.
          throw new RocksDBException(
              "a mark of notes has %d bytes".formatted(value.length),
              new Status(Status.Code.Corruption, Status.SubCode.None, null));
        }
        int partition = ByteBuffer.wrap(each.key(), word.length, Integer.BYTES).getInt();
        found.put(partition, ByteBuffer.wrap(value).getLong());
      }
      each.status();
    }
    return found;
  }

  private static boolean isOne(byte[] word, byte[] key) {
    return key.length == word.length + Integer.BYTES
        && Arrays.equals(key, 0, word.length, word, 0, word.length);
  }
}
