package io.quorate.storage.rocks;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.runtime.Lane;
import io.quorate.runtime.real.EventLoops;
import io.quorate.runtime.real.MachineThreads;
import io.quorate.runtime.real.SystemClock;
import io.quorate.storage.Answers.GetAnswer;
import io.quorate.storage.Answers.PutAnswer;
import io.quorate.storage.Answers.ScanAnswer;
import io.quorate.storage.Durability;
import io.quorate.storage.HistoryContract;
import io.quorate.storage.RecordStore;
import io.quorate.storage.RecordStore.Entry;
import io.quorate.storage.RecordStore.Image;
import io.quorate.storage.RecordStore.Page;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageFault;
import io.quorate.storage.StoreHealth;
import io.quorate.storage.rocks.database.RocksSettings;
import io.quorate.version.Record;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract on RocksDB, and what is its own. */
@Tag("patient")
final class RocksStorageTest extends HistoryContract {
  @TempDir private Path directory;

  private final LinkedBlockingQueue<Throwable> broken = new LinkedBlockingQueue<>();
  private final EventLoops loops = EventLoops.start(2, "test-lane", broken::add);
  private final LinkedBlockingQueue<StoreHealth> healths = new LinkedBlockingQueue<>();
  private RocksSettings settings = RocksSettings.DEFAULT;

  @Override
  protected Storage open() {
    return RocksStorage.open(
        directory,
        settings,
        "test-storage",
        new SystemClock(),
        new MachineThreads(),
        listener,
        healths::add);
  }

  @Override
  protected Lane lane() {
    return loops.lanes().getFirst();
  }

  @Override
  protected void onLane(Runnable turn) {
    CountDownLatch ran = new CountDownLatch(1);
    lane()
        .execute(
            () -> {
              turn.run();
              ran.countDown();
            });
    try {
      assertThat(ran.await(60, SECONDS)).as("the turn ran; broken by %s", broken.peek()).isTrue();
    } catch (InterruptedException stop) {
      throw new AssertionError(stop);
    }
  }

  @Override
  protected <T> T await(CompletableFuture<T> answer) {
    return answer.orTimeout(60, SECONDS).join();
  }

  @AfterEach
  void noLaneIsBroken() {
    loops.close();
    assertThat(broken).isEmpty();
  }

