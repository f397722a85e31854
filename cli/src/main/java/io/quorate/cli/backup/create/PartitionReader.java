package io.quorate.cli.backup.create;

import io.quorate.cli.backup.file.Coverage;
import io.quorate.cli.backup.file.DataFile;
import io.quorate.cli.backup.file.FilePage;
import io.quorate.cli.backup.file.Ledger;
import io.quorate.cli.backup.file.Segment;
import io.quorate.cli.backup.run.Reasons;
import io.quorate.cli.backup.run.Tally;
import io.quorate.cli.backup.run.WorkerThreads;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One thread of a backup: reads partitions into files of its own. A file has several partitions,
 * and a large partition several files. If the backup stops, the thread still keeps what it has
 * read, so that a later run need not read it again. If the process is killed, what is in the file
 * that is being written is lost: so no file is written for longer than {@link #FILE_TIME}, however
 * little there is to write, as in a backup of which the base has nearly all.
 */
final class PartitionReader {
  /** Time from which on a file is closed. */
  static final Duration FILE_TIME = Duration.ofMinutes(5);

  private final Pages pages;
  private final Ledger ledger;
  private final Tally tally;
  private final WorkerThreads workers;
  private final InstantSource clock;

  /** Bytes from which on a file is closed. */
  private final long fileBytes;

  private @Nullable DataFile file;

  /** When the file was begun. */
  private Instant fileBegan = Instant.MIN;

  /** Where pages come from. */
  interface Pages {
    /** Begins to read a partition. */
    Reading of(String tenant, int partition) throws IOException;
  }

  /** A partition while it is read, from low keys to high ones. */
  interface Reading extends Closeable {
    /** Returns the page with which a part begins. */
    FilePage page(Coverage.Part part) throws IOException, InterruptedException;
  }

  PartitionReader(
      Pages pages,
      Ledger ledger,
      Tally tally,
      WorkerThreads workers,
      InstantSource clock,
      long fileBytes) {
    this.pages = pages;
    this.ledger = ledger;
    this.tally = tally;
    this.workers = workers;
    this.clock = clock;
    this.fileBytes = fileBytes;
  }

  /** Reads parts until there are no more. */
  void run(Queue<Coverage.Part> parts) throws IOException, InterruptedException {
    try {
      readAll(parts);
    } catch (Throwable failed) {
      discard(failed);
      throw failed;
    }
  }

  private void readAll(Queue<Coverage.Part> parts) throws IOException, InterruptedException {
    try {
      Coverage.Part part = parts.poll();
      while (part != null && !workers.isStopped()) {
        read(part);
        part = parts.poll();
      }
    } catch (Reasons.AtException failed) {
      keep(failed);
      throw failed;
    }
    keep();
  }

  private void read(Coverage.Part from) throws IOException, InterruptedException {
    try (Reading reading = pages.of(from.tenant(), from.partition())) {
      Coverage.Part part = from;
      while (!workers.isStopped()) {
        FilePage page = reading.page(part);
        append(part, page);
        byte[] next = page.next();
        if (next == null) {
          tally.done(1);
          return;
        }
        part = new Coverage.Part(part.tenant(), part.partition(), Segment.text(next));
      }
    }
  }

  private void append(Coverage.Part part, FilePage page) throws IOException {
    if (file == null) {
      file = ledger.begin();
      fileBegan = clock.instant();
    }
    file.add(part, page);
    tally.records(page.records().size(), 0);
    if (file.bytes() >= fileBytes || !clock.instant().isBefore(fileBegan.plus(FILE_TIME))) {
      keep();
    }
  }

  /** Keeps what was read before a failure, if it can be kept. */
  private void keep(Reasons.AtException failed) {
    try {
      keep();
    } catch (IOException unwritten) {
      failed.addSuppressed(unwritten);
    }
  }

  private void keep() throws IOException {
    if (file != null) {
      ledger.add(file.commit());
      file.close();
      file = null;
    }
  }

  /** Discards what is in no file after a failure, which says more to people than one of this. */
  private void discard(Throwable failed) {
    if (file != null) {
      try {
        file.close();
      } catch (IOException undiscarded) {
        failed.addSuppressed(undiscarded);
      }
    }
  }
}
