package io.quorate.replication.coordinator.scan;

import io.quorate.model.Invariant;
import io.quorate.model.Key;
import io.quorate.placement.Level;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.DataPlane.ScanCallback;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Fields;
import io.quorate.replication.api.Found;
import io.quorate.replication.api.ScanPage;
import io.quorate.replication.api.ScanRequest;
import io.quorate.replication.api.Siblings;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.Failures;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.storage.RecordStore;
import io.quorate.version.Record;
import io.quorate.version.Register;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a scan: partitions in order, from the last to the first in reverse, a few at a time,
 * until the page is full, the work for one page is done, or nothing is left. An empty page with a
 * cursor is a normal answer: a page is bounded by the work it costs, so tombstones cannot make it
 * long.
 */
final class ScanOperation {
  /** Partitions read at the same time at most; the window opens while they turn out to be small. */
  private static final int WINDOW_MAX = 16;

  private static final int PAGE_BYTES_MAX = 1 << 20;

  /** Records looked at for one entry wanted, before a page ends with what it has. */
  private static final int WORK_PER_ENTRY = 4;

  private static final int WORK_MIN = 2_000;

  /** Records that a replica is asked to look at for one page, where few of them are live. */
  private static final int LOOKS_MAX = 1_000;

  private final Context context;
  private final Tenant tenant;
  private final Level level;
  private final ScanRequest request;
  private final long deadlineNanos;
  private final ScanCallback callback;
  private final int partitions;
  private final boolean reverse;
  private final List<ScanPage.Entry> entries = new ArrayList<>();

  /** Partitions being read, in order; only the first one's result is used next. */
  private final ArrayDeque<Part> window = new ArrayDeque<>();

  private int windowMax = 1;
  private int firstPartition;
  private int nextPartition;
  private long bytes;
  private int recordsSeen;
  private boolean finished;

  /** One partition of the window. */
  private final class Part implements PartitionRead.Callback {
    final int partition;
    final byte[] after;

    /** Records that each replica is to look at. */
    final int looks;

    @Nullable List<RecordStore.Entry> newest;
    byte @Nullable [] reached;

    Part(int partition, byte[] after, int looks) {
      this.partition = partition;
      this.after = after;
      this.looks = looks;
    }

    @Override
    public void page(List<RecordStore.Entry> records, byte @Nullable [] upTo) {
      newest = records;
      reached = upTo;
      advance();
    }

    @Override
    public void failed(Failure failure) {
      if (!finished) {
        finished = true;
        callback.failed(failure);
      }
    }
  }

  ScanOperation(
      Context context,
      Tenant tenant,
      Level level,
      ScanRequest request,
      long deadlineNanos,
      ScanCallback callback) {
    this.context = context;
    this.tenant = tenant;
    this.level = level;
    this.request = request;
    this.deadlineNanos = deadlineNanos;
    this.callback = callback;
    this.partitions = context.plans().placements().partitions().size();
    this.reverse = request.keys().reverse();
  }

  void start(ScanCursor from) {
    firstPartition = from.partition();
    nextPartition = from.partition();
    if (request.keys().isEmpty()) {
      finish(new byte[0]);
      return;
    }
    nextPartition = following(from.partition());
    Part first = new Part(from.partition(), from.after(), wanted());
    window.add(first);
    read(first);
  }

  /** What is not found cannot be known not to be lost, so all of a partition is in doubt. */
  private boolean mayHaveLost(Placements placements) {
    return placements.lossEpochs().keySet().stream()
        .anyMatch(partition -> isRead(partition, firstPartition, nextPartition, reverse));
  }

  /**
   * Whether a page reads a partition.
   *
   * @param first partition that it reads
   * @param next the one that it would read next, which may be none
   */
  static boolean isRead(int partition, int first, int next, boolean reverse) {
    return reverse
        ? partition <= first && partition > next
        : partition >= first && partition < next;
  }

  /** The partition after another one, which may be none. */
  private int following(int partition) {
    return reverse ? partition - 1 : partition + 1;
  }

  private boolean isPartition(int partition) {
    return partition >= 0 && partition < partitions;
  }

