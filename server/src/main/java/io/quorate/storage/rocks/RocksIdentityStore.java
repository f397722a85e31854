package io.quorate.storage.rocks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.storage.IdentityStore;
import io.quorate.storage.StorageOpenException;
import io.quorate.storage.rocks.database.Database;
import io.quorate.storage.rocks.files.Inventory;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * Identity in family {@code meta}: node (8 bytes), boot (4), then the cluster (8) if it has one.
 */
final class RocksIdentityStore implements IdentityStore {
  private static final byte[] KEY = "identity".getBytes(UTF_8);
  private static final int WITHOUT_CLUSTER_BYTES = Long.BYTES + Integer.BYTES;
  private static final int WITH_CLUSTER_BYTES = WITHOUT_CLUSTER_BYTES + Long.BYTES;

  private final Database database;

  RocksIdentityStore(Database database) {
    this.database = database;
  }

  @Override
  public @Nullable Identity load() {
    byte[] stored;
    try {
      stored = database.meta(KEY);
    } catch (RocksDBException failure) {
      throw new StorageOpenException(
          "the identity of the node in %s cannot be read: %s.%s"
              .formatted(database.directory(), failure.getMessage(), Inventory.WHAT_TO_DO),
          failure);
    }
    if (stored == null) {
      checkNothingIsThere();
      return null;
    }
    if (stored.length != WITHOUT_CLUSTER_BYTES && stored.length != WITH_CLUSTER_BYTES) {
      throw new StorageOpenException(
          "the identity of the node in %s has %d bytes, which this version does not know"
              .formatted(database.directory(), stored.length));
    }
    ByteBuffer bytes = ByteBuffer.wrap(stored);
    return new Identity(
        new NodeId(bytes.getLong()),
        bytes.getInt(),
        bytes.hasRemaining() ? new ClusterId(bytes.getLong()) : null);
  }

  /** A node that has no identity has stored nothing yet. */
  private void checkNothingIsThere() {
    try {
      if (database.isEmpty()) {
        return;
      }
    } catch (RocksDBException unreadable) {
      // then something is there
    }
    throw new StorageOpenException(
        "the identity of the node in %s is lost: there are records or metadata, and nothing that says whose.%s"
            .formatted(database.directory(), Inventory.WHAT_TO_DO));
  }

  @Override
  public void save(Identity identity) {
    ClusterId cluster = identity.cluster();
    ByteBuffer bytes =
        ByteBuffer.allocate(cluster == null ? WITHOUT_CLUSTER_BYTES : WITH_CLUSTER_BYTES)
            .putLong(identity.node().value())
            .putInt(identity.boot());
    if (cluster != null) {
      bytes.putLong(cluster.value());
    }
    try {
      database.meta(KEY, bytes.array());
    } catch (RocksDBException failure) {
      throw new StorageOpenException(
          "the identity of the node could not be made durable in %s: %s"
              .formatted(database.directory(), failure.getMessage()),
          failure);
    }
  }
}
