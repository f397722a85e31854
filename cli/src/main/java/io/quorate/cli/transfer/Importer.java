package io.quorate.cli.transfer;

import io.quorate.cli.command.FailureKind;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.WriteOptions;
import io.quorate.client.WriteResult;
import io.quorate.client.WrongModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Stores the records of a source, many at a time and each until it is stored: a failure that time
 * may heal is tried again until it has lasted for {@code giveUp}, longer than a node takes to be
 * missed or restarted. Only then, or on a failure that time does not heal, the import stops, and
 * its watermark tells where to go on. Records of one key are stored one after the other, in the
 * order of the file, so that the last one is what the key has at the end.
 */
final class Importer {
  private static final long BACKOFF_MILLIS_MIN = 50;
  private static final long BACKOFF_MILLIS_MAX = 2_000;

  /** Past this many bytes in flight reading waits, for values may be large. */
  private static final long BYTES_IN_FLIGHT_MAX = 16 << 20;

  private final Store store;
  private final WriteOptions options;
  private final int outstanding;
  private final long giveUpNanos;
  private final LongSupplier nowMillis;
  private final BiConsumer<Long, String> onBadLine;

  /** All below is guarded by this object's monitor. */
  private final Watermark watermark;

  /** Records under way, by key, in the order of the file: the others wait for the first. */
  private final Map<ByteBuffer, Deque<Attempts>> underWay = new HashMap<>();

  private long stored;
  private long storedBytes;
  private long bad;
  private long skipped;
  private long retries;
  private int inFlight;
  private long bytesInFlight;
  private @Nullable Throwable fatal;

  /**
   * How far an import is.
   *
   * @param line highest line such that it and all before it are dealt with
   * @param stored records stored by this run
   * @param storedBytes bytes of their keys and values
   * @param bad records that cannot be stored
   * @param skipped empty lines and records that have expired
   * @param retries attempts after the first
   */
  record Progress(long line, long stored, long storedBytes, long bad, long skipped, long retries) {}

  /** Where records go, as {@link io.quorate.client.AsyncKeyValue} takes them. */
  interface Store {
    CompletableFuture<WriteResult> put(byte[] key, byte[] value, WriteOptions options);
  }

  /**
   * @param outstanding records under way at a time
   * @param resumeAfter lines up to this one are dealt with already
   * @param nowMillis the time, in milliseconds since 1970
   * @param onBadLine told the line and the reason of each record that cannot be stored
   */
  Importer(
      Store store,
      WriteOptions options,
      int outstanding,
      Duration giveUp,
      long resumeAfter,
      LongSupplier nowMillis,
      BiConsumer<Long, String> onBadLine) {
    this.store = store;
    this.options = options;
    this.outstanding = outstanding;
    this.giveUpNanos = giveUp.toNanos();
    this.watermark = new Watermark(resumeAfter);
    this.nowMillis = nowMillis;
    this.onBadLine = onBadLine;
  }

  /**
   * Stores all records.
   *
   * @param onTurn called now and then by the reading thread, to show and save progress
   * @return null once all are dealt with; else what stopped the import
   */
  @Nullable Throwable run(RecordSource source, Runnable onTurn)
      throws IOException, InterruptedException {
    long resumeAfter = progress().line();
    Item item = source.next();
    while (item != null && !stopped()) {
      if (item.lastLine() > resumeAfter) {
        begin(item, onTurn);
      }
      onTurn.run();
      item = source.next();
    }
    awaitInFlight(0, onTurn);
    return fatal();
  }

  private void begin(Item item, Runnable onTurn) throws InterruptedException {
    switch (item) {
      case Item.Good good -> {
        awaitInFlight(outstanding - 1, onTurn);
        Attempts attempts = new Attempts(good, enter(good));
        if (queue(attempts)) {
          attempts.next();
        }
      }
      case Item.Bad wrong -> leaveBad(wrong.line(), wrong.reason(), enterIdle(wrong.lastLine()));
      case Item.Skipped empty -> leaveSkipped(enterIdle(empty.lastLine()));
    }
  }

  /** Waits until no more than {@code most} records, and not too many bytes, are under way. */
  private void awaitInFlight(int most, Runnable onTurn) throws InterruptedException {
    while (true) {
      synchronized (this) {
        if (inFlight <= most && (bytesInFlight <= BYTES_IN_FLIGHT_MAX || inFlight == 0)) {
          return;
        }
        wait(TimeUnit.SECONDS.toMillis(1));
      }
      onTurn.run();
    }
  }

  private synchronized Watermark.Mark enter(Item.Good good) {
    inFlight++;
    bytesInFlight += bytes(good);
    return watermark.begin(good.lastLine());
  }

