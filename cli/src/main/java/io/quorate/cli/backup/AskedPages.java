package io.quorate.cli.backup;

import io.quorate.cli.backup.file.Coverage;
import io.quorate.cli.backup.file.Segment;
import io.quorate.client.admin.BackupPage;
import io.quorate.client.admin.BackupRecord;
import io.quorate.client.admin.Backups;

/** Asks a cluster for pages of partitions, again if need be, and no faster than is wanted. */
final class AskedPages {
  private final Backups backups;
  private final long cut;
  private final Patience patience;
  private final Pace pace;
  private final Tally tally;

  /**
   * @param cut of which is read; 0: of none
   */
  AskedPages(Backups backups, long cut, Patience patience, Pace pace, Tally tally) {
    this.backups = backups;
    this.cut = cut;
    this.patience = patience;
    this.pace = pace;
    this.tally = tally;
  }

  /**
   * Returns the page with which a part begins.
   *
   * @param since as of {@link Backups#read(String, int, byte[], long, long)}
   */
  BackupPage page(Coverage.Part part, long since) throws InterruptedException {
    BackupPage page;
    try {
      page =
          patience.call(
              () ->
                  backups.read(
                      part.tenant(), part.partition(), Segment.key(part.after()), cut, since));
    } catch (RuntimeException failed) {
      throw new Reasons.AtException(
          "partition %d of tenant '%s'".formatted(part.partition(), part.tenant()), failed);
    }
    long bytes = 0;
    for (BackupRecord record : page.records()) {
      bytes += record.key().length + record.content().length;
    }
    tally.records(0, bytes);
    pace.take(bytes);
    return page;
  }
}
