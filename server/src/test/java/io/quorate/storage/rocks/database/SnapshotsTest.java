package io.quorate.storage.rocks.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.storage.rocks.format.Seal;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RocksDB is not to be closed over a snapshot, and none is to be touched after it. */
final class SnapshotsTest {
  @TempDir private Path directory;

  @Test
  void snapshotsGoBeforeTheDatabaseWhoeverHoldsThem() throws Exception {
    Database database = Opening.open(directory, RocksSettings.DEFAULT);
    RecordFamily family = RecordFamily.open(database, new Seal(null, false));
    RecordFamily.Generation generation = Objects.requireNonNull(family.enter());
    Snapshots.Held first = generation.fix();
    assertThat(generation.fix()).isSameAs(first);
    assertThat(first.hold()).isTrue();
    generation.leave();
    database.close(true);
    assertThat(first.hold()).isFalse();
    generation.release(first);
    assertThat(generation.enter()).isFalse();
  }

  @Test
  void oneThatNobodyHoldsIsNotGivenAgain() throws Exception {
    Database database = Opening.open(directory, RocksSettings.DEFAULT);
    Snapshots snapshots = database.snapshots();
    Snapshots.Held first = snapshots.take();
    first.release();
    assertThat(first.hold()).isFalse();
    assertThat(database.db().getLongProperty("rocksdb.num-snapshots")).isZero();
    Snapshots.Held second = snapshots.take();
    assertThat(second).isNotSameAs(first);
    assertThat(database.db().getLongProperty("rocksdb.num-snapshots")).isEqualTo(1);
    database.close(false);
  }
}
