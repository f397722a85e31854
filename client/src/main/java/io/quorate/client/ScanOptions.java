package io.quorate.client;

import io.quorate.client.internal.text.TenantName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How one scan differs from the defaults. What is null takes the default: the client's read level,
 * timeout and tenant, the tenant's read level where the client has none.
 */
public final class ScanOptions {
  private static final Range WHOLE = new Range(new byte[0], new byte[0], false);

  /** All entries from the start, with values. */
  public static final ScanOptions DEFAULT =
      new ScanOptions(null, null, null, 0, 0, new byte[0], false, WHOLE);

  private final @Nullable Level level;
  private final @Nullable Duration timeout;
  private final @Nullable String tenant;
  private final long limit;
  private final int pageSize;
  private final byte[] cursor;
  private final boolean keysOnly;
  private final Range range;

  /** Bounds and order. */
  private static final class Range {
    final byte[] start;
    final byte[] end;
    final boolean reverse;

    Range(byte[] start, byte[] end, boolean reverse) {
      this.start = start;
      this.end = end;
      this.reverse = reverse;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Range that
          && Arrays.equals(start, that.start)
          && Arrays.equals(end, that.end)
          && reverse == that.reverse;
    }

    @Override
    public int hashCode() {
      return Objects.hash(Arrays.hashCode(start), Arrays.hashCode(end), reverse);
    }
  }

  private ScanOptions(
      @Nullable Level level,
      @Nullable Duration timeout,
      @Nullable String tenant,
      long limit,
      int pageSize,
      byte[] cursor,
      boolean keysOnly,
      Range range) {
    Times.checkTimeout(timeout);
    TenantName.check(tenant);
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
    this.range = range;
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

  /**
   * Where to go on: {@link ScanPage#cursor} of an earlier page; empty: from the beginning. A cursor
   * belongs to the direction of its scan, and has neither its prefix nor its bounds: give the same
   * ones again.
   */
  public byte[] cursor() {
    return cursor;
  }

  /** Leaves the values out. */
  public boolean keysOnly() {
    return keysOnly;
  }

  /** The least key that is wanted, be there such a key or not; empty: no bound. */
  public byte[] start() {
    return range.start;
  }

  /** The key below which all keys lie that are wanted; empty: no bound. */
  public byte[] end() {
    return range.end;
  }

  /** Whether entries come in the opposite order: see {@link #reverse(boolean)}. */
  public boolean reverse() {
    return range.reverse;
  }

  public ScanOptions level(Level level) {
    return new ScanOptions(level, timeout, tenant, limit, pageSize, cursor, keysOnly, range);
  }

  public ScanOptions timeout(Duration timeout) {
    return new ScanOptions(level, timeout, tenant, limit, pageSize, cursor, keysOnly, range);
  }

  public ScanOptions tenant(String tenant) {
    return new ScanOptions(level, timeout, tenant, limit, pageSize, cursor, keysOnly, range);
  }

  public ScanOptions limit(long limit) {
    return new ScanOptions(level, timeout, tenant, limit, pageSize, cursor, keysOnly, range);
  }

  public ScanOptions pageSize(int pageSize) {
    return new ScanOptions(level, timeout, tenant, limit, pageSize, cursor, keysOnly, range);
  }

  public ScanOptions cursor(byte[] cursor) {
    return new ScanOptions(level, timeout, tenant, limit, pageSize, cursor, keysOnly, range);
  }

  public ScanOptions keysOnly(boolean keysOnly) {
    return new ScanOptions(level, timeout, tenant, limit, pageSize, cursor, keysOnly, range);
  }

  /**
   * Leaves out keys below this one. Keys are compared byte by byte, as numbers from 0 to 255.
   * Prefix and bounds hold together: a start below the prefix leaves nothing out. The least key
   * above another one is that key with a zero byte after it.
   *
   * <p>From cluster version 2 on; before, and if it is longer than a key by more than one byte, the
   * scan fails with {@link InvalidRequestException}.
   *
   * @param start included, if there is such a key; empty: no bound
   */
  public ScanOptions start(byte[] start) {
    return within(new Range(start, range.end, range.reverse));
  }

  /** Leaves out keys below this one, which is encoded as UTF-8: see {@link #start(byte[])}. */
  public ScanOptions start(String start) {
    return start(start.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Leaves out this key and those above it; otherwise as {@link #start(byte[])}. If it is not above
   * the start, there are no entries.
   *
   * @param end not included; empty: no bound
   */
  public ScanOptions end(byte[] end) {
    return within(new Range(range.start, end, range.reverse));
  }

  /** Leaves out this key, encoded as UTF-8, and those above it: see {@link #end(byte[])}. */
  public ScanOptions end(String end) {
    return end(end.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Turns the order round: partitions from the last to the first, and keys from the last to the
   * first within each. Those are the entries of the scan without it, in the opposite order; as the
   * order of a scan is by partition first, it does not begin with the greatest key of all. From
   * cluster version 2 on; before, the scan fails with {@link InvalidRequestException}.
   */
  public ScanOptions reverse(boolean reverse) {
    return within(new Range(range.start, range.end, reverse));
  }

  private ScanOptions within(Range range) {
    return new ScanOptions(level, timeout, tenant, limit, pageSize, cursor, keysOnly, range);
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
        && keysOnly == that.keysOnly
        && range.equals(that.range);
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        level, timeout, tenant, limit, pageSize, Arrays.hashCode(cursor), keysOnly, range);
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
        + ", start="
        + Arrays.toString(range.start)
        + ", end="
        + Arrays.toString(range.end)
        + ", reverse="
        + range.reverse
        + "]";
  }
}