  private int wanted() {
    return Math.max(1, request.entriesMax() - entries.size());
  }

  private void read(Part part) {
    Plan plan = context.plans().plan(tenant.id(), part.partition);
    if (plan == null) {
      part.failed(Failures.tenantGone(tenant, context.plans().placements()));
      return;
    }
    if (context.table().isFull()) {
      part.failed(Failures.overloaded(context.config().operationsMax() + " requests"));
      return;
    }
    RecordStore.Range range =
        new RecordStore.Range(
            part.partition, tenant.id(), request.keys(), part.after, part.looks, PAGE_BYTES_MAX);
    new PartitionRead(context, plan, new PartitionRead.Question(range, level, deadlineNanos), part)
        .start();
  }

  /** Uses what has been read, in order, and reads on. */
  private void advance() {
    for (Part part = window.peek();
        part != null && part.newest != null && !finished;
        part = window.peek()) {
      window.remove();
      use(part, part.newest);
    }
    while (!finished && window.size() < windowMax && isPartition(nextPartition)) {
      Part next = new Part(nextPartition, new byte[0], wanted());
      nextPartition = following(nextPartition);
      window.add(next);
      read(next);
    }
    if (!finished && window.isEmpty()) {
      finish(new byte[0]);
    }
  }

  private void use(Part part, List<RecordStore.Entry> newest) {
    long now = context.hybridClock().expiryMillis(context.clock().wallMillis());
    int before = entries.size();
    byte[] last = part.after;
    for (RecordStore.Entry entry : newest) {
      if (entries.size() >= request.entriesMax()) {
        finish(cursor(part.partition, last));
        return;
      }
      last = entry.key().bytes();
      if (context.rules().isShownInPage(entry.record(), now)) {
        entries.add(entry(entry, now));
        bytes += entry.key().bytes().length + (long) entry.record().bytes().length;
      }
    }
    byte[] reached = part.reached;
    recordsSeen += reached == null ? newest.size() : Math.max(newest.size(), part.looks);
    if (reached != null && isPageDone()) {
      finish(cursor(part.partition, reached));
    } else if (reached != null) {
      // Nothing but what is deleted: so more of it is looked at, at once.
      int looks = entries.size() == before ? Math.min(LOOKS_MAX, 2 * part.looks) : wanted();
      Part rest = new Part(part.partition, reached, looks);
      window.addFirst(rest);
      read(rest);
    } else if (isPageDone() && isPartition(following(part.partition))) {
      finish(cursor(following(part.partition), new byte[0]));
    } else {
      windowMax = Math.min(WINDOW_MAX, windowMax * 2);
    }
  }

  private byte[] cursor(int next, byte[] after) {
    return new ScanCursor(tenant.id(), next, after, reverse)
        .toBytes(context.plans().placements().clusterVersion());
  }

  private ScanPage.Entry entry(RecordStore.Entry entry, long now) {
    Record record = entry.record();
    if (record.isOfRegister()) {
      Record shown = Invariant.present(Register.shown(record), "a register without value is shown");
      return new ScanPage.Entry(entry.key().bytes(), shown, null);
    }
    if (record.isMarked()) {
      Record shown = Invariant.present(record.unmarked(), "a mark without value is shown");
      return new ScanPage.Entry(entry.key().bytes(), shown, null);
    }
    return new ScanPage.Entry(entry.key().bytes(), record, found(entry.key(), record, now));
  }

  private @Nullable Found found(Key key, Record record, long now) {
    if (tenant.mergesFields()) {
      return Fields.of(record);
    }
    return record.isOfSiblings() ? Siblings.of(key, record, now) : null;
  }

  private boolean isPageDone() {
    return entries.size() >= request.entriesMax()
        || bytes >= PAGE_BYTES_MAX
        || recordsSeen >= Math.max(WORK_MIN, request.entriesMax() * WORK_PER_ENTRY);
  }

  private void finish(byte[] cursor) {
    finished = true;
    Placements placements = context.plans().placements();
    boolean stale =
        mayHaveLost(placements) || placements.stage(0, tenant).mayMiss(level, tenant.writeLevel());
    callback.page(new ScanPage(entries, cursor, stale));
  }
}
