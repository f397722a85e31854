package io.quorate.replication.coordinator.backup;

import io.quorate.placement.Level;
import io.quorate.replication.api.BackupPlane;
import io.quorate.replication.api.BackupPlane.Item;
import io.quorate.replication.api.BackupPlane.PageCallback;
import io.quorate.replication.api.Failure;
import io.quorate.replication.coordinator.backup.SealedCut.Images;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.scan.PartitionRead;
import io.quorate.storage.RecordStore;
import io.quorate.version.Hlc;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One page of a partition, for a backup (docs/design/backup.md#read): read and repaired as a page
 * of a scan is, or read of images, and given on as records.
 *
 * @param images null if it is of no cut
 * @param counted told how many records each replica was asked to look at
 */
record BackupRead(
    Context context,
    Plan plan,
    Level level,
    @Nullable Images images,
    PageCallback callback,
    IntConsumer counted)
    implements PartitionRead.Callback {
  /** More records at once would hold up the lanes of its replicas. */
  static final int LOOKS_MAX = 100;

  private static final int PAGE_BYTES_MAX = 128 << 10;

  void start(BackupPlane.Part part, long deadlineNanos) {
    var range =
        new RecordStore.Range(
            plan.partition(),
            plan.tenant().id(),
            part.prefix(),
            part.after(),
            LOOKS_MAX,
            PAGE_BYTES_MAX);
    var question = new PartitionRead.Question(range, level, deadlineNanos);
    if (images == null) {
      new PartitionRead(context, plan, question, this).start();
    } else {
      new ImageRead(context, images, question, this).start();
    }
  }

  @Override
  public void page(List<RecordStore.Entry> newest, byte @Nullable [] reached) {
    counted.accept(newest.size());
    long asOf = asOfMillis();
    List<Item> items = new ArrayList<>(newest.size());
    for (RecordStore.Entry entry : newest) {
      if (context.rules().isShownInPage(entry.record(), asOf)) {
        items.add(new Item(entry.key().bytes(), entry.record()));
      }
    }
    boolean mayMiss =
        plan.lossEpoch() > 0
            || plan.stage().mayMiss(level, plan.tenant().writeLevel())
            || (level.equals(Level.ALL) && plan.stage().mayMiss(level, Level.ONE));
    callback.page(items, reached, mayMiss);
  }

  /** What has expired since the time of a cut had not expired then. */
  private long asOfMillis() {
    return images == null
        ? context.hybridClock().expiryMillis(context.clock().wallMillis())
        : Hlc.millis(images.cut().time());
  }

  @Override
  public void failed(Failure failure) {
    callback.failed(failure);
  }
}
