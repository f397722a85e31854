package io.quorate.client;

import java.util.Iterator;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The entries of a scan, one after the other; the next page is on its way while the last is read.
 * Close it when it is not read to its end.
 */
public interface Scan extends Iterator<ScanEntry>, AutoCloseable {
  /**
   * Whether there is another entry; waits for the next page where it must.
   *
   * @throws QuorateException if that page cannot be had; asking again tries again
   * @throws java.util.concurrent.CancellationException if this thread is interrupted while it
   *     waits; it stays interrupted, and asking again waits for the same page
   */
  @Override
  boolean hasNext();

  /**
   * Where another scan can go on ({@link ScanOptions#cursor}) without missing an entry: at the
   * beginning of the page being read, or after the last entry once {@link ScanOptions#limit} is
   * reached. Empty at the very start, and when all was read.
   */
  byte[] cursor();

  /** Whether any page so far was potentially stale. */
  boolean potentiallyStale();

  /** The entries that are left. */
  default Stream<ScanEntry> stream() {
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(this, Spliterator.ORDERED | Spliterator.NONNULL),
            false)
        .onClose(this::close);
  }

  /** Ends the scan at the server too. */
  @Override
  void close();
}
