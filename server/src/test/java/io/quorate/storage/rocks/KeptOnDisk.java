package io.quorate.storage.rocks;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.runtime.Lane;
import io.quorate.runtime.real.MachineThreads;
import io.quorate.runtime.real.SystemClock;
import io.quorate.storage.Answers.GetAnswer;
import io.quorate.storage.Answers.KeptAnswer;
import io.quorate.storage.Answers.PutAnswer;
import io.quorate.storage.Answers.ScanAnswer;
import io.quorate.storage.HistoryStore;
import io.quorate.storage.HistoryStore.Place;
import io.quorate.storage.RecordStore;
import io.quorate.storage.RecordStore.Image;
import io.quorate.storage.RecordStore.Range;
import io.quorate.storage.StorageListener;
import io.quorate.storage.rocks.database.RocksSettings;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** A storage with a history of one tenant, as tests of its files use it. */
final class KeptOnDisk implements AutoCloseable {
  static final int PARTITION = 3;
  static final int TENANT = 1;
  static final Place PLACE = new Place(PARTITION, TENANT);
  static final Place BESIDE = new Place(PARTITION + 1, TENANT);

  /** Within the time of all versions that are kept here. */
  static final long THEN = Hlc.of(15, 0);

  static final long BUCKET_END = 1000;

  private final Lane lane;
  private final Queue<String> news = new ConcurrentLinkedQueue<>();
  private final RocksStorage storage;
  private final RecordStore records;

  private KeptOnDisk(Path directory, RocksSettings settings, Lane lane) {
    this.lane = lane;
    this.storage =
        RocksStorage.open(
            directory,
            settings,
            "test-storage",
            new SystemClock(),
            new MachineThreads(),
            new StorageListener() {
              @Override
              public void onRenewal(String text) {
                news.add(text);
              }
            },
            health -> {});
    this.records = storage.records(lane);
  }

  static KeptOnDisk open(Path directory, RocksSettings settings, Lane lane) {
    return new KeptOnDisk(directory, settings, lane);
  }

  RocksStorage storage() {
    return storage;
  }

  Queue<String> news() {
    return news;
  }

  static Key key(int number) {
    return new Key(TENANT, ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
  }

  /** What no compression makes smaller. */
  static Record record(int number) {
    byte[] value = new byte[200];
    new Random(number).nextBytes(value);
    return Record.value(new Version(0, Hlc.of(10, 0), new NodeId(1), 1), 1, 0, value);
  }

  /** Puts records and keeps as many versions, of two partitions with a mark each. */
  KeptOnDisk fill(int count) throws Exception {
    for (Place place : new Place[] {PLACE, BESIDE}) {
      mark(place, 5);
      for (int i = 0; i < count; i++) {
        int number = i;
        PutAnswer stored = new PutAnswer();
        PutAnswer kept = new PutAnswer();
        lane.execute(
            () -> {
              records.put(place.partition(), key(number), record(number), stored);
              history()
                  .keep(
                      place.partition(),
                      key(number),
                      record(number + 1),
                      Hlc.of(20, 0),
                      BUCKET_END,
                      kept);
            });
        if (i == count - 1) {
          stored.get(60, SECONDS);
          kept.get(60, SECONDS);
        }
      }
    }
    return this;
  }

  HistoryStore history() {
    return records.history();
  }

  void keep(int number) throws Exception {
    keep(key(number), record(number));
  }

  void keep(Key key, Record record) throws Exception {
    PutAnswer kept = new PutAnswer();
    lane.execute(() -> history().keep(PARTITION, key, record, Hlc.of(20, 0), BUCKET_END, kept));
    kept.get(60, SECONDS);
  }

  void put(Key key, Record record) throws Exception {
    PutAnswer stored = new PutAnswer();
    lane.execute(() -> records.put(PARTITION, key, record, stored));
    stored.get(60, SECONDS);
  }

  void clear() throws Exception {
    PutAnswer cleared = new PutAnswer();
    lane.execute(() -> records.clear(PARTITION, List.of(TENANT), cleared));
    cleared.get(60, SECONDS);
  }

  void forgetKeys() throws Exception {
    PutAnswer forgotten = new PutAnswer();
    lane.execute(() -> storage.forgetKeys(lane, tenant -> tenant == TENANT, forgotten));
    forgotten.get(60, SECONDS);
  }

  void mark(Place place, long since) throws Exception {
    PutAnswer marked = new PutAnswer();
    lane.execute(() -> history().mark(place, since, marked));
    marked.get(60, SECONDS);
  }

  Optional<Record> get(int number) throws Exception {
    GetAnswer answer = new GetAnswer();
    lane.execute(() -> records.get(PARTITION, key(number), answer));
    return answer.get(60, SECONDS);
  }

  /** Reads all of the first place as of then, page by page; gives how many entries there are. */
  int count() throws Exception {
    return count(TENANT);
  }

  int count(int tenant) throws Exception {
    CompletableFuture<Image> fixed = new CompletableFuture<>();
    lane.execute(() -> fixed.complete(records.image()));
    Image image = fixed.get(60, SECONDS);
    int count = 0;
    byte[] after = {};
    boolean complete = false;
    while (!complete) {
      Range range = new Range(PARTITION, tenant, new byte[0], after, 100, 1 << 20);
      RecordStore.Page page = ask(new ScanAnswer(), answer -> image.scan(range, THEN, answer));
      count += page.entries().size();
      complete = page.complete();
      after = complete ? after : page.entries().getLast().key().bytes();
    }
    lane.execute(image::close);
    return count;
  }

  private <A extends CompletableFuture<T>, T> T ask(A answer, Consumer<A> question)
      throws InterruptedException, ExecutionException, TimeoutException {
    lane.execute(() -> question.accept(answer));
    return answer.get(60, SECONDS);
  }

  /** Reads all that is kept of the first place, page by page, as for another replica. */
  int readAll() throws Exception {
    int count = 0;
    byte[] next = {};
    do {
      byte[] from = next;
      HistoryStore.KeptPage page =
          ask(new KeptAnswer(), answer -> history().read(PLACE, from, 100, 1 << 20, answer));
      count += page.versions().size();
      next = page.next();
    } while (next.length > 0);
    return count;
  }

  /** Demands that nothing is kept, and that the records of {@link #fill} are there. */
  void expectBegunAgain(int records) throws Exception {
    assertThat(history().load()).isEmpty();
    assertThat(count()).isEqualTo(records);
    assertThat(get(records - 1)).contains(record(records - 1));
  }

  void expectAll(int records) throws Exception {
    assertThat(history().load()).containsOnly(Map.entry(PLACE, 5L), Map.entry(BESIDE, 5L));
    assertThat(count()).isEqualTo(2 * records);
  }

  @Override
  public void close() {
    storage.close();
  }
}
