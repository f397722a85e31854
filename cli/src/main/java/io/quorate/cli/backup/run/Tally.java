package io.quorate.cli.backup.run;

import io.quorate.cli.output.Bytes;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** How far a backup or a restore is; any thread may ask. */
public final class Tally {
  private final AtomicLong done;
  private final AtomicLong keys = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong readAgain = new AtomicLong();
  private final long startNanos = System.nanoTime();

  public Tally() {
    this(new AtomicLong());
  }

  private Tally(AtomicLong done) {
    this.done = done;
  }

  /** Counts more of what the progress is measured by. */
  public void done(long more) {
    done.addAndGet(more);
  }

  /** Counts keys that were read or stored, and bytes of them and their contents. */
  public void records(long moreKeys, long moreBytes) {
    keys.addAndGet(moreKeys);
    bytes.addAndGet(moreBytes);
  }

  /** Returns another one, that counts what is done here, too, and records for itself. */
  public Tally beside() {
    return new Tally(done);
  }

  /** Counts a page that was asked for again, with all contents. */
  public void readAgain() {
    readAgain.incrementAndGet();
  }

  /** Pages that were asked for again in this run, as the base does not have what was left out. */
  public long pagesReadAgain() {
    return readAgain.get();
  }

  /** Returns how much was counted of what the progress is measured by. */
  public long done() {
    return done.get();
  }

  /** Keys of this run. */
  public long keys() {
    return keys.get();
  }

  /** Bytes of keys and contents that passed the network in this run. */
  public long bytes() {
    return bytes.get();
  }

  /** Returns for how long this run has lasted. */
  public double seconds() {
    return (double) (System.nanoTime() - startNanos) / TimeUnit.SECONDS.toNanos(1);
  }

  /** For a line of progress. */
  public String text() {
    return String.format(
        Locale.ROOT,
        "%,d keys, %s, %s/s",
        keys(),
        Bytes.text(bytes()),
        Bytes.text(Math.round(bytes() / Math.max(seconds(), 1e-3))));
  }
}
