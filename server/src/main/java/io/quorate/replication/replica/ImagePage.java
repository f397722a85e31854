package io.quorate.replication.replica;

import io.quorate.model.Key;
import io.quorate.replication.message.ReplicaMessage.NoImage;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.ReadImage;
import io.quorate.replication.message.ReplicaMessage.Records;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import io.quorate.version.Record;
import io.quorate.version.RecordModel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Answers with a page of the image of a partition: of each key what it had at the time of the cut;
 * of a tenant whose records have no moments, what it had when the cut was closed.
 */
final class ImagePage implements RecordStore.ScanCallback {
  private final PartitionCut cut;
  private final RecordModel model;
  private final ReplicaRules rules;
  private final Consumer<RangeOutcome> callback;

  private ImagePage(
      PartitionCut cut, RecordModel model, ReplicaRules rules, Consumer<RangeOutcome> callback) {
    this.cut = cut;
    this.rules = rules;
    this.model = model;
    this.callback = callback;
  }

  /**
   * Reads whatever epoch is served by now: the image does not change with it.
   *
   * @param cut what there is of the partition; null for nothing
   */
  static void read(
      @Nullable PartitionCut cut,
      ReadImage request,
      ReplicaRules rules,
      Consumer<RangeOutcome> callback) {
    long id = request.cut();
    RecordStore.Range range = Answering.bounded(request.range());
    if (cut == null || cut.id() != id || !cut.isOfTenant(range.tenant())) {
      callback.accept(none(range.partition(), id));
    } else if (cut.whyVoid() != null) {
      callback.accept(
          new NoImage(
              "its image of partition %d is void: %s".formatted(range.partition(), cut.whyVoid())));
    } else {
      RecordStore.Image image = cut.image();
      RecordModel model = cut.model(range.tenant());
      if (image == null) {
        callback.accept(none(range.partition(), id));
      } else if (model.equals(RecordModel.BY_FORMAT)) {
        callback.accept(
            new NoImage(
                "tenant %d was not known to it under the cut's epoch".formatted(range.tenant())));
      } else {
        new ImagePage(cut, model, rules, callback).scan(range, image);
      }
    }
  }

  private static NoImage none(int partition, long cut) {
    return new NoImage(
        "it has no image of partition %d for cut %d: it was away then, or has been started again since"
            .formatted(partition, cut));
  }

  private void scan(RecordStore.Range range, RecordStore.Image image) {
    if (cut.isOfPast()) {
      image.scan(range, cut.time(), this);
    } else {
      image.scan(range, this);
    }
  }

  @Override
  public void page(RecordStore.Page page) {
    if (model.hasMoments()) {
      pageOfMoment(page);
    } else {
      callback.accept(new Records(asClosed(page), Answering.reached(page)));
    }
  }

  /** What lay there when the cut was closed, as it counted: whatever times it has. */
  private List<RecordStore.Entry> asClosed(RecordStore.Page page) {
    List<RecordStore.Entry> entries = new ArrayList<>(page.entries().size());
    for (RecordStore.Entry entry : page.entries()) {
      Record counted = cut.asClosed(model, entry.record(), rules);
      if (counted != null) {
        entries.add(new RecordStore.Entry(entry.key(), counted));
      }
    }
    return entries;
  }

  private void pageOfMoment(RecordStore.Page page) {
    List<RecordStore.Entry> entries = new ArrayList<>(page.entries().size());
    for (RecordStore.Entry entry : page.entries()) {
      Key key = entry.key();
      Record shown = cut.upToTime(entry.record());
      if (shown == null && !cut.isOfPast() && cut.isAboveTime(entry.record())) {
        if (!cut.knows(key) && rules.refusesHoles()) {
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
        add(entries, key, shown);
      }
    }
    callback.accept(new Records(entries, Answering.reached(page)));
  }

  /** What lies there and what is kept follow each other; the last of them all is shown. */
  private void add(List<RecordStore.Entry> entries, Key key, Record shown) {
    if (!entries.isEmpty() && entries.getLast().key().equals(key)) {
      Record merged = model.merge(entries.removeLast().record(), shown);
      entries.add(new RecordStore.Entry(key, merged));
    } else {
      entries.add(new RecordStore.Entry(key, shown));
    }
  }

  @Override
  public void failed(StorageFault fault) {
    callback.accept(
        fault.kind() == StorageFault.Kind.CLOSED
            ? new NoImage(fault.message())
            : Damage.refusal(fault));
  }
}
