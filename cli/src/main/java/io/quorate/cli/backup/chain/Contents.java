package io.quorate.cli.backup.chain;

import io.quorate.cli.backup.file.Block;
import io.quorate.cli.backup.file.DamagedException;
import io.quorate.cli.backup.file.Segment;
import io.quorate.cli.backup.file.StoredRecord;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Puts in the place of marks what the backup below has, for one thread that reads a file of a
 * backup from its beginning to its end.
 */
public final class Contents implements Closeable {
  private final Chain chain;
  private final FileCheck check;
  private @Nullable KeyReader reader;
  private String tenant = "";
  private int partition = -1;
  private byte[] last = {};

  /**
   * @param chain begins with the backup that is read
   */
  public Contents(Chain chain, FileCheck check) {
    this.chain = chain;
    this.check = check;
  }

  /**
   * Returns what a key has; null if it is marked, and the backup below has no such key.
   *
   * @param block that the record is in
   * @throws DamagedException if that cannot be told
   */
  public byte @Nullable [] of(Block block, StoredRecord record) throws IOException {
    byte[] content = record.content();
    return content == null ? marked(block, record.key()) : content;
  }

  private byte @Nullable [] marked(Block block, byte[] key) throws IOException {
    KeyReader at = reader;
    if (at == null
        || block.partition() != partition
        || !block.tenant().equals(tenant)
        || Arrays.compareUnsigned(key, last) < 0) {
      close();
      Chain base = chain.base();
      if (base == null) {
        return null;
      }
      at = base.keys(block.tenant(), block.partition(), check);
      reader = at;
      tenant = block.tenant();
      partition = block.partition();
    }
    last = key;
    return at.find(key);
  }

  /**
   * Returns why a record that is marked cannot be had.
   *
   * @param file that it is in
   */
  public static DamagedException missing(String file, Block block, StoredRecord record) {
    return new DamagedException(
        file,
        "says that the base has the key (base64) %s of tenant '%s', and it has not"
            .formatted(Segment.text(record.key()), block.tenant()));
  }

  @Override
  public void close() throws IOException {
    if (reader != null) {
      reader.close();
      reader = null;
    }
  }
}
