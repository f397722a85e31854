package io.quorate.cli.backup.create;

import io.quorate.cli.backup.file.Coverage;
import io.quorate.cli.backup.file.FilePage;
import io.quorate.cli.backup.file.StoredRecord;
import io.quorate.cli.backup.run.PageReader;
import io.quorate.client.admin.BackupPage;
import io.quorate.client.admin.BackupRecord;
import io.quorate.client.admin.Tenant;
import java.util.ArrayList;
import java.util.List;

/** Reads a partition with all contents. */
final class FullReading implements PartitionReader.Reading {
  private final PageReader pages;
  private final Tenant tenant;

  FullReading(PageReader pages, Tenant tenant) {
    this.pages = pages;
    this.tenant = tenant;
  }

  @Override
  public FilePage page(Coverage.Part part) throws InterruptedException {
    BackupPage page = pages.page(tenant, part, 0);
    List<StoredRecord> records = new ArrayList<>(page.records().size());
    long bytes = 0;
    for (BackupRecord each : page.records()) {
      records.add(StoredRecord.of(each.key(), each.content()));
      bytes += each.key().length + each.content().length;
    }
    return new FilePage(records, page.next(), page.isPotentiallyStale(), page.hlc(), bytes);
  }

  @Override
  public void close() {}
}
