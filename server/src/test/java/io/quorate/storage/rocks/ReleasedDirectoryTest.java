package io.quorate.storage.rocks;

import static io.quorate.storage.rocks.ReleasedDirectory.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.metadata.MetadataState;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.raft.Entry;
import io.quorate.raft.Snapshot;
import io.quorate.runtime.Lane;
import io.quorate.runtime.real.EventLoops;
import io.quorate.storage.Answers.GetAnswer;
import io.quorate.storage.Answers.HintsAnswer;
import io.quorate.storage.Answers.LookAnswer;
import io.quorate.storage.Answers.PutAnswer;
import io.quorate.storage.HintStore.Contents;
import io.quorate.storage.HintStore.Lack;
import io.quorate.storage.HintStore.Owed;
import io.quorate.storage.HistoryStore;
import io.quorate.storage.RaftStore;
import io.quorate.storage.StorageOpenException;
import io.quorate.storage.rocks.database.Database;
import io.quorate.storage.rocks.database.Family;
import io.quorate.storage.rocks.database.NotesCheck;
import io.quorate.storage.rocks.database.Opening;
import io.quorate.storage.rocks.database.RocksSettings;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data directory that release 0.1.0 wrote is opened, and everything in it is as it was. */
class ReleasedDirectoryTest {
  private static final String WRITTEN = "/released/0.1.0/directory.zip";

  @TempDir private Path directory;

  private final EventLoops loops = EventLoops.start(1, "reader", broken -> {});
  private final Lane lane = loops.lanes().getFirst();

  @BeforeEach
  void unpack() throws IOException {
    try (InputStream in =
            Objects.requireNonNull(ReleasedDirectoryTest.class.getResourceAsStream(WRITTEN));
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = directory.resolve(entry.getName());
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.copy(zip, file);
      }
    }
  }

  @AfterEach
  void close() {
    loops.close();
  }

  private <A extends CompletableFuture<T>, T> T ask(A answer, Consumer<A> question)
      throws Exception {
    lane.execute(() -> question.accept(answer));
    return answer.get(60, TimeUnit.SECONDS);
  }

  private Optional<Record> get(RocksStorage storage, int partition, Key key) throws Exception {
    return ask(new GetAnswer(), answer -> storage.records(lane).get(partition, key, answer));
  }

  @Test
  void recordsAndWhatIsOwedAreThere() throws Exception {
    try (RocksStorage storage = DirectoryImage.open(directory)) {
      assertThat(get(storage, 3, key("value"))).contains(ReleasedDirectory.VALUE);
      assertThat(get(storage, 3, key("deleted"))).contains(ReleasedDirectory.DELETED);
      assertThat(get(storage, 300, key("expires"))).contains(ReleasedDirectory.EXPIRES);
      assertThat(get(storage, 300, key("value"))).isEmpty();

      Contents contents = storage.hints(lane).load();
      Owed owed = Objects.requireNonNull(contents.owed().get(ReleasedDirectory.OTHER));
      assertThat(owed.count()).isEqualTo(2);
      assertThat(owed.repairs()).containsExactly(Map.entry(8, Lack.KNOWN));
      assertThat(owed.paused()).isTrue();
      assertThat(contents.deadLetters()).containsExactly(ReleasedDirectory.LETTER);
      assertThat(contents.lost()).isFalse();
      HintsAnswer.Page page =
          ask(
              new HintsAnswer(),
              answer -> storage.hints(lane).page(ReleasedDirectory.OTHER, null, 9, answer));
      assertThat(page.hints())
          .containsExactly(ReleasedDirectory.HINT, ReleasedDirectory.HINT_OF_UNKNOWN);
    }
  }

  @Test
  void identityArrivalsAndTreesAreThere() {
    try (RocksStorage storage = DirectoryImage.open(directory)) {
      assertThat(storage.identity().load()).isEqualTo(ReleasedDirectory.IDENTITY);
      assertThat(storage.arrivals(lane).load()).containsOnly(Map.entry(300, 12L));
      assertThat(storage.trees(lane).load().trees())
          .containsOnlyKeys(ReleasedDirectory.TREES.keySet())
          .containsEntry(300, new byte[] {2, 3});
    }
  }

  /** That release knew no notes: their family is created, once. */
  @Test
  void versionsCanBeNotedInItAndItsLaterLossIsFound() throws Exception {
    Version version = new Version(0, 7, new NodeId(1), 1);
    try (RocksStorage storage = DirectoryImage.open(directory)) {
      assertThat(storage.notes(lane).load()).isEmpty();
      assertThat(ask(new PutAnswer(), answer -> storage.notes(lane).note(3, version, answer)))
          .isTrue();
    }
    try (RocksStorage storage = DirectoryImage.open(directory)) {
      assertThat(ask(new LookAnswer(), answer -> storage.notes(lane).look(3, version, answer)))
          .isTrue();
      assertThat(get(storage, 3, key("value"))).contains(ReleasedDirectory.VALUE);
    }
    Database database = Opening.open(directory, RocksSettings.DEFAULT);
    database.drop(database.family(Family.NOTES));
    database.close(true);
    assertThatThrownBy(() -> DirectoryImage.open(directory))
        .isInstanceOf(StorageOpenException.class)
        .hasMessageContaining("has lost its notes");
  }

  /** Nor did it keep versions that were replaced. */
  @Test
  void aHistoryCanBeKeptInIt() throws Exception {
    HistoryStore.Place place = new HistoryStore.Place(3, key("value").tenant());
    try (RocksStorage storage = DirectoryImage.open(directory)) {
      HistoryStore history = storage.records(lane).history();
      assertThat(history.load()).isEmpty();
      assertThat(ask(new PutAnswer(), answer -> history.mark(place, 7, answer))).isTrue();
    }
    try (RocksStorage storage = DirectoryImage.open(directory)) {
      assertThat(storage.records(lane).history().load()).containsOnly(Map.entry(place, 7L));
      assertThat(get(storage, 3, key("value"))).contains(ReleasedDirectory.VALUE);
    }
  }

  /** The process may die right after the family was created, or before. */
  @Test
  void aFamilyThatWasCreatedAndNotRememberedIsTaken() throws Exception {
    Database database = Opening.open(directory, RocksSettings.DEFAULT);
    database.db().delete(database.family(Family.META), NotesCheck.CREATED);
    database.close(true);
    DirectoryImage.open(directory).close();
    database = Opening.open(directory, RocksSettings.DEFAULT);
    assertThat(NotesCheck.mustBeThere(database)).isTrue();
    database.close(true);
  }

  @Test
  void theMetadataIsThere() {
    try (RocksStorage storage = DirectoryImage.open(directory)) {
      RaftStore.Image image = storage.raft(lane).load();
      assertThat(image.hardState()).isEqualTo(ReleasedDirectory.HARD_STATE);
      RaftStore.Snapshot stored = Objects.requireNonNull(image.snapshot());
      Snapshot snapshot = Snapshot.ofBody(stored.index(), stored.term(), stored.payload());
      assertThat(snapshot.membership()).isEqualTo(ReleasedDirectory.VOTERS);
      assertThat(MetadataState.decode(snapshot.state()).cluster())
          .isEqualTo(ReleasedDirectory.state());
      assertThat(image.entries())
          .map(each -> Entry.ofBody(each.index(), each.term(), each.payload()))
          .containsExactly(ReleasedDirectory.ENTRY);
    }
  }
}
