package io.quorate.storage;

import io.quorate.model.Key;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How far a reading has come that goes through what several tenants have in a partition, a page at
 * a time: it goes on right after the last key of each page, and begins each next tenant at its
 * beginning. A key that is passed over is taken for absent: a hash tree would lack it, or a node
 * that leaves would delete it without having handed it over.
 *
 * @param <T> what the reader knows a tenant by
 */
public final class PagedReading<T> {
  private static final byte[] FROM_THE_START = {};

  /** Those that have not been read to their end; the first one is being read. */
  private final Deque<T> tenants;

  /** The last key read of the first tenant; empty before any. */
  private byte[] after = FROM_THE_START;

  public PagedReading(Collection<? extends T> tenants) {
    this.tenants = new ArrayDeque<>(tenants);
  }

  /** Returns the tenant that is being read; null once all have been read. */
  public @Nullable T tenant() {
    return tenants.peek();
  }

  /** Returns the last key that was read of this tenant; empty before any. */
  public byte[] after() {
    return after;
  }

  /** Says whether a key of the tenant that is being read lies in what has been read of it. */
  public boolean isPast(Key key) {
    return Arrays.compareUnsigned(key.bytes(), after) <= 0;
  }

  /**
   * Describes the next page.
   *
   * @param tenant number of the one that is being read
   */
  public RecordStore.Range next(int partition, int tenant, int recordsMax, int bytesMax) {
    return new RecordStore.Range(partition, tenant, FROM_THE_START, after, recordsMax, bytesMax);
  }

  /** Turns a page that was read. */
  public void turn(RecordStore.Page page) {
    turn(page.complete() ? null : page.entries().getLast().key());
  }

  /**
   * Turns a page of which only its end is known.
   *
   * @param reached its last key; null if nothing of the tenant comes after it
   */
  public void turn(@Nullable Key reached) {
    if (reached == null) {
      tenants.remove();
      after = FROM_THE_START;
    } else {
      after = reached.bytes();
    }
  }

  /** Begins the tenant that is being read again, as when it is to be read from its other end. */
  public void again() {
    after = FROM_THE_START;
  }

  /** Leaves out the tenants that this is true of, however far they have been read. */
  public void leaveOut(Predicate<T> which) {
    @Nullable T reading = tenants.peek();
    tenants.removeIf(which);
    if (!Objects.equals(tenants.peek(), reading)) {
      after = FROM_THE_START;
    }
  }
}
