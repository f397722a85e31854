package io.quorate.cli.backup.store;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps other runs off a backup on object storage, which has no locks: an object that says who
 * works on it. It is written only if it is not there, or is still the one that is taken over: so of
 * two runs that begin at a time one is refused.
 *
 * <p>A run that is killed leaves it. So a run writes it again each minute while it goes on, however
 * little it has to write else, and after {@link #SILENCE} without that, another one takes it over.
 * Were the first one alive all the same, it finds out before it writes anything else, and stops. A
 * request that it has made before may reach the server much later: so files of records are called
 * by their {@link #run}, too, and the others are written only in place of those that the run knew.
 */
final class S3Lock implements Closeable {
  static final String NAME = "backup.lock";

  /** A run that was not heard of for so long is taken as killed. */
  static final Duration SILENCE = Duration.ofHours(1);

  /** How often a run writes it again. */
  static final Duration HEARD_EACH = Duration.ofMinutes(1);

  /** Of a process that ends, with what it does afterwards, before it is killed. */
  private static final Duration LOOK_MAX = Duration.ofSeconds(2);

  private static final int BYTES_MAX = 64 << 10;

  private static final String CANNOT_LOCK =
      "the server cannot keep two runs off each other, as it has no conditional writes: see to it"
          + " that only one at a time works on a backup";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final S3Bucket bucket;
  private final S3Address backup;
  private final InstantSource clock;
  private final Consumer<String> warnings;
  private final Holder holder;
  private final Duration heardEach;
  private final ScheduledExecutorService keeper =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "backup-lock-keeper");
            thread.setDaemon(true);
            return thread;
          });

  /** When it was last written. Guarded by this object's monitor. */
  private Instant heard;

  /**
   * Who works on a backup.
   *
   * @param run of its own for each run
   * @param who for people
   * @param since as an ISO instant
   */
  record Holder(
      @JsonProperty("run") String run,
      @JsonProperty("who") String who,
      @JsonProperty("since") String since) {}

  private S3Lock(
      S3Bucket bucket,
      S3Address backup,
      InstantSource clock,
      Consumer<String> warnings,
      Holder holder,
      Duration heardEach) {
    this.bucket = bucket;
    this.backup = backup;
    this.clock = clock;
    this.warnings = warnings;
    this.holder = holder;
    this.heardEach = heardEach;
    this.heard = clock.instant();
  }

  /**
   * Takes the lock.
   *
   * @param takeOver whether to take it from a run that was heard of lately
   * @param heardEach how often it is written again
   * @throws BackupStore.BusyException if another run holds it
   */
  static S3Lock take(
      S3Bucket bucket,
      S3Address backup,
      InstantSource clock,
      boolean takeOver,
      Consumer<String> warnings,
      Duration heardEach)
      throws IOException {
    S3Lock lock = new S3Lock(bucket, backup, clock, warnings, self(clock), heardEach);
    S3Bucket.Part there = lock.read();
    if (there != null && !takeOver && !isSilent(there, clock)) {
      throw lock.busy(there);
    }
    switch (lock.write(there)) {
      case WRITTEN -> {
        if (lock.passesOverConditions()) {
          warnings.accept(CANNOT_LOCK);
        }
      }
      case REFUSED -> {
        S3Bucket.Part now = lock.read();
        if (!lock.isOurs(now)) { // else an answer was lost, and it was sent again
          throw lock.busy(now);
        }
      }
      case UNKNOWN_TO_SERVER -> {
        warnings.accept(CANNOT_LOCK);
        byte[] content = lock.content();
        bucket.put(lock.object(), content, content.length);
      }
    }
    lock.keep();
    return lock;
  }

  private void keep() {
    var unused =
        keeper.scheduleWithFixedDelay(
            this::holdOn, heardEach.toNanos(), heardEach.toNanos(), TimeUnit.NANOSECONDS);
  }

  private synchronized void holdOn() {
    if (keeper.isShutdown()) {
      return; // it waited for the close
    }
    try {
      hold();
    } catch (IOException | RuntimeException failed) {
      // The next attempt is in a minute. If another run has taken over, the next write finds out.
    }
  }

  private static Holder self(InstantSource clock) {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException unnamed) {
      host = "unknown host";
    }
    return new Holder(
        UUID.randomUUID().toString(),
        "%s@%s, process %d"
            .formatted(System.getProperty("user.name"), host, ProcessHandle.current().pid()),
        clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  /** A server refuses requests of a machine whose clock is wrong by more than 15 minutes. */
  private static boolean isSilent(S3Bucket.Part there, InstantSource clock) {
    return there.modified().plus(SILENCE).isBefore(clock.instant());
  }

  /** The beginning of the random id of this run: eight hexadecimal digits. */
  String run() {
    return holder.run().substring(0, 8);
  }

  private S3Address object() {
    return backup.below(NAME);
  }

  private S3Bucket.@Nullable Part read() throws IOException {
    try {
      return bucket.read(object(), 0, BYTES_MAX, null);
    } catch (NoSuchFileException none) {
      return null;
    }
  }

  private S3Bucket.Outcome write(S3Bucket.@Nullable Part inPlaceOf) throws IOException {
    return bucket.put(
        object(),
        content(),
        inPlaceOf == null
            ? new S3Bucket.Condition.Absent()
            : new S3Bucket.Condition.Unchanged(inPlaceOf.etag()));
  }

  /**
   * Whether the server passes over conditions. Some do without a word, and write. So the lock,
   * which is there, is written once more on the condition that it is not there. A server that fails
   * at that, or refuses it otherwise than with the status for it, has not passed over it.
   */
  private boolean passesOverConditions() {
    try {
      return write(null) != S3Bucket.Outcome.REFUSED;
    } catch (IOException notWritten) {
      return false; // nor is anything known: what is written next finds out whether it is there
    }
  }

  private byte[] content() throws IOException {
    return MAPPER.writeValueAsBytes(holder);
  }

  private static @Nullable Holder holder(S3Bucket.Part there) throws IOException {
    try {
      return MAPPER.readValue(there.bytes(), Holder.class);
    } catch (JacksonException notOurs) {
      return null;
    }
  }

  private boolean isOurs(S3Bucket.@Nullable Part there) throws IOException {
    return there != null && holder.equals(holder(there));
  }

  private BackupStore.BusyException busy(S3Bucket.@Nullable Part there) throws IOException {
    Holder other = there == null ? null : holder(there);
    return new BackupStore.BusyException(
        "%s: another run works on this backup%s: wait until it has ended. If it was killed, give --take-over, or wait for %d minutes after that"
            .formatted(
                backup,
                other == null || there == null
                    ? ""
                    : ", of %s, since %s, last heard of at %s"
                        .formatted(
                            other.who(),
                            other.since(),
                            there.modified().truncatedTo(ChronoUnit.SECONDS)),
                SILENCE.toMinutes()));
  }

  /**
   * Says that this run goes on; called before anything is written, and each minute.
   *
   * @throws IOException if another one has taken over
   */
  synchronized void hold() throws IOException {
    S3Bucket.Part there = read();
    if (!isOurs(there)) {
      throw takenOver();
    }
    Instant now = clock.instant();
    if (heard.plus(heardEach).isAfter(now)) {
      return;
    }
    switch (write(there)) {
      case WRITTEN -> {}
      case REFUSED -> {
        if (!isOurs(read())) { // as in take
          throw takenOver();
        }
        return; // whether it was written is not known: the next time says so
      }
      case UNKNOWN_TO_SERVER -> {
        byte[] content = content();
        bucket.put(object(), content, content.length);
      }
    }
    heard = now;
  }

  /**
   * Whether another run has taken over. No if that cannot be found out within {@link #LOOK_MAX},
   * whatever the client of the server tries until then.
   */
  boolean isLost() {
    FutureTask<Boolean> look =
        new FutureTask<>(
            () -> {
              S3Bucket.Part there = read();
              return !isOurs(there);
            });
    Thread looking = new Thread(look, "backup-lock");
    looking.setDaemon(true);
    boolean interrupted = Thread.interrupted(); // or nothing could be waited for
    looking.start();
    try {
      return look.get(LOOK_MAX.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException unknown) {
      return false;
    } catch (InterruptedException again) {
      interrupted = true;
      return false;
    } finally {
      look.cancel(true);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private IOException takenOver() {
    return new BackupStore.BusyException(
        backup + ": another run has taken over this backup, so this one stops");
  }

  /** Lets others work on the backup. */
  @Override
  public synchronized void close() {
    keeper.shutdown();
    try {
      S3Bucket.Part there = read();
      if (isOurs(there)) {
        bucket.delete(object());
      }
    } catch (IOException failed) {
      // What was done is done all the same.
      warnings.accept(failed.getMessage() + "; the next run has to take over: give --take-over");
    }
  }
}
