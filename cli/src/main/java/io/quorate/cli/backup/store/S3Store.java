package io.quorate.cli.backup.store;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/**
 * A prefix of its own for a backup, in a bucket. A server makes an object appear as a whole, so
 * files are written under their names.
 */
public final class S3Store implements BackupStore {
  private static final int ATTEMPTS_MAX = 7;

  /** After the first attempt; twice as long after each further one, six seconds in all. */
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

  private final S3Bucket bucket;
  private final S3Address backup;
  private final InstantSource clock;
  private final boolean takeOver;
  private final Consumer<String> warnings;
  private final Duration heardEach;

  /** Held while this run writes. */
  private volatile @Nullable S3Lock lock;

  /**
   * @param takeOver whether to take the backup over from a run that may still work on it
   */
  public S3Store(
      S3Bucket bucket,
      S3Address backup,
      InstantSource clock,
      boolean takeOver,
      Consumer<String> warnings) {
    this(bucket, backup, clock, takeOver, warnings, S3Lock.HEARD_EACH);
  }

  /**
   * @param heardEach how often a run says that it goes on
   */
  S3Store(
      S3Bucket bucket,
      S3Address backup,
      InstantSource clock,
      boolean takeOver,
      Consumer<String> warnings,
      Duration heardEach) {
    this.bucket = bucket;
    this.backup = backup;
    this.clock = clock;
    this.takeOver = takeOver;
    this.warnings = warnings;
    this.heardEach = heardEach;
  }

  @Override
  public String place() {
    return backup.toString();
  }

  @Override
  public String name() {
    return backup.name();
  }

  @Override
  public BackupPlace beside() {
    return new S3Place(bucket, backup.above(), takeOver, warnings);
  }

  @Override
  public boolean holdsBackup() throws IOException {
    return bucket.objects(backup).keySet().stream()
        .anyMatch(name -> FileNames.isOurs(name) || name.equals(S3Lock.NAME));
  }

  @Override
  public Closeable lock() throws IOException {
    if (!holdsBackup() && bucket.holdsAnything(backup)) {
      throw new IOException(place() + ": is no backup, and holds other files: give another name");
    }
    S3Lock taken = S3Lock.take(bucket, backup, clock, takeOver, warnings, heardEach);
    lock = taken;
    return () -> {
      lock = null;
      taken.close();
    };
  }

  /** What a run that was killed left cannot be told here from what a run works on. */
  @Override
  public boolean lockEndsWithItsRun() {
    return false;
  }

  @Override
  public @Nullable Closeable lockIfLeft() {
    return null;
  }

  @Override
  public boolean isTakenOver() {
    S3Lock held = lock;
    return held != null && held.isLost();
  }

  private void hold() throws IOException {
    S3Lock held = lock;
    if (held != null) {
      held.hold();
    }
  }

  @Override
  public SortedMap<String, Long> list() throws IOException {
    SortedMap<String, Long> found = bucket.objects(backup);
    found.keySet().removeIf(name -> !FileNames.isOurs(name));
    return found;
  }

  @Override
  public String dataName(int number) {
    S3Lock held = lock;
    return held == null ? FileNames.data(number) : FileNames.data(number, held.run());
  }

  @Override
  public NewFile create(String name) {
    return new S3File(bucket, backup.below(name), this::hold);
  }

  @Override
  public InputStream read(String name) throws IOException {
    return new S3Input(bucket, backup.below(name), 0, S3Input.PART_BYTES);
  }

  @Override
  public InputStream read(String name, long from) throws IOException {
    return new S3Input(bucket, backup.below(name), from, S3Input.SMALL_PART_BYTES);
  }

  /**
   * Writes a file in place of the one that this run knows. A request may reach the server long
   * after another run has taken over, and must not undo what that one has written meanwhile.
   *
   * <p>A write that is refused does not say that another run has taken over: what the run before
   * was sending may have arrived only now, and S3 answers 409 while an earlier attempt of the same
   * write goes on. The lock says who may write, so it is asked, and the file is written again.
   */
  @Override
  public void put(String name, byte[] content) throws IOException {
    S3Address object = backup.below(name);
    Duration pause = FIRST_PAUSE;
    for (int attempt = 1; !isWritten(object, content); attempt++) {
      if (isThere(name, content)) {
        return; // an answer was lost, and it was sent again
      }
      if (attempt == ATTEMPTS_MAX) {
        throw new BusyException(
            "%s: was written by something else %d times meanwhile, so this run stops"
                .formatted(object, attempt));
      }
      sleep(pause);
      pause = pause.multipliedBy(2);
    }
  }

  /**
   * Writes a file unless something else writes it at the same time.
   *
   * @throws BusyException if another run has taken over
   */
  private boolean isWritten(S3Address object, byte[] content) throws IOException {
    // Before it is known that this run has the lock still: so it is no later run's.
    S3Bucket.Condition before = bucket.asItIs(object);
    hold();
    return switch (bucket.put(object, content, before)) {
      case WRITTEN -> true;
      case REFUSED -> false;
      case UNKNOWN_TO_SERVER -> {
        bucket.put(object, content, content.length);
        yield true;
      }
    };
  }

  private static void sleep(Duration pause) throws InterruptedIOException {
    try {
      TimeUnit.NANOSECONDS.sleep(pause.toNanos());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  private boolean isThere(String name, byte[] content) throws IOException {
    try (InputStream in = read(name)) {
      return Arrays.equals(in.readAllBytes(), content);
    } catch (NoSuchFileException none) {
      return false;
    }
  }

  @Override
  public void delete(String name) throws IOException {
    hold();
    bucket.delete(backup.below(name));
  }

  @Override
  public void discardUnfinished() throws IOException {
    for (MultipartUpload each : bucket.uploads(backup)) {
      if (each.key().startsWith(backup.folder())
          && FileNames.isOurs(each.key().substring(backup.folder().length()))) {
        bucket.abort(new S3Address(backup.bucket(), each.key()), each.uploadId());
      }
    }
  }

  @Override
  public boolean remove() throws IOException {
    discardUnfinished();
    hold();
    bucket.delete(backup.below(S3Lock.NAME));
    return !bucket.holdsAnything(backup);
  }
}
