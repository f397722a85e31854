package io.quorate.storage.rocks;

import io.quorate.storage.HistoryStore.Kept;
import io.quorate.storage.HistoryStore.KeptPage;
import io.quorate.storage.HistoryStore.Place;
import io.quorate.storage.HistoryStore.ReadCallback;
import io.quorate.storage.StorageFault;
import io.quorate.storage.crypt.ForgottenKeysException;
import io.quorate.storage.rocks.database.Faults;
import io.quorate.storage.rocks.database.HistoryDamage;
import io.quorate.storage.rocks.database.RecordFamily;
import io.quorate.storage.rocks.format.HistoryKey;
import io.quorate.version.MalformedRecordException;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/**
 * Reads one page of the versions that are kept of a place, off the lane, in the order in which they
 * lie on the disk.
 */
final class KeptScan {
  private static final byte[] END = {};

  private final RecordFamily family;
  private final Place place;
  private final byte[] from;
  private final int versionsMax;
  private final int bytesMax;
  private final HistoryDamage damage;

  /** How it ends. */
  sealed interface Result {
    void tell(ReadCallback callback);
  }

  private record Read(KeptPage page) implements Result {
    @Override
    public void tell(ReadCallback callback) {
      callback.page(page);
    }
  }

  private record Failed(StorageFault fault) implements Result {
    @Override
    public void tell(ReadCallback callback) {
      callback.failed(fault);
    }
  }

  KeptScan(
      RecordFamily family,
      Place place,
      byte[] from,
      int versionsMax,
      int bytesMax,
      HistoryDamage damage) {
    this.family = family;
    this.place = place;
    this.from = from;
    this.versionsMax = versionsMax;
    this.bytesMax = bytesMax;
    this.damage = damage;
  }

  Result run() {
    RecordFamily.Generation generation = family.enter();
    if (generation == null) {
      return new Failed(Faults.CLOSED);
    }
    try {
      return new Read(page(generation));
    } catch (RocksDBException failure) {
      return failed(Faults.of("reading the history of partition " + place.partition(), failure));
    } catch (MalformedRecordException malformed) {
      return failed(
          new StorageFault(
              StorageFault.Kind.CORRUPT,
              "the history of partition " + place.partition() + " has " + malformed.getMessage()));
    } catch (ForgottenKeysException forgotten) {
      return failed(Faults.of(forgotten));
    } finally {
      generation.leave();
    }
  }

  private Failed failed(StorageFault fault) {
    damage.suspect(fault);
    return new Failed(fault);
  }

  private KeptPage page(RecordFamily.Generation generation) throws RocksDBException {
    List<Kept> versions = new ArrayList<>();
    int partition = place.partition();
    int tenant = place.tenant();
    try (Slice bound = new Slice(HistoryKey.past(partition, tenant));
        ReadOptions options = new ReadOptions().setFillCache(false).setIterateUpperBound(bound);
        RocksIterator each = generation.historyIterator(options)) {
      long bytes = 0;
      byte[] last = END;
      for (each.seek(HistoryKey.at(partition, tenant, from)); each.isValid(); each.next()) {
        if (!versions.isEmpty() && (versions.size() >= versionsMax || bytes >= bytesMax)) {
          return new KeptPage(versions, HistoryKey.cursorPast(last));
        }
        last = each.key();
        HistoryKey.check(last);
        Kept kept =
            new Kept(
                HistoryKey.keyOf(last),
                family.seal().openKept(last, each.value()),
                HistoryKey.until(last));
        versions.add(kept);
        bytes += kept.bytes();
      }
      each.status();
      return new KeptPage(versions, END);
    }
  }
}
