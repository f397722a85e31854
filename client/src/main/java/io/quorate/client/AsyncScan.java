package io.quorate.client;

import java.util.concurrent.CompletableFuture;

/** A scan under way: hands out one page after the other. For one caller at a time. */
public interface AsyncScan extends AutoCloseable {
  /**
   * The next page. When a node fails, the scan goes on at another one after the page handed out
   * last, so no entry is missed or given twice. If it fails nevertheless, it may be asked again. So
   * it may if the caller has ended the future, by {@link CompletableFuture#orTimeout} or {@link
   * CompletableFuture#cancel}: the page goes to the caller that asks next.
   *
   * @return the page; empty and {@link ScanPage#last} when asked again after the last. Fails with a
   *     {@link QuorateException}
   * @throws IllegalStateException if the page asked for before has not arrived
   */
  CompletableFuture<ScanPage> nextPage();

  /** Ends the scan at the server too. */
  @Override
  void close();
}
