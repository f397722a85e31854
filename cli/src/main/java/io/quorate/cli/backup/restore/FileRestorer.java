package io.quorate.cli.backup.restore;

import io.quorate.cli.backup.chain.Chain;
import io.quorate.cli.backup.chain.Contents;
import io.quorate.cli.backup.chain.FileCheck;
import io.quorate.cli.backup.file.Block;
import io.quorate.cli.backup.file.BlockReader;
import io.quorate.cli.backup.file.FileEntry;
import io.quorate.cli.backup.file.StoredRecord;
import io.quorate.cli.backup.run.Pace;
import io.quorate.cli.backup.run.Reasons;
import io.quorate.cli.backup.run.Tally;
import io.quorate.cli.backup.run.WorkerThreads;
import io.quorate.cli.command.Patience;
import io.quorate.client.admin.BackupRecord;
import io.quorate.client.admin.Backups;
import io.quorate.client.admin.Tenant;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/** One thread of a restore: reads files, and stores what they have of the tenants, in batches. */
final class FileRestorer {
  /** A node takes a batch in at once, and its clients wait meanwhile. */
  private static final long BATCH_BYTES = 64 << 10;

  private static final int BATCH_RECORDS = 100;

  private final Backups backups;
  private final Chain chain;
  private final FileCheck check;
  private final Map<String, Tenant> targets;
  private final Patience patience;
  private final Pace pace;
  private final Tally tally;
  private final WorkerThreads workers;
  private final List<BackupRecord> batch = new ArrayList<>();
  private String tenant = "";
  private long batchBytes;

  /**
   * @param check looks at each file before any of it is stored
   * @param targets tenants as their restores were begun, by their names in the backup
   */
  FileRestorer(
      Backups backups,
      Chain chain,
      FileCheck check,
      Map<String, Tenant> targets,
      Patience patience,
      Pace pace,
      Tally tally,
      WorkerThreads workers) {
    this.backups = backups;
    this.chain = chain;
    this.check = check;
    this.targets = Map.copyOf(targets);
    this.patience = patience;
    this.pace = pace;
    this.tally = tally;
    this.workers = workers;
  }

  /** Restores files until there are no more. */
  void run(Queue<FileEntry> files) throws IOException, InterruptedException {
    FileEntry file = files.poll();
    while (file != null && !workers.isStopped()) {
      restore(file);
      file = files.poll();
    }
  }

  private void restore(FileEntry file) throws IOException, InterruptedException {
    check.check(chain.store(), file);
    try (InputStream in = chain.store().read(file.name());
        BlockReader blocks = new BlockReader(file.name(), in, chain.base() != null);
        Contents contents = new Contents(chain, check)) {
      Block block = blocks.next();
      while (block != null && !workers.isStopped()) {
        add(file, block, contents);
        block = blocks.next();
      }
    }
    if (!workers.isStopped()) {
      flush();
    }
  }

  private void add(FileEntry file, Block block, Contents contents)
      throws IOException, InterruptedException {
    if (!targets.containsKey(block.tenant())) {
      return;
    }
    if (!block.tenant().equals(tenant)) {
      flush();
      tenant = block.tenant();
    }
    for (StoredRecord record : block.records()) {
      byte[] content = contents.of(block, record);
      if (content == null) {
        throw Contents.missing(file.name(), block, record);
      }
      long bytes = (long) record.key().length + content.length;
      if (batch.size() == BATCH_RECORDS || batchBytes + bytes > BATCH_BYTES) {
        flush();
      }
      batch.add(BackupRecord.of(record.key(), content));
      batchBytes += bytes;
    }
  }

  private void flush() throws InterruptedException {
    Tenant target = targets.get(tenant);
    if (batch.isEmpty() || target == null) {
      return;
    }
    List<BackupRecord> records = List.copyOf(batch);
    pace.take(batchBytes);
    try {
      patience.call(
          () -> {
            backups.restore(target, records);
            return records;
          });
    } catch (RuntimeException failed) {
      throw new Reasons.AtException("tenant '%s'".formatted(target.name()), failed);
    }
    tally.records(records.size(), batchBytes);
    tally.done(batchBytes);
    batch.clear();
    batchBytes = 0;
  }
}
