package io.quorate.cli.backup.create;

import io.quorate.cli.backup.chain.KeyReader;
import io.quorate.cli.backup.file.Coverage;
import io.quorate.cli.backup.file.FilePage;
import io.quorate.cli.backup.file.StoredRecord;
import io.quorate.cli.backup.run.PageReader;
import io.quorate.cli.backup.run.Tally;
import io.quorate.client.admin.BackupPage;
import io.quorate.client.admin.BackupRecord;
import io.quorate.client.admin.Tenant;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a partition of which a backup is there: what a key has is kept only if the base does not
 * have it. Nodes send a hash in the place of contents that are old enough to be in the base, and
 * each is compared with what the base has. A content that the base does not have, though it is old,
 * is asked for: such as that of a write that had reached a minority of the replicas then.
 */
final class IncrementalReading implements PartitionReader.Reading {
  private final PageReader pages;
  private final Tenant tenant;
  private final KeyReader base;
  private final long since;
  private final Tally tally;

  /**
   * Whether the next page is asked for with all contents. It is after a page of which a hash was
   * not that of the base, and as long as there are changes: counters, sets and maps do not say when
   * they were changed last, so hashes come of all of theirs.
   */
  private boolean wantsAll;

  /**
   * @param base of the same partition
   * @param since of older contents, nodes send hashes; 0: of none
   */
  IncrementalReading(PageReader pages, Tenant tenant, KeyReader base, long since, Tally tally) {
    this.pages = pages;
    this.tenant = tenant;
    this.base = base;
    this.since = since;
    this.tally = tally;
  }

  @Override
  public FilePage page(Coverage.Part part) throws IOException, InterruptedException {
    if (!wantsAll) {
      FilePage compared = compared(pages.page(tenant, part, since));
      if (compared != null) {
        return compared;
      }
    }
    FilePage all = compared(pages.page(tenant, part, 0));
    if (all == null) {
      throw new IllegalStateException("a page that was asked for with all contents has not all");
    }
    wantsAll = all.asInBase() < all.records().size();
    return all;
  }

  /**
   * Returns a page up to the first content that is not there; null if it begins with one. The page
   * after it has to have all contents then.
   */
  private @Nullable FilePage compared(BackupPage page) throws IOException {
    List<StoredRecord> records = new ArrayList<>(page.records().size());
    byte[] next = page.next();
    long bytes = 0;
    for (BackupRecord each : page.records()) {
      byte[] held = base.find(each.key());
      if (held != null && each.has(held)) {
        records.add(StoredRecord.asInBase(each.key()));
      } else if (!each.isLeftOut()) {
        records.add(StoredRecord.of(each.key(), each.content()));
      } else {
        tally.readAgain();
        wantsAll = true;
        if (records.isEmpty()) {
          return null;
        }
        next = records.getLast().key();
        break;
      }
      bytes += each.key().length + each.contentBytes();
    }
    return new FilePage(records, next, page.isPotentiallyStale(), page.hlc(), bytes);
  }

  @Override
  public void close() throws IOException {
    base.close();
  }
}
