package io.quorate.cli.backup.run;

import io.quorate.cli.backup.file.Coverage;
import io.quorate.cli.backup.file.Segment;
import io.quorate.cli.command.Patience;
import io.quorate.client.ScanEntry;
import io.quorate.client.admin.BackupPage;
import io.quorate.client.admin.BackupRecord;
import io.quorate.client.admin.Backups;
import io.quorate.client.admin.EntryPage;
import io.quorate.client.admin.Tenant;
import java.util.function.Supplier;

/**
 * Reads pages of partitions from a cluster: each again if it fails, and no faster than is wanted.
 */
public final class PageReader {
  private final Backups backups;
  private final long cut;
  private final Patience patience;
  private final Pace pace;
  private final Tally tally;

  /**
   * @param cut of which is read; 0: of none
   */
  public PageReader(Backups backups, long cut, Patience patience, Pace pace, Tally tally) {
    this.backups = backups;
    this.cut = cut;
    this.patience = patience;
    this.pace = pace;
    this.tally = tally;
  }

  /**
   * Returns the page with which a part begins.
   *
   * @param tenant that of the part; what another one of its name has is not read
   * @param since as of {@link Backups#read(String, int, byte[], long, long)}
   */
  public BackupPage page(Tenant tenant, Coverage.Part part, long since)
      throws InterruptedException {
    BackupPage page =
        ask(
            part,
            () -> backups.read(tenant, part.partition(), Segment.key(part.after()), cut, since));
    long bytes = 0;
    for (BackupRecord record : page.records()) {
      bytes += record.key().length + record.content().length;
    }
    took(bytes);
    return page;
  }

  /**
   * Returns the page with which a part begins, as a scan shows it.
   *
   * @param prefix of the keys
   */
  public EntryPage entries(Coverage.Part part, byte[] prefix) throws InterruptedException {
    EntryPage page =
        ask(
            part,
            () ->
                backups.entries(
                    part.tenant(), part.partition(), prefix, Segment.key(part.after()), cut));
    long bytes = 0;
    for (ScanEntry entry : page.entries()) {
      bytes += entry.key().length + entry.value().length;
    }
    took(bytes);
    return page;
  }

  private <T> T ask(Coverage.Part part, Supplier<T> question) throws InterruptedException {
    try {
      return patience.call(question);
    } catch (RuntimeException failed) {
      throw new Reasons.AtException(
          "partition %d of tenant '%s'".formatted(part.partition(), part.tenant()), failed);
    }
  }

  private void took(long bytes) throws InterruptedException {
    tally.records(0, bytes);
    pace.take(bytes);
  }
}
