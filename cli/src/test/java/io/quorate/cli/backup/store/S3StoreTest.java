package io.quorate.cli.backup.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.cli.backup.Runs;
import io.quorate.cli.backup.create.Creation;
import io.quorate.cli.backup.file.ExactEntry;
import io.quorate.cli.backup.file.Manifest;
import io.quorate.cli.backup.inventory.Deletion;
import io.quorate.cli.backup.run.FakeBackups;
import io.quorate.cli.backup.run.RunLimits;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.client.FailedPreconditionException;
import io.quorate.client.FailureInfo;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Backups on object storage: how objects appear, and what runs that died leave. */
@Tag("patient")
class S3StoreTest {
  private static final boolean ALL = "all".equals(System.getProperty("quorate.seeds"));
  private static final RunLimits ALONE = new RunLimits(1, 0, Duration.ZERO);
  private static final long SMALL_FILES = 600;
  private static final int TWO_PARTS_AND_MORE = 2 * S3Server.PART_BYTES + 12_345;

  /** The first part of a file of this length is sent before it is committed. */
  private static final int A_PART_AND_MORE = S3Server.PART_BYTES + 12_345;

  @TempDir private static Path directory;
  private static S3Server server;

  private final FakeBackups cluster = new FakeBackups(4, 5).tenant("default").tenant("orders");

