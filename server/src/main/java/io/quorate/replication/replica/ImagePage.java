package io.quorate.replication.replica;

import io.quorate.model.Key;
import io.quorate.replication.message.ReplicaMessage.NoImage;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.ReadImage;
import io.quorate.replication.message.ReplicaMessage.Records;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import io.quorate.version.Record;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Answers with a page of the image of a partition: of each key what it had at the time of the cut.
 */
final class ImagePage implements RecordStore.ScanCallback {
  private final PartitionCut cut;
  private final Consumer<RangeOutcome> callback;

  private ImagePage(PartitionCut cut, Consumer<RangeOutcome> callback) {
    this.cut = cut;
    this.callback = callback;
  }

  /**
   * Reads whatever epoch is served by now: the image does not change with it.
   *
   * @param cut what there is of the partition; null for nothing
   */
  static void read(@Nullable PartitionCut cut, ReadImage request, Consumer<RangeOutcome> callback) {
    long id = request.cut();
    RecordStore.Range range = Answering.bounded(request.range());
    RecordStore.Image image = cut == null || cut.id() != id ? null : cut.image();
    if (cut == null || image == null || !cut.isOfTenant(range.tenant())) {
      callback.accept(
          new NoImage(
              "it has no image of partition %d for cut %d: it was away then, or has been started"
                      .formatted(range.partition(), id)
                  + " again since"));
    } else if (cut.whyVoid() != null) {
      callback.accept(
          new NoImage(
              "its image of partition %d is void: %s".formatted(range.partition(), cut.whyVoid())));
    } else {
      image.scan(range, new ImagePage(cut, callback));
    }
  }

  @Override
  public void page(RecordStore.Page page) {
    List<RecordStore.Entry> entries = new ArrayList<>(page.entries().size());
    for (RecordStore.Entry entry : page.entries()) {
      Key key = entry.key();
      Record shown = cut.upToTime(entry.record());
      if (shown == null && cut.isAboveTime(entry.record())) {
        if (!cut.knows(key)) {
          callback.accept(
              new NoImage(
                  "it does not know what key %s had at the time of the cut: it has had a later"
                          .formatted(key)
                      + " version since before, from a clock that was ahead"));
          return;
        }
        shown = cut.before(key);
      }
      if (shown != null) {
        entries.add(new RecordStore.Entry(key, shown));
      }
    }
    callback.accept(new Records(entries, Answering.reached(page)));
  }

  @Override
  public void failed(StorageFault fault) {
    callback.accept(
        fault.kind() == StorageFault.Kind.CLOSED
            ? new NoImage(fault.message())
            : Damage.refusal(fault));
  }
}
