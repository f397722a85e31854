package io.quorate.client;

import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How one scan differs from the defaults. What is null takes the default: the client's read level,
 * timeout and tenant, the tenant's read level where the client has none.
 */
public final class ScanOptions {
  /** All entries from the start, with values. */
  public static final ScanOptions DEFAULT =
      new ScanOptions(null, null, null, 0, 0, new byte[0], false);

  private final @Nullable Level level;
  private final @Nullable Duration timeout;
  private final @Nullable String tenant;
  private final long limit;
  private final int pageSize;
  private final byte[] cursor;
  private final boolean keysOnly;

  private ScanOptions(
      @Nullable Level level,
      @Nullable Duration timeout,
      @Nullable String tenant,
      long limit,
      int pageSize,
      byte[] cursor,
      boolean keysOnly) {
    Times.checkTimeout(timeout);
    if (limit < 0 || pageSize < 0) {
      throw new IllegalArgumentException(
          "scan limit " + limit + ", page size " + pageSize + ": neither may be negative");
    }
    this.level = level;
    this.timeout = timeout;
    this.tenant = tenant;
    this.limit = limit;
    this.pageSize = pageSize;
    this.cursor = cursor;
    this.keysOnly = keysOnly;
  }

  /** Null: the client's read level ({@link QuorateClient.Builder#readLevel}), or the tenant's. */
  public @Nullable Level level() {
    return level;
  }

  /** How long the caller waits for each page. */
  public @Nullable Duration timeout() {
    return timeout;
  }

  public @Nullable String tenant() {
    return tenant;
  }

  /** Entries in all after which the scan ends; 0: no limit. */
  public long limit() {
    return limit;
  }

  /** Entries in one page at most; 0: the server's default, 1000. */
  public int pageSize() {
    return pageSize;
  }

  /** Where to go on: {@link ScanPage#cursor} of an earlier page; empty: from the start. */
  public byte[] cursor() {
    return cursor;
  }

  /** Leaves the values out. */
  public boolean keysOnly() {
    return keysOnly;
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

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ScanOptions that
        && Objects.equals(level, that.level)
        && Objects.equals(timeout, that.timeout)
        && Objects.equals(tenant, that.tenant)
        && limit == that.limit
        && pageSize == that.pageSize
        && Arrays.equals(cursor, that.cursor)
        && keysOnly == that.keysOnly;
  }

  @Override
  public int hashCode() {
    return Objects.hash(level, timeout, tenant, limit, pageSize, Arrays.hashCode(cursor), keysOnly);
  }

  @Override
  public String toString() {
    return "ScanOptions[level="
        + level
        + ", timeout="
        + timeout
        + ", tenant="
        + tenant
        + ", limit="
        + limit
        + ", pageSize="
        + pageSize
        + ", cursor="
        + Arrays.toString(cursor)
        + ", keysOnly="
        + keysOnly
        + "]";
  }
}