  @BeforeAll
  static void start() throws Exception {
    server = new S3Server(directory);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private void requireWhole(BackupStore store) throws Exception {
    assertThat(Runs.faults(store)).isEmpty();
    FakeBackups other = new FakeBackups(7, 5);
    Runs.restore(other, store);
    for (String tenant : List.of("default", "orders")) {
      assertThat(other.contents(tenant)).isEqualTo(cluster.contents(tenant));
    }
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static byte[] all(BackupStore store, String name) throws IOException {
    try (InputStream in = store.read(name)) {
      return in.readAllBytes();
    }
  }

  @Test
  void whatIsRestoredIsWhatWasThere() throws Exception {
    Runs.fill(cluster, "default", 40, 60);
    BackupStore store = server.store("whole/a");
    Runs.create(cluster, store, Runs.LIMITS, SMALL_FILES);
    assertThat(store.list().keySet())
        .contains(FileNames.MANIFEST, server.data("whole/a"))
        .doesNotContain(FileNames.PROGRESS);
    requireWhole(store);
    assertThat(new Deletion(store).run()).isTrue();
    assertThat(server.holdsAnything("whole")).isFalse();
  }

  /** It was taken for killed, and is alive: its cut is that of the other run now. */
  @Test
  @Tag("prompt")
  void runThatWasTakenOverLeavesItsCut() throws Exception {
    Runs.fill(cluster, "orders", 60, 40);
    BackupStore first = server.store("cut");
    BackupStore second = server.takingOver("cut");
    Closeable[] taken = new Closeable[1];
    AtomicBoolean once = new AtomicBoolean();
    cluster.onAsk =
        what -> {
          if (what.equals("read") && once.compareAndSet(false, true)) {
            taken[0] = lock(second);
          }
        };
    assertThatThrownBy(() -> Runs.exact(cluster, first, Runs.NO_LISTENER))
        .hasMessageContaining("another run has taken over this backup");
    assertThat(cluster.endedCuts).isEmpty();
    taken[0].close();
    cluster.onAsk = what -> {};
    Creation.Created created = Runs.exact(cluster, second, Runs.NO_LISTENER);
    assertThat(created.manifest().exact()).isNotNull().extracting(ExactEntry::cut).isEqualTo(1L);
    assertThat(cluster.endedCuts).containsExactly(1L);
    requireWhole(second);
  }

  /** Before it can be read. */
  @Test
  @Tag("prompt")
  void runThatWasTakenOverWhileItsCutIsMadeLeavesIt() throws Exception {
    Runs.fill(cluster, "orders", 60, 40);
    BackupStore first = server.store("made");
    BackupStore second = server.takingOver("made");
    Closeable[] taken = new Closeable[1];
    cluster.onAsk =
        what -> {
          if (what.equals("look") && taken[0] == null) {
            taken[0] = lock(second);
            throw new FailedPreconditionException("no leader", FailureInfo.NONE);
          }
        };
    assertThatThrownBy(() -> Runs.exact(cluster, first, Runs.NO_LISTENER))
        .hasMessageContaining("no leader");
    assertThat(cluster.endedCuts).isEmpty();
    taken[0].close();
    cluster.onAsk = what -> {};
    assertThat(Runs.exact(cluster, second, Runs.NO_LISTENER).manifest().exact())
        .isNotNull()
        .extracting(ExactEntry::cut)
        .isEqualTo(1L);
    assertThat(cluster.endedCuts).containsExactly(1L);
  }

  /** It has no use for the cut that the run before it has left, and the other run has. */
  @Test
  @Tag("prompt")
  void runThatWasTakenOverLeavesTheCutThatItFound() {
    Runs.fill(cluster, "orders", 60, 40);
    cluster.onAsk =
        what -> {
          if (what.equals("end") || what.equals("read")) {
            throw new FailedPreconditionException("killed", FailureInfo.NONE);
          }
        };
    assertThatThrownBy(() -> Runs.exact(cluster, server.store("found"), Runs.NO_LISTENER))
        .hasMessageContaining("killed");
    BackupStore second = server.takingOver("found");
    Closeable[] taken = new Closeable[1];
    cluster.onAsk =
        what -> {
          if (what.equals("look") && taken[0] == null) {
            taken[0] = lock(second);
          }
        };
    assertThatThrownBy(
            () ->
                Runs.exact(
                    cluster,
                    server.store("found"),
                    Runs.NO_LISTENER,
                    Instant.parse("2026-11-27T10:41:00.250Z")))
        .hasMessageContaining("another run has taken over this backup");
    assertThat(cluster.endedCuts).isEmpty();
  }

  /** Which run a cut was made for cannot be found out here, however many requests are made. */
  @Test
  void noBackupsAreLookedAtWhenAnotherCutIsInTheWay() throws Exception {
    Runs.fill(cluster, "orders", 60, 40);
    Runs.create(cluster, server.store("many/a"));
    cluster.makeCut(List.of("default"));
    List<String> listed = new CopyOnWriteArrayList<>();
    S3Bucket watched =
        server.bucket(
            new ExecutionInterceptor() {
              @Override
              public void beforeExecution(
                  Context.BeforeExecution context, ExecutionAttributes executionAttributes) {
                if (context.request() instanceof ListObjectsV2Request list) {
                  listed.add(list.prefix());
                }
              }
            });
    BackupStore store =
        new S3Store(
            watched, S3Server.address("many/b"), InstantSource.system(), false, warning -> {});
    assertThatThrownBy(() -> Runs.exact(cluster, store, Runs.NO_LISTENER))
        .hasMessageContaining("there is one at a time");
    assertThat(listed).isNotEmpty().containsOnly("many/b/");
    assertThat(server.holdsAnything("many/b")).isFalse();
  }

  private static Closeable lock(BackupStore store) {
    try {
      return store.lock();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** A file of more than a part is sent in parts, also by several threads. */
  @Test
  void filesOfSeveralPartsAreWhole() throws Exception {
    Random random = new Random(1);
    for (int i = 0; i < 320; i++) {
      byte[] content = new byte[60_000];
      random.nextBytes(content);
      cluster.put("orders", new byte[] {(byte) (i >> 8), (byte) i}, content);
    }
    BackupStore store = server.store("parts");
    Runs.create(cluster, store, new RunLimits(2, 0, Duration.ZERO), Creation.FILE_BYTES);
    assertThat(store.list().values()).anyMatch(bytes -> bytes > S3Server.PART_BYTES);
    requireWhole(store);
  }

  @Test
  void objectOfSeveralPartsIsThereWhenItIsCommitted() throws Exception {
    BackupStore store = server.store("commit");
    for (int length : new int[] {0, 7, S3Server.PART_BYTES, TWO_PARTS_AND_MORE}) {
      byte[] bytes = random(length);
      String name = FileNames.data(1);
      try (BackupStore.NewFile file = store.create(name)) {
        file.write(bytes, 0, length / 3);
        file.write(bytes, length / 3, length - length / 3);
        assertThat(store.list()).isEmpty();
        assertThatThrownBy(() -> store.read(name)).isInstanceOf(NoSuchFileException.class);
        file.commit();
      }
      assertThat(store.list()).containsEntry(name, (long) length);
      assertThat(all(store, name)).isEqualTo(bytes);
      assertThat(server.uploads("commit")).isZero();
      store.delete(name);
    }
  }

  /** The client sends the request again, and the server knows of no such upload any more. */
  @Test
  void objectIsFinishedThoughTheAnswerWasLost() throws Exception {
    AtomicBoolean losing = new AtomicBoolean(true);
    S3Bucket bucket = server.bucket(losingCompletions(losing));
    BackupStore store =
        new S3Store(bucket, S3Server.address("lost"), InstantSource.system(), false, warning -> {});
    byte[] bytes = random(A_PART_AND_MORE);
    try (BackupStore.NewFile file = store.create(FileNames.data(1))) {
      file.write(bytes, 0, bytes.length);
      file.commit();
    }
    assertThat(losing).isFalse();
    assertThat(all(store, FileNames.data(1))).isEqualTo(bytes);
  }

  /** Of the same name, and as long: of a run that has taken over. */
  @Test
  void objectOfAnotherRunIsNotTakenForOnesOwn() throws Exception {
    BackupStore store = server.store("others");
    BackupStore heir = server.store("others");
    byte[] bytes = random(A_PART_AND_MORE);
    try (BackupStore.NewFile file = store.create(FileNames.data(1))) {
      file.write(bytes, 0, bytes.length);
      heir.discardUnfinished();
      bytes[0]++;
      try (BackupStore.NewFile other = heir.create(FileNames.data(1))) {
        other.write(bytes, 0, bytes.length);
        other.commit();
      }
      assertThatThrownBy(file::commit)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("was not finished, as its upload has ended");
    }
    assertThat(all(store, FileNames.data(1))).isEqualTo(bytes);
  }

  /** It was taken for dead; what it was sending arrives when the other run has finished. */
  @Test
  void whatARunWasSendingWhenItWasTakenOverDoesNoHarm() throws Exception {
    Runs.fill(cluster, "orders", 60, 40);
    BackupStore heir = server.takingOver("late");
    AtomicBoolean once = new AtomicBoolean();
    S3Bucket slow =
        server.bucket(
            new ExecutionInterceptor() {
              @Override
              public void beforeTransmission(
                  Context.BeforeTransmission context, ExecutionAttributes executionAttributes) {
                if (context.request() instanceof PutObjectRequest put
                    && put.key().startsWith("late/data-")
                    && once.compareAndSet(false, true)) {
                  cluster.put("orders", new byte[] {1}, new byte[] {2});
                  cluster.put("default", new byte[] {3}, new byte[] {4});
                  create(heir);
                }
              }
            });
    BackupStore first =
        new S3Store(slow, S3Server.address("late"), InstantSource.system(), false, warning -> {});
    assertThatThrownBy(() -> Runs.create(cluster, first, ALONE, SMALL_FILES))
        .hasMessageContaining("has taken over this backup");
    assertThat(once).isTrue();
    requireWhole(heir);
    assertThat(new Deletion(heir).run()).isTrue();
    assertThat(server.holdsAnything("late")).isFalse();
  }

  /** What it wrote last would be of what it had read, and not of what the other run has. */
  @Test
  void whatItSaidOfItselfThenDoesNotTakeThePlaceOfWhatTheOtherRunSays() throws Exception {
    Runs.fill(cluster, "default", 60, 40);
    Runs.fill(cluster, "orders", 60, 40);
    for (String name : List.of(FileNames.PROGRESS, FileNames.MANIFEST)) {
      String place = "said/" + name.substring(0, 4);
      BackupStore heir = server.takingOver(place);
      Closeable[] taken = new Closeable[1];
      byte[] said = random(100);
      AtomicInteger writes = new AtomicInteger();
      S3Bucket slow =
          server.bucket(
              new ExecutionInterceptor() {
                @Override
                public void beforeTransmission(
                    Context.BeforeTransmission context, ExecutionAttributes executionAttributes) {
                  if (context.request() instanceof PutObjectRequest put
                      && put.key().equals(place + "/" + name)
                      && writes.incrementAndGet() == (name.equals(FileNames.PROGRESS) ? 2 : 1)) {
                    taken[0] = lock(heir);
                    put(heir, name, said);
                  }
                }
              });
      BackupStore first =
          new S3Store(slow, S3Server.address(place), InstantSource.system(), false, warning -> {});
      assertThatThrownBy(() -> Runs.create(cluster, first, ALONE, SMALL_FILES))
          .hasMessageContaining("another run has taken over this backup");
      assertThat(all(heir, name)).isEqualTo(said);
      taken[0].close();
    }
  }

  /** The client sends the request again, and the server finds what the first one has written. */
  @Test
  void fileIsTakenForWrittenThoughTheAnswerWasLost() throws Exception {
    AtomicBoolean losing = new AtomicBoolean(true);
    S3Bucket bucket =
        server.bucket(
            new ExecutionInterceptor() {
              @Override
              public void beforeUnmarshalling(
                  Context.BeforeUnmarshalling context, ExecutionAttributes executionAttributes) {
                if (context.request() instanceof PutObjectRequest && losing.getAndSet(false)) {
                  throw S3Exception.builder()
                      .statusCode(412)
                      .awsErrorDetails(
                          AwsErrorDetails.builder().errorCode("PreconditionFailed").build())
                      .build();
                }
              }
            });
    BackupStore store =
        new S3Store(bucket, S3Server.address("put"), InstantSource.system(), false, warning -> {});
    store.put(FileNames.PROGRESS, new byte[] {1});
    assertThat(losing).isFalse();
    assertThat(all(store, FileNames.PROGRESS)).containsExactly(1);
    store.put(FileNames.PROGRESS, new byte[] {2});
    assertThat(all(store, FileNames.PROGRESS)).containsExactly(2);
  }

  /** It has the lock; what the run before it was sending came between. */
  @Test
  void fileIsWrittenAgainIfSomethingElseWroteItMeanwhile() throws Exception {
    AtomicInteger writes = new AtomicInteger();
    BackupStore store =
        beforeEachWrite(
            "between",
            object -> {
              if (writes.incrementAndGet() <= 2) {
                server.put(object, random(100 + writes.get()));
              }
            });
    try (Closeable lock = store.lock()) {
      assertThat(lock).isNotNull();
      store.put(FileNames.PROGRESS, new byte[] {1});
    }
    assertThat(writes).hasValue(3);
    assertThat(all(store, FileNames.PROGRESS)).containsExactly(1);
  }

  /**
   * As S3 answers while an earlier attempt of the same write goes on, which then comes to naught.
   */
  @Test
  void fileIsWrittenAgainAfterAConflict() throws Exception {
    AtomicInteger writes = new AtomicInteger();
    BackupStore store =
        beforeEachWrite(
            "conflict",
            object -> {
              if (writes.incrementAndGet() == 1) {
                throw S3Exception.builder()
                    .statusCode(409)
                    .awsErrorDetails(
                        AwsErrorDetails.builder().errorCode("ConditionalRequestConflict").build())
                    .build();
              }
            });
    store.put(FileNames.PROGRESS, new byte[] {1});
    assertThat(writes).hasValue(2);
    assertThat(all(store, FileNames.PROGRESS)).containsExactly(1);
  }

  @Test
  void fileThatIsWrittenBySomethingElseEachTimeIsGivenUp() throws Exception {
    AtomicInteger writes = new AtomicInteger();
    BackupStore store =
        beforeEachWrite(
            "always", object -> server.put(object, random(100 + writes.incrementAndGet())));
    assertThatThrownBy(() -> store.put(FileNames.PROGRESS, new byte[] {1}))
        .isInstanceOf(BackupStore.BusyException.class)
        .hasMessageContaining("was written by something else 7 times");
  }

  private interface BeforeWrite {
    void on(String object) throws IOException;
  }

  /** A store that runs something before each request that writes its progress is sent. */
  private static BackupStore beforeEachWrite(String place, BeforeWrite before) {
    S3Bucket bucket =
        server.bucket(
            new ExecutionInterceptor() {
              @Override
              public void beforeTransmission(
                  Context.BeforeTransmission context, ExecutionAttributes executionAttributes) {
                if (context.request() instanceof PutObjectRequest put
                    && put.key().endsWith(FileNames.PROGRESS)) {
                  try {
                    before.on(put.key());
                  } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                  }
                }
              }
            });
    return new S3Store(
        bucket, S3Server.address(place), InstantSource.system(), false, warning -> {});
  }

  /**
   * The run that has taken over is killed before it has a file of its own. Of one tenant, as the
   * order of several may differ: that run would write what is there, byte for byte.
   */
  @Test
  void whatARunSaidWhenItWasTakenOverNamesNoFilesThatAreGone() throws Exception {
    Runs.fill(cluster, "orders", 60, 40);
    BackupStore heir = server.takingOver("named");
    AtomicInteger writes = new AtomicInteger();
    BackupStore first =
        beforeEachWrite(
            "named",
            object -> {
              if (writes.incrementAndGet() == 2) { // it names the first file
                cluster.onAsk =
                    what -> {
                      if (what.equals("read")) {
                        throw new FailedPreconditionException("killed", FailureInfo.NONE);
                      }
                    };
                assertThatThrownBy(() -> Runs.create(cluster, heir, ALONE, SMALL_FILES, "orders"))
                    .hasMessageContaining("killed");
              }
            });
    assertThatThrownBy(() -> Runs.create(cluster, first, ALONE, SMALL_FILES, "orders"))
        .hasMessageContaining("has taken over this backup");
    cluster.onAsk = what -> {};
    assertThat(Runs.create(cluster, heir, ALONE, SMALL_FILES, "orders").resumed()).isTrue();
    assertThat(Runs.faults(heir)).isEmpty();
    FakeBackups other = new FakeBackups(7, 5);
    Runs.restore(other, heir);
    assertThat(other.contents("orders")).isEqualTo(cluster.contents("orders"));
  }

  private static void put(BackupStore store, String name, byte[] content) {
    try {
      store.put(name, content);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private void create(BackupStore store) {
    try {
      Runs.create(cluster, store, ALONE, SMALL_FILES);
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static ExecutionInterceptor losingCompletions(AtomicBoolean losing) {
    return new ExecutionInterceptor() {
      @Override
      public void afterUnmarshalling(
          Context.AfterUnmarshalling context, ExecutionAttributes executionAttributes) {
        if (context.request() instanceof CompleteMultipartUploadRequest
            && losing.getAndSet(false)) {
          throw S3Exception.builder()
              .statusCode(404)
              .awsErrorDetails(AwsErrorDetails.builder().errorCode("NoSuchUpload").build())
              .build();
        }
      }
    };
  }

  @Test
  void objectThatIsNotCommittedLeavesNothing() throws Exception {
    BackupStore store = server.store("closed");
    try (BackupStore.NewFile file = store.create(FileNames.data(1))) {
      file.write(random(A_PART_AND_MORE), 0, A_PART_AND_MORE);
      assertThat(server.uploads("closed")).isOne();
    }
    assertThat(server.uploads("closed")).isZero();
    assertThat(store.list()).isEmpty();
  }

  @Test
  @SuppressWarnings("resource") // of a run that was killed
  void nextRunDiscardsWhatAKilledOneWasSending() throws Exception {
    BackupStore killed = server.store("killed");
    BackupStore.NewFile file = killed.create(FileNames.data(1));
    file.write(random(A_PART_AND_MORE), 0, A_PART_AND_MORE);
    BackupStore.NewFile other = server.store("killed-not").create(FileNames.data(1));
    other.write(random(A_PART_AND_MORE), 0, A_PART_AND_MORE);
    Runs.create(cluster, server.store("killed"));
    assertThat(server.uploads("killed")).isZero();
    assertThatThrownBy(file::commit).isInstanceOf(IOException.class);
    requireWhole(server.store("killed"));
    other.commit(); // of another backup
    other.close();
  }

  /**
   * Each step fails once, before or after it took effect, by turns; with {@code
   * -Dquorate.seeds=all} before and after. Then the backup goes on.
   */
  @Test
  void backupThatDiedAtAnyStepGoesOn() throws Exception {
    Runs.fill(cluster, "default", 12, 60);
    Runs.fill(cluster, "orders", 12, 60);
    for (boolean afterTheStep : new boolean[] {false, true}) {
      boolean died = true;
      for (int step = afterTheStep && !ALL ? 2 : 1; died; step += ALL ? 1 : 2) {
        BackupStore store = server.store("steps/%s-%d".formatted(afterTheStep, step));
        FailingStore failing = new FailingStore(store, step, afterTheStep);
        try {
          Runs.create(cluster, failing, ALONE, SMALL_FILES);
        } catch (CommandFailedException expected) {
          assertThat(expected).hasMessageContaining("No space left on device");
        }
        died = failing.hasDied();
        if (store.list().containsKey(FileNames.MANIFEST)) {
          requireWhole(store);
        } else {
          assertThatThrownBy(() -> Manifest.read(store)).isInstanceOf(IOException.class);
          Runs.create(cluster, store, ALONE, SMALL_FILES);
          requireWhole(store);
        }
      }
    }
  }

  @Test
  void deletionThatWasKilledGoesOn() throws Exception {
    Runs.fill(cluster, "orders", 20, 50);
    boolean died = true;
    for (int step = 1; died; step++) {
      BackupStore store = server.store("deleted/" + step);
      Runs.create(cluster, store, ALONE, SMALL_FILES);
      FailingStore failing = new FailingStore(store, step, false);
      try {
        new Deletion(failing).run();
      } catch (IOException expected) {
        assertThat(store.list().containsKey(FileNames.MANIFEST)).isEqualTo(step == 1);
        assertThat(new Deletion(store).run()).isTrue();
      }
      died = failing.hasDied();
      assertThat(store.holdsBackup()).isFalse();
    }
  }

  @Test
  void otherObjectsAreLeftAlone() throws Exception {
    server.put("mixed/photos/a.jpg", new byte[] {1});
    assertThatThrownBy(() -> Runs.create(cluster, server.store("mixed/photos")))
        .hasMessageContaining("is no backup, and holds other files");
    BackupStore store = server.store("mixed/b");
    Runs.create(cluster, store);
    server.put("mixed/b/notes.txt", "mine".getBytes(UTF_8));
    server.put("mixed/b/x/data-000001.qb", new byte[] {1});
    assertThat(new Deletion(store).run()).isFalse();
    assertThat(server.objects("mixed/b")).containsExactly("notes.txt");
    assertThat(server.objects("mixed/b/x")).hasSize(1);
  }

  @Test
  void prefixesMayHaveAnyCharacters() throws Exception {
    Runs.fill(cluster, "orders", 12, 60);
    for (String prefix :
        List.of("größe/a b+c%20d", "x=y&z/(1)'~*!@$,;:", "a?b#c", "\"q\"<>[]{}|^`")) {
      BackupStore store = server.store(prefix + "/n");
      Runs.create(cluster, store, ALONE, SMALL_FILES);
      requireWhole(store);
      assertThat(
              new S3Place(server.bucket(), S3Server.address(prefix), false, warning -> {}).names())
          .as(prefix)
          .containsExactly("n");
      assertThat(new Deletion(store).run()).isTrue();
    }
  }

  /** Such a server, as s3rver, has what it takes but for this. */
  @Test
  void serverThatDoesNotTellOfUploadsIsUsed() throws Exception {
    ExecutionInterceptor silent =
        new ExecutionInterceptor() {
          @Override
          public void beforeExecution(
              Context.BeforeExecution context, ExecutionAttributes attributes) {
            if (context.request() instanceof ListMultipartUploadsRequest) {
              throw S3Exception.builder().statusCode(501).message("NotImplemented").build();
            }
          }
        };
    S3Store store =
        new S3Store(
            server.bucket(silent),
            S3Server.address("untold"),
            InstantSource.system(),
            false,
            warning -> {});
    try (Closeable lock = store.lock()) {
      store.discardUnfinished();
      store.put(FileNames.PROGRESS, new byte[] {1});
      assertThat(lock).isNotNull();
      store.delete(FileNames.PROGRESS);
      assertThat(store.remove()).isTrue();
    }
  }
}
