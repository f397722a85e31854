package io.quorate.transport.http;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The page of metrics, made at most once a second: it takes tens of milliseconds of the thread that
 * also answers for health. On that thread.
 */
final class Scrape {
  private static final long GOOD_FOR_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Supplier<String> metrics;
  private final LongSupplier nanos;
  private byte[] page = {};
  private long madeAtNanos;
  private boolean made;

  Scrape(Supplier<String> metrics, LongSupplier nanos) {
    this.metrics = metrics;
    this.nanos = nanos;
  }

  byte[] page() {
    long now = nanos.getAsLong();
    if (!made || now - madeAtNanos >= GOOD_FOR_NANOS) {
      page = metrics.get().getBytes(StandardCharsets.UTF_8);
      made = true;
      madeAtNanos = now;
    }
    return page;
  }
}
