package io.quorate.client.internal.kv;

import io.quorate.client.AsyncScan;
import io.quorate.client.QuorateException;
import io.quorate.client.Scan;
import io.quorate.client.ScanEntry;
import io.quorate.client.ScanPage;
import io.quorate.client.internal.engine.Waiting;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Waits for the pages of an {@link AsyncScan}; asks for the next one while the last is read. */
final class PagedScan implements Scan {
  private final AsyncScan pages;
  private final Waiting waiting;

  /** Where to go on after the pages that were read to their end. */
  private byte[] cursor;

  private @Nullable ScanPage page;
  private int position;

  /** The page asked for; there until a caller has it, who may be interrupted on the way. */
  private @Nullable CompletableFuture<ScanPage> coming;

  private boolean potentiallyStale;

  PagedScan(AsyncScan pages, byte[] cursor, Waiting waiting) {
    this.pages = pages;
    this.cursor = cursor;
    this.waiting = waiting;
  }

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
    if (coming == null) {
      coming = pages.nextPage();
    }
    ScanPage next;
    try {
      next = waiting.forRead(coming);
    } catch (QuorateException failure) {
      coming = null; // to be asked for again
      throw failure;
    }
    page = next;
    position = 0;
    potentiallyStale |= next.potentiallyStale();
    coming = next.last() ? null : pages.nextPage();
  }

  @Override
  public ScanEntry next() {
    if (!hasNext() || page == null) {
      throw new NoSuchElementException("the scan is at its end");
    }
    return page.entries().get(position++);
  }

  @Override
  public byte[] cursor() {
    return cursor;
  }

  @Override
  public boolean potentiallyStale() {
    return potentiallyStale;
  }

  @Override
  public void close() {
    pages.close();
  }
}
