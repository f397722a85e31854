package io.quorate.cli.backup.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Two runs at a time on object storage. */
class S3LockTest {
  @TempDir private static Path directory;
  private static S3Server server;

  private final List<String> warnings = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    server = new S3Server(directory);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private S3Store store(S3Bucket bucket, String prefix, boolean takeOver, InstantSource clock) {
    return new S3Store(bucket, S3Server.address(prefix), clock, takeOver, warnings::add);
  }

  private static InstantSource later(Duration by) {
    return () -> Instant.now().plus(by);
  }

  /** Does something before each write that is made on a condition. */
  private static ExecutionInterceptor beforeConditional(Runnable action) {
    return new ExecutionInterceptor() {
      @Override
      public void beforeExecution(
          Context.BeforeExecution context, ExecutionAttributes executionAttributes) {
        SdkRequest request = context.request();
        if (request instanceof PutObjectRequest put
            && (put.ifNoneMatch() != null || put.ifMatch() != null)) {
          action.run();
        }
      }
    };
  }

  private static ExecutionInterceptor beforeEach(Runnable action) {
    return new ExecutionInterceptor() {
      @Override
      public void beforeExecution(
          Context.BeforeExecution context, ExecutionAttributes executionAttributes) {
        action.run();
      }
    };
  }

  @Test
  void onlyOneRunAtATime() throws Exception {
    Closeable first = server.store("one").lock();
    assertThatThrownBy(server.store("one")::lock)
        .isInstanceOf(BackupStore.BusyException.class)
        .hasMessageContaining("another run works on this backup, of ")
        .hasMessageContaining("process " + ProcessHandle.current().pid())
        .hasMessageContaining("--take-over");
    server.store("another").lock().close();
    first.close();
    assertThat(server.store("one").holdsBackup()).isFalse();
    server.store("one").lock().close();
  }

  /** Both have looked, and seen no other. */
  @Test
  void ofTwoRunsThatBeginAtATimeOneIsRefused() throws Exception {
    AtomicBoolean once = new AtomicBoolean();
    S3Store quicker = server.store("race");
    S3Bucket slow =
        server.bucket(
            beforeConditional(
                () -> {
                  if (once.compareAndSet(false, true)) {
                    lock(quicker);
                  }
                }));
    S3Store slower = store(slow, "race", false, InstantSource.system());
    assertThatThrownBy(slower::lock).isInstanceOf(BackupStore.BusyException.class);
    assertThat(once).isTrue();
    quicker.put(FileNames.PROGRESS, new byte[] {1}); // still holds it
  }

  /** Both take over from a run that was killed. */
  @Test
  void ofTwoRunsThatTakeOverAtATimeOneIsRefused() throws Exception {
    lock(server.store("heirs")); // is killed
    S3Store quicker = store(server.bucket(), "heirs", true, InstantSource.system());
    AtomicBoolean once = new AtomicBoolean();
    S3Bucket slow =
        server.bucket(
            beforeConditional(
                () -> {
                  if (once.compareAndSet(false, true)) {
                    lock(quicker);
                  }
                }));
    S3Store slower = store(slow, "heirs", true, InstantSource.system());
    assertThatThrownBy(slower::lock).isInstanceOf(BackupStore.BusyException.class);
    quicker.put(FileNames.PROGRESS, new byte[] {1});
  }

