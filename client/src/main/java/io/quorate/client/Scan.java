package io.quorate.client;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a scan, one after the other; the next page is on its way while the last is read.
 * Close it when it is not read to its end.
 */
public final class Scan implements Iterator<ScanEntry>, AutoCloseable {
  private final AsyncScan pages;
  private final Waiting waiting;

  /** Where to go on after the pages that were read to their end. */
  private byte[] cursor;

  private @Nullable ScanPage page;
  private int position;
  private @Nullable CompletableFuture<ScanPage> coming;
  private boolean potentiallyStale;

  Scan(AsyncScan pages, byte[] cursor, Waiting waiting) {
    this.pages = pages;
    this.cursor = cursor;
    this.waiting = waiting;
  }

  /**
   * Whether there is another entry; waits for the next page where it must.
   *
   * @throws QuorateException if that page cannot be had; asking again tries again
   */
  @Override
  public boolean hasNext() {
    while (page == null || position == page.entries().size()) {
      if (page != null) {
        cursor = page.cursor();
        if (page.last()) {
          return false;
        }
      }
      turnPage();
    }
    return true;
  }

  private void turnPage() {
    CompletableFuture<ScanPage> next = coming == null ? pages.nextPage() : coming;
    coming = null;
    page = waiting.forRead(next);
    position = 0;
    potentiallyStale |= page.potentiallyStale();
    if (!page.last()) {
      coming = pages.nextPage();
    }
  }

  @Override
  public ScanEntry next() {
    if (!hasNext() || page == null) {
      throw new NoSuchElementException("the scan is at its end");
    }
    return page.entries().get(position++);
  }

  /**
   * Where another scan can go on ({@link ScanOptions#cursor}) without missing an entry: at the
   * beginning of the page being read, or after the last entry once {@link ScanOptions#limit} is
   * reached. Empty at the very start, and when all was read.
   */
  public byte[] cursor() {
    return cursor;
  }

  /** Whether any page so far was potentially stale. */
  public boolean potentiallyStale() {
    return potentiallyStale;
  }

  /** The entries that are left. */
  public Stream<ScanEntry> stream() {
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(this, Spliterator.ORDERED | Spliterator.NONNULL),
            false)
        .onClose(this::close);
  }

  @Override
  public void close() {
    pages.close();
  }
}
