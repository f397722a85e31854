package io.quorate.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How one scan differs from the defaults. What is null takes the default: the tenant's read level,
 * the client's timeout and tenant.
 *
 * @param timeout how long the caller waits for each page
 * @param limit entries in all after which the scan ends; 0: no limit
 * @param pageSize entries in one page at most; 0: the server's default, 1000
 * @param cursor where to go on: {@link ScanPage#cursor} of an earlier page; empty: from the start
 * @param keysOnly leaves the values out
 */
public record ScanOptions(
    @Nullable Level level,
    @Nullable Duration timeout,
    @Nullable String tenant,
    long limit,
    int pageSize,
    byte[] cursor,
    boolean keysOnly) {

  /** All entries from the start, with values. */
  public static final ScanOptions DEFAULT =
      new ScanOptions(null, null, null, 0, 0, new byte[0], false);

  public ScanOptions {
    Times.checkTimeout(timeout);
    if (limit < 0 || pageSize < 0) {
      throw new IllegalArgumentException(
          "scan limit " + limit + ", page size " + pageSize + ": neither may be negative");
    }
  }

  public ScanOptions level(Level level) {
    return new ScanOptions(level, timeout, tenant, limit, pageSize, cursor, keysOnly);
  }

  public ScanOptions timeout(Duration timeout) {
    return new ScanOptions(level, timeout, tenant, limit, pageSize, cursor, keysOnly);
  }

  public ScanOptions tenant(String tenant) {
    return new ScanOptions(level, timeout, tenant, limit, pageSize, cursor, keysOnly);
  }

  public ScanOptions limit(long limit) {
    return new ScanOptions(level, timeout, tenant, limit, pageSize, cursor, keysOnly);
  }

  public ScanOptions pageSize(int pageSize) {
    return new ScanOptions(level, timeout, tenant, limit, pageSize, cursor, keysOnly);
  }

  public ScanOptions cursor(byte[] cursor) {
    return new ScanOptions(level, timeout, tenant, limit, pageSize, cursor, keysOnly);
  }

  public ScanOptions keysOnly(boolean keysOnly) {
    return new ScanOptions(level, timeout, tenant, limit, pageSize, cursor, keysOnly);
  }
}