  /** Puts a record behind those of its key that are under way; returns whether there are none. */
  private synchronized boolean queue(Attempts attempts) {
    Deque<Attempts> sameKey = underWay.computeIfAbsent(attempts.key(), key -> new ArrayDeque<>());
    sameKey.add(attempts);
    return sameKey.peek() == attempts;
  }

  /** Takes a record away; returns the one that has waited for it, null if there is none. */
  private synchronized @Nullable Attempts leave(Attempts attempts) {
    inFlight--;
    bytesInFlight -= bytes(attempts.good);
    notifyAll();
    Deque<Attempts> sameKey = Objects.requireNonNull(underWay.get(attempts.key()));
    sameKey.poll();
    if (sameKey.isEmpty()) {
      underWay.remove(attempts.key());
    }
    return sameKey.peek();
  }

  private synchronized Watermark.Mark enterIdle(long lastLine) {
    return watermark.begin(lastLine);
  }

  private static long bytes(Item.Good good) {
    return (long) good.entry().key().length + good.entry().value().length;
  }

  private synchronized void leaveBad(long line, String reason, Watermark.Mark mark) {
    bad++;
    watermark.done(mark);
    onBadLine.accept(line, reason);
  }

  private synchronized void leaveSkipped(Watermark.Mark mark) {
    skipped++;
    watermark.done(mark);
  }

  private synchronized boolean stopped() {
    return fatal != null;
  }

  private synchronized @Nullable Throwable fatal() {
    return fatal;
  }

  /** How far it is now. */
  synchronized Progress progress() {
    return new Progress(watermark.line(), stored, storedBytes, bad, skipped, retries);
  }

  /** One record, from the first attempt until it is stored or cannot be. */
  private final class Attempts implements BiConsumer<@Nullable WriteResult, @Nullable Throwable> {
    private final Item.Good good;
    private final Watermark.Mark mark;
    private long firstFailureNanos;
    private long backoffMillis;

    private Attempts(Item.Good good, Watermark.Mark mark) {
      this.good = good;
      this.mark = mark;
    }

    private ByteBuffer key() {
      return ByteBuffer.wrap(good.entry().key());
    }

    /** Expiry is told as a moment and stored as a duration, which is shorter at each attempt. */
    private void next() {
      long expiresAtMillis = good.entry().expiresAtMillis();
      long ttlMillis = expiresAtMillis - nowMillis.getAsLong();
      if (expiresAtMillis != 0 && ttlMillis <= 0) {
        leaveSkipped(mark);
        leave();
        return;
      }
      WriteOptions with =
          expiresAtMillis == 0 ? options : options.ttl(Duration.ofMillis(ttlMillis));
      var unused = store.put(good.entry().key(), good.entry().value(), with).whenComplete(this);
    }

    /** Begins once no earlier record of the key is under way. */
    private void beginInTurn() {
      if (stopped()) {
        leave();
      } else {
        next();
      }
    }

    @Override
    public void accept(@Nullable WriteResult result, @Nullable Throwable failure) {
      if (failure == null) {
        onStored();
      } else if (FailureKind.root(failure) instanceof InvalidRequestException invalid
          && !(invalid instanceof WrongModelException)) {
        leaveBad(good.line(), String.valueOf(invalid.getMessage()), mark);
        leave();
      } else if (FailureKind.worthRetrying(failure) && !expired() && !stopped()) {
        later().execute(this::next);
      } else {
        stop(failure);
        leave();
      }
    }

    private boolean expired() {
      long now = System.nanoTime();
      if (backoffMillis == 0) {
        firstFailureNanos = now;
      }
      return now - firstFailureNanos > giveUpNanos;
    }

    private Executor later() {
      backoffMillis = Math.clamp(2 * backoffMillis, BACKOFF_MILLIS_MIN, BACKOFF_MILLIS_MAX);
      synchronized (Importer.this) {
        retries++;
      }
      return CompletableFuture.delayedExecutor(backoffMillis, TimeUnit.MILLISECONDS);
    }

    private void onStored() {
      synchronized (Importer.this) {
        stored++;
        storedBytes += bytes(good);
        watermark.done(mark);
      }
      leave();
    }

    private void stop(Throwable failure) {
      synchronized (Importer.this) {
        if (fatal == null) {
          fatal = failure;
        }
      }
    }

    private void leave() {
      Attempts following = Importer.this.leave(this);
      if (following != null) {
        // In another thread, else the stack would grow with each record that ends at once.
        var unused = CompletableFuture.runAsync(following::beginInTurn);
      }
    }
  }
}
