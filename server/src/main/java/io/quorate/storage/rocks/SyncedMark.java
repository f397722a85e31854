package io.quorate.storage.rocks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * Remembers, beside the database, up to which sequence number writes were synced and may have been
 * acknowledged.
 *
 * <p>RocksDB ends its log where the records no longer follow each other. That is right for the torn
 * end that a crash leaves, but a log that is damaged in its middle ends there too, and what was
 * acknowledged behind would be gone without a word. A database that comes back with less than this
 * mark has lost something.
 *
 * <p>The mark lives in one mapped page and is not synced: it is set after the log was synced, so
 * whatever of it reaches the device is never ahead of the log, and a process that is killed leaves
 * its last value to the operating system.
 */
final class SyncedMark {
  private static final String NAME = "synced";
  private static final int BYTES = Long.BYTES + Integer.BYTES;

  /** The sequence number, and its CRC-32C. */
  private final MappedByteBuffer page;

  private final CRC32C crc = new CRC32C();

  private SyncedMark(MappedByteBuffer page) {
    this.page = page;
  }

  static SyncedMark open(Path directory) throws IOException {
    try (FileChannel file =
        FileChannel.open(
            directory.resolve(NAME),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      // The page needs a block of its own: without one, setting the mark on a full disk would end
      // the process by a signal.
      ByteBuffer nothing = ByteBuffer.allocate(BYTES);
      while (file.size() < BYTES) {
        int unused = file.write(nothing, file.size());
      }
      return new SyncedMark(file.map(FileChannel.MapMode.READ_WRITE, 0, BYTES));
    }
  }

  /** The last sequence number set; 0 if none ever was, or if the mark itself is damaged. */
  long sequence() {
    return page.getInt(Long.BYTES) == check() ? page.getLong(0) : 0;
  }

  void set(long sequence) {
    page.putLong(0, sequence);
    page.putInt(Long.BYTES, check());
  }

  private int check() {
    crc.reset();
    crc.update(page.slice(0, Long.BYTES));
    return (int) crc.getValue();
  }
}