  @Test
  void lanesShareSyncsAndAreAnsweredEachOnItsOwn() {
    Lane other = loops.lanes().get(1);
    RecordStore others = storage.records(other);
    List<CompletableFuture<Boolean>> answers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int number = i;
      answers.add(putLater(key("mine" + i), record(i, "v")));
      PutAnswer answer = new PutAnswer();
      answer.first(() -> assertThat(other.isCurrent()).isTrue());
      answers.add(answer);
      other.execute(
          () -> others.put(PARTITION, key("others" + number), record(number, "v"), answer));
    }
    answers.forEach(answer -> assertThat(await(answer)).isTrue());
    assertThat(synced.get()).isEqualTo(400);
    assertThat(syncs.get()).isLessThan(400);
    assertThat(keys(scan(all(1000)))).hasSize(400);
  }

  @Test
  void recordsAreReadFromDiskWhenTheyAreNotInMemory() {
    for (int i = 0; i < 300; i++) {
      put(key("k" + i), record(i, "x".repeat(200)));
    }
    reopen();
    for (int i = 0; i < 300; i++) {
      assertThat(get(key("k" + i))).contains(record(i, "x".repeat(200)));
    }
  }

  @Test
  void imagesOfOneMomentShareASnapshotWhichGoesWithTheLastOfThem() throws Exception {
    put(key("a"), record(1, "x"));
    Image first = image();
    Image second = image();
    assertThat(snapshots()).isEqualTo(1);
    put(key("a"), record(2, "y"));
    Image third = image();
    assertThat(snapshots()).isEqualTo(2);
    onLane(first::close);
    onLane(first::close);
    assertThat(snapshots()).isEqualTo(2);
    assertThat(scan(second, all(10)).entries())
        .containsExactly(new Entry(key("a"), record(1, "x")));
    onLane(third::close);
    onLane(second::close);
    assertThat(snapshots()).isZero();
    Image later = image();
    assertThat(snapshots()).isEqualTo(1);
    assertThat(keys(scan(later, all(10)))).containsExactly("a");
    onLane(later::close);
    assertThat(snapshots()).isZero();
  }

  /** The page comes from a thread that was busy until the image was closed. */
  @Test
  void aPageKeepsTheSnapshotOfItsImageUntilItIsRead() throws Exception {
    put(key("a"), record(1, "x"));
    reopen(); // a read of it has to wait for a thread
    CountDownLatch free = new CountDownLatch(1);
    onLane(
        () -> {
          for (int i = 0; i < settings.readers(); i++) {
            records.get(PARTITION, key("a"), new BusyUntil(free));
          }
        });
    Image image = image();
    ScanAnswer page = scanLater(image, all(10));
    onLane(image::close);
    PutAnswer over = putLater(key("a"), record(2, "y"));
    await(over);
    assertThat(page).isNotDone();
    assertThat(snapshots()).isEqualTo(1);
    free.countDown();
    assertThat(await(page).entries()).containsExactly(new Entry(key("a"), record(1, "x")));
    assertThat(snapshots()).isZero();
  }

  private @Nullable Long snapshots() throws Exception {
    return ((RocksStorage) storage).snapshots();
  }

  /** Keeps a thread that reads busy. */
  private record BusyUntil(CountDownLatch free) implements RecordStore.GetCallback {
    @Override
    public boolean isWanted() {
      try {
        return free.await(60, SECONDS);
      } catch (InterruptedException stop) {
        throw new AssertionError(stop);
      }
    }

    @Override
    public void found(@Nullable Record record) {}

    @Override
    public void failed(StorageFault fault) {}
  }

  @Test
  @Tag("prompt")
  void imagesAreTakenReadAndClosedWhileTheStoreIsClosed() {
    List<Entry> held = new ArrayList<>();
    for (int i = 100; i < 300; i++) {
      Record record = record(i, "x".repeat(200));
      held.add(new Entry(key("k" + i), record));
      put(held.getLast().key(), record);
    }
    List<CompletableFuture<Page>> pages = new ArrayList<>();
    CompletableFuture<Void> busy = new CompletableFuture<>();
    lane().execute(() -> keepImaging(pages, busy, 300));
    await(
        CompletableFuture.runAsync(
            () -> {
              onLane(() -> {}); // some pages are under way
              storage.close();
            }));
    await(busy);
    int read = 0;
    for (CompletableFuture<Page> page : pages) {
      if (await(page.handle((found, fault) -> fault == null))) {
        assertThat(page.join().entries()).isEqualTo(held);
        read++;
      } else {
        assertThat(faultOf(page).kind()).isEqualTo(StorageFault.Kind.CLOSED);
      }
    }
    assertThat(read).isPositive();
  }

  /** Takes an image, has it read and closes it, in turn after turn beside writes. */
  private void keepImaging(
      List<CompletableFuture<Page>> pages, CompletableFuture<Void> done, int turns) {
    if (turns == 0) {
      done.complete(null);
      return;
    }
    Image image = records.image();
    for (int i = 0; i < 3; i++) {
      ScanAnswer page = new ScanAnswer();
      image.scan(all(1000), page);
      pages.add(page);
    }
    var unused = putNow(new Key(TENANT + 1, bytes("k" + turns)), record(turns, "v"));
    lane()
        .execute(
            () -> {
              image.close();
              keepImaging(pages, done, turns - 1);
            });
  }

  /** Names of files hold numbers, and Java writes them with the digits of the locale. */
  @Test
  void directoryIsOpenedAgainInALocaleWithOtherDigits() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
    try {
      put(key("k"), record(1, "v"));
      reopen();
      reopen();
      assertThat(get(key("k"))).contains(record(1, "v"));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void periodicDurabilityAnswersAtOnceAndKeepsEverythingOverAClose() {
    storage.close();
    settings = RocksSettings.DEFAULT.with(new Durability.Periodic(Duration.ofMillis(20)));
    storage = open();
    records = storage.records(lane());
    for (int i = 0; i < 50; i++) {
      put(key("k" + i), record(i, "v"));
    }
    reopen();
    assertThat(keys(scan(all(100)))).hasSize(50);
    assertThat(storage.health()).isEqualTo(StoreHealth.WRITABLE);
  }

  @Test
  void closingWhileALaneReadsAndWritesLosesNoAnswer() {
    List<CompletableFuture<?>> answers = new ArrayList<>();
    CompletableFuture<Void> busy = new CompletableFuture<>();
    lane().execute(() -> keepBusy(answers, busy, 300));
    storage.close();
    await(busy);
    for (CompletableFuture<?> answer : answers) {
      await(answer.handle((value, thrown) -> true));
    }
  }

  /** Reads and writes in turn after turn, then completes {@code done}. */
  private void keepBusy(
      List<CompletableFuture<?>> answers, CompletableFuture<Void> done, int turns) {
    if (turns == 0) {
      done.complete(null);
      return;
    }
    for (int i = 0; i < 10; i++) {
      answers.add(putNow(key("k" + i), record(turns, "v")));
      GetAnswer read = new GetAnswer();
      records.get(PARTITION, key("k" + i), read);
      answers.add(read);
    }
    lane().execute(() -> keepBusy(answers, done, turns - 1));
  }
}
