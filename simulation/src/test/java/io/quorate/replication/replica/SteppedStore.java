package io.quorate.replication.replica;

import io.quorate.model.Key;
import io.quorate.storage.CopiedImage;
import io.quorate.storage.HistoryStore;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import io.quorate.version.Record;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** A store that answers, syncs and fails only when the test says so. */
final class SteppedStore implements RecordStore {
  final Map<Key, Record> durable = new HashMap<>();
  final ArrayDeque<Runnable> gets = new ArrayDeque<>();
  private final ArrayDeque<Waiting> puts = new ArrayDeque<>();

  /** All that were taken. */
  final List<CopiedImage> images = new ArrayList<>();

  final ArrayDeque<PutCallback> drops = new ArrayDeque<>();

  boolean readsFail;

  /** Whether a get returns what was durable when it was called, not when it is answered. */
  boolean readsAtOnce;

  /** Whether what is told to be durable is synced later, or when that is asked for. */
  boolean syncsLater;

  /** Notes on the same disk: they become durable in turn with the records. */
  final SteppedNotes notes = new SteppedNotes(this);

  /** A history on the same disk, likewise. */
  final SteppedHistory history = new SteppedHistory(this);

  private record Waiting(Runnable effect, PutCallback callback) {}

  /** Hands something in, to be durable after what was handed in before. */
  void submit(Runnable effect, PutCallback callback) {
    puts.add(new Waiting(effect, callback));
  }

  /** How many writes wait for their sync. */
  int waiting() {
    return puts.size();
  }

  @Override
  public void get(int partition, Key key, GetCallback callback) {
    boolean atOnce = readsAtOnce;
    Record now = durable.get(key);
    gets.add(
        () -> {
          if (!callback.isWanted()) {
            callback.notRead();
          } else if (readsFail) {
            callback.failed(new StorageFault(StorageFault.Kind.CORRUPT, "wrong checksum"));
          } else {
            callback.found(atOnce ? now : durable.get(key));
          }
        });
  }

  @Override
  public void put(int partition, Key key, Record record, PutCallback callback) {
    submit(() -> durable.put(key, record), callback);
  }

  @Override
  public void remove(int partition, Key key, PutCallback callback) {
    submit(() -> durable.remove(key), callback);
  }

  @Override
  public void sync(PutCallback callback) {
    if (syncsLater) {
      submit(() -> {}, callback);
    } else {
      callback.stored();
    }
  }

  @Override
  public void drop(int partition, PutCallback callback) {
    drops.add(callback);
  }

  @Override
  public void tenants(int partition, Consumer<@Nullable List<Integer>> callback) {
    callback.accept(durable.keySet().stream().map(Key::tenant).distinct().sorted().toList());
  }

  @Override
  public void onUnreadable(int partitions, IntConsumer watcher) {}

  @Override
  public void scan(Range range, ScanCallback callback) {
    List<Entry> all =
        durable.entrySet().stream()
            .map(each -> new Entry(each.getKey(), each.getValue()))
            .filter(entry -> entry.key().tenant() == range.tenant())
            .toList();
    List<Entry> page = all.stream().limit(Math.max(0, range.recordsMax())).toList();
    callback.page(new Page(page, page.size() == all.size()));
  }

  @Override
  public Image image() {
    SteppedStore copy = new SteppedStore();
    copy.durable.putAll(durable);
    CopiedImage image = new CopiedImage(copy, history.durable.copy());
    images.add(image);
    return image;
  }

  @Override
  public HistoryStore history() {
    return history;
  }

  void answerGets() {
    for (Runnable get = gets.poll(); get != null; get = gets.poll()) {
      get.run();
    }
  }

  void syncOne() {
    Waiting put = puts.remove();
    put.effect().run();
    put.callback().stored();
  }

  void syncAll() {
    while (!puts.isEmpty()) {
      syncOne();
    }
  }

  /** What was not synced is lost, and nothing is told of it. */
  void loseWaiting() {
    puts.clear();
    gets.clear();
  }

  void failOne() {
    puts.remove().callback().failed(new StorageFault(StorageFault.Kind.FAILED, "test"));
  }
}