  private static Closeable lock(S3Store store) {
    try {
      return store.lock();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Test
  void runThatIsNotHeardOfIsTakenOver() throws Exception {
    S3Store killed = server.store("silent");
    lock(killed);
    S3Store early = store(server.bucket(), "silent", false, later(Duration.ofMinutes(50)));
    assertThatThrownBy(early::lock).isInstanceOf(BackupStore.BusyException.class);
    S3Store next = store(server.bucket(), "silent", false, later(Duration.ofMinutes(70)));
    try (Closeable lock = next.lock()) {
      next.put(FileNames.PROGRESS, new byte[] {1});
      assertThat(lock).isNotNull();
    }
  }

  /** What was taken for killed is alive: it must not write into what is not its own any more. */
  @Test
  void runThatWasTakenOverWritesNothingElse() throws Exception {
    S3Store first = server.store("alive");
    Closeable lock = first.lock();
    first.put(FileNames.PROGRESS, new byte[] {1});
    S3Store second = store(server.bucket(), "alive", true, InstantSource.system());
    lock(second);
    assertThatThrownBy(() -> first.put(FileNames.MANIFEST, new byte[] {2}))
        .hasMessageContaining("another run has taken over this backup");
    assertThatThrownBy(() -> first.delete(FileNames.PROGRESS)).hasMessageContaining("taken over");
    try (BackupStore.NewFile file = first.create(FileNames.data(1))) {
      file.write(new byte[] {3}, 0, 1);
      assertThatThrownBy(file::commit).hasMessageContaining("taken over");
    }
    lock.close(); // which leaves that of the other one
    assertThat(second.list()).containsOnlyKeys(FileNames.PROGRESS);
    second.put(FileNames.MANIFEST, new byte[] {4});
    assertThat(warnings).isEmpty();
  }

  /** It is asked while the process ends. */
  @Test
  void storageThatDoesNotAnswerDoesNotKeepFromGoingOn() throws Exception {
    AtomicBoolean mute = new AtomicBoolean();
    CountDownLatch never = new CountDownLatch(1);
    S3Bucket slow =
        server.bucket(
            new ExecutionInterceptor() {
              @Override
              public void beforeExecution(
                  Context.BeforeExecution context, ExecutionAttributes executionAttributes) {
                if (mute.get()) {
                  await(never);
                }
              }
            });
    S3Store store = store(slow, "mute", false, InstantSource.system());
    try (Closeable lock = store.lock()) {
      assertThat(lock).isNotNull();
      mute.set(true);
      try {
        assertThat(assertTimeoutPreemptively(Duration.ofMinutes(1), store::isTakenOver)).isFalse();
      } finally {
        mute.set(false);
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException givenUp) {
      throw new IllegalStateException(givenUp);
    }
  }

  @Test
  void threadThatIsToStopFindsOutThatItsRunWasTakenOver() throws Exception {
    S3Store first = server.store("stopping");
    try (Closeable lock = first.lock()) {
      assertThat(lock).isNotNull();
      assertThat(first.isTakenOver()).isFalse();
      lock(store(server.bucket(), "stopping", true, InstantSource.system()));
      Thread.currentThread().interrupt();
      assertThat(first.isTakenOver()).isTrue();
      assertThat(Thread.interrupted()).as("it is still to stop").isTrue();
    }
  }

  @Test
  void runThatGoesOnIsHeardOf() throws Exception {
    Path file = directory.resolve(S3Server.BUCKET).resolve("heard").resolve(S3Lock.NAME);
    Instant[] now = {Instant.now()};
    S3Store run = store(server.bucket(), "heard", false, () -> now[0]);
    try (Closeable lock = run.lock()) {
      FileTime old = FileTime.from(now[0].minus(Duration.ofHours(3)));
      Files.setLastModifiedTime(file, old);
      run.put(FileNames.PROGRESS, new byte[] {1});
      assertThat(Files.getLastModifiedTime(file)).isEqualTo(old);
      now[0] = now[0].plus(Duration.ofMinutes(2));
      run.put(FileNames.PROGRESS, new byte[] {2});
      assertThatThrownBy(server.store("heard")::lock).isInstanceOf(BackupStore.BusyException.class);
      assertThat(lock).isNotNull();
    }
  }

  /**
   * As in a backup of which its base has nearly all: it writes for hours before it sends a part.
   */
  @Test
  void runThatSendsNothingIsHeardOf() throws Exception {
    CountDownLatch written = new CountDownLatch(4);
    AtomicInteger requests = new AtomicInteger();
    S3Bucket bucket =
        server.bucket(beforeConditional(written::countDown), beforeEach(requests::incrementAndGet));
    S3Store run =
        new S3Store(
            bucket,
            S3Server.address("quiet"),
            InstantSource.system(),
            false,
            warnings::add,
            Duration.ofMillis(20));
    try (Closeable lock = run.lock()) {
      assertThat(lock).isNotNull();
      assertThat(written.await(1, TimeUnit.MINUTES)).isTrue();
    }
    int until = requests.get();
    Thread.sleep(100);
    assertThat(requests).as("it has ended, and asks nothing any more").hasValue(until);
    assertThat(server.store("quiet").holdsBackup()).isFalse();
    assertThat(S3Lock.HEARD_EACH).isLessThan(S3Lock.SILENCE.dividedBy(10));
  }

  /**
   * The answer to a conditional write is lost, and a server refuses the copy that the client sends
   * then: by the first one, the object is another one.
   */
  private static ExecutionInterceptor losingAnswers(AtomicBoolean losing) {
    return new ExecutionInterceptor() {
      @Override
      public void beforeUnmarshalling(
          Context.BeforeUnmarshalling context, ExecutionAttributes executionAttributes) {
        if (context.request() instanceof PutObjectRequest put
            && (put.ifNoneMatch() != null || put.ifMatch() != null)
            && losing.getAndSet(false)) {
          throw S3Exception.builder()
              .statusCode(412)
              .awsErrorDetails(AwsErrorDetails.builder().errorCode("PreconditionFailed").build())
              .build();
        }
      }
    };
  }

  @Test
  void lostAnswerIsNotTakenForAnotherRun() throws Exception {
    Instant[] now = {Instant.now()};
    AtomicBoolean losing = new AtomicBoolean(true);
    S3Store run = store(server.bucket(losingAnswers(losing)), "lost", false, () -> now[0]);
    try (Closeable lock = run.lock()) {
      assertThat(lock).isNotNull();
      assertThat(losing).isFalse();
      now[0] = now[0].plus(Duration.ofMinutes(2));
      losing.set(true);
      run.put(FileNames.PROGRESS, new byte[] {1});
      assertThat(losing).isFalse();
      run.put(FileNames.PROGRESS, new byte[] {2});
    }
  }

  /** It takes over between the look and the write that says that this run goes on. */
  @Test
  void runThatIsTakenOverJustNowStops() throws Exception {
    Instant[] now = {Instant.now()};
    AtomicBoolean armed = new AtomicBoolean();
    S3Store heir = store(server.bucket(), "heir", true, InstantSource.system());
    S3Bucket slow =
        server.bucket(
            beforeConditional(
                () -> {
                  if (armed.getAndSet(false)) {
                    lock(heir);
                  }
                }));
    S3Store run = store(slow, "heir", false, () -> now[0]);
    try (Closeable lock = run.lock()) {
      assertThat(lock).isNotNull();
      now[0] = now[0].plus(Duration.ofMinutes(2));
      armed.set(true);
      assertThatThrownBy(() -> run.put(FileNames.PROGRESS, new byte[] {1}))
          .hasMessageContaining("another run has taken over this backup");
    }
    heir.put(FileNames.PROGRESS, new byte[] {2});
  }

  @Test
  void serverWithoutConditionalWritesIsWarnedAbout() throws Exception {
    S3Bucket simple =
        server.bucket(
            beforeConditional(
                () -> {
                  throw S3Exception.builder().statusCode(501).message("NotImplemented").build();
                }));
    S3Store store = store(simple, "simple", false, InstantSource.system());
    try (Closeable lock = store.lock()) {
      assertThat(warnings).singleElement().asString().contains("cannot keep two runs off");
      store.put(FileNames.PROGRESS, new byte[] {1});
      assertThatThrownBy(store(simple, "simple", false, InstantSource.system())::lock)
          .isInstanceOf(BackupStore.BusyException.class);
      assertThat(lock).isNotNull();
    }
  }

  /** Some servers, as s3rver, pass over conditions without a word. */
  @Test
  void serverThatPassesOverConditionsIsWarnedAbout() throws Exception {
    S3Bucket deaf = server.bucket(withoutConditions());
    try (Closeable lock = store(deaf, "deaf", false, InstantSource.system()).lock()) {
      assertThat(warnings).singleElement().asString().contains("cannot keep two runs off");
      assertThatThrownBy(store(deaf, "deaf", false, InstantSource.system())::lock)
          .isInstanceOf(BackupStore.BusyException.class);
      assertThat(lock).isNotNull();
    }
  }

  @Test
  void serverThatKeepsConditionsIsNotWarnedAbout() throws Exception {
    try (Closeable lock = store(server.bucket(), "heeds", false, InstantSource.system()).lock()) {
      assertThat(warnings).isEmpty();
      assertThat(lock).isNotNull();
    }
  }

  /** Whatever a server answers when it is looked whether it keeps conditions: the lock is held. */
  @Test
  void lookAtConditionsThatFailsStopsNothing() throws Exception {
    AtomicInteger writes = new AtomicInteger();
    ExecutionInterceptor failing =
        new ExecutionInterceptor() {
          @Override
          public void beforeExecution(
              Context.BeforeExecution context, ExecutionAttributes attributes) {
            if (context.request() instanceof PutObjectRequest && writes.incrementAndGet() == 2) {
              throw S3Exception.builder().statusCode(304).message("not modified").build();
            }
          }
        };
    try (Closeable lock =
        store(server.bucket(failing), "unsure", false, InstantSource.system()).lock()) {
      assertThat(writes).hasValue(2);
      assertThat(warnings).isEmpty();
      assertThat(lock).isNotNull();
    }
  }

  private static ExecutionInterceptor withoutConditions() {
    return new ExecutionInterceptor() {
      @Override
      public SdkRequest modifyRequest(
          Context.ModifyRequest context, ExecutionAttributes attributes) {
        return context.request() instanceof PutObjectRequest put
            ? put.toBuilder().ifNoneMatch(null).ifMatch(null).build()
            : context.request();
      }
    };
  }
}
