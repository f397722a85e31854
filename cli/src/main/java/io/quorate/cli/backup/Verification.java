package io.quorate.cli.backup;

import io.quorate.cli.backup.file.Block;
import io.quorate.cli.backup.file.BlockReader;
import io.quorate.cli.backup.file.Coverage;
import io.quorate.cli.backup.file.DamagedException;
import io.quorate.cli.backup.file.FileEntry;
import io.quorate.cli.backup.file.Manifest;
import io.quorate.cli.backup.file.Segment;
import io.quorate.cli.backup.file.Sha256;
import io.quorate.cli.backup.file.TenantEntry;
import io.quorate.cli.backup.store.BackupStore;
import io.quorate.cli.backup.store.FileNames;
import io.quorate.client.admin.BackupRecord;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** Reads all of a backup, and finds what is not as it was written. */
final class Verification {
  private final BackupStore store;
  private final Manifest manifest;
  private final List<String> faults = new ArrayList<>();

  Verification(BackupStore store, Manifest manifest) {
    this.store = store;
    this.manifest = manifest;
  }

  /** Returns what is wrong, each with the file that it is about; empty: nothing is. */
  List<String> faults(Tally tally, OnTurn onTurn) throws IOException {
    long total = manifest.files().stream().mapToLong(FileEntry::bytes).sum();
    SortedMap<String, Long> there = store.list();
    for (FileEntry each : manifest.files()) {
      try {
        requireLength(there, each);
        check(each, tally, () -> onTurn.turn(tally, total));
      } catch (DamagedException damaged) {
        faults.add(String.valueOf(damaged.getMessage()));
      } catch (NoSuchFileException missing) {
        faults.add(each.name() + ": is missing");
      }
    }
    checkCoverage();
    return List.copyOf(faults);
  }

  /** Every partition of every tenant is there, from its beginning to its end, once. */
  private void checkCoverage() {
    Coverage coverage =
        new Coverage(manifest.tenantNames(), manifest.partitions(), manifest.segments());
    coverage.faults().forEach(fault -> faults.add(FileNames.MANIFEST + ": " + fault));
    for (Coverage.Part each : coverage.lacking()) {
      faults.add(
          "%s: no file has partition %d of tenant '%s'%s"
              .formatted(
                  FileNames.MANIFEST,
                  each.partition(),
                  each.tenant(),
                  each.after().isEmpty() ? "" : " after the key (base64) " + each.after()));
    }
    for (TenantEntry tenant : manifest.tenants()) {
      long keys =
          manifest.segments().stream()
              .filter(each -> each.tenant().equals(tenant.name()))
              .mapToLong(Segment::records)
              .sum();
      if (keys != tenant.keys()) {
        faults.add(
            "%s: tenant '%s' has %d keys, and its files have %d"
                .formatted(FileNames.MANIFEST, tenant.name(), tenant.keys(), keys));
      }
    }
  }

  private void check(FileEntry file, Tally tally, Runnable onTurn) throws IOException {
    MessageDigest digest = Sha256.digest();
    Expected expected = new Expected(file);
    try (InputStream in = new DigestInputStream(store.read(file.name()), digest);
        BlockReader blocks = new BlockReader(file.name(), in)) {
      Block block = blocks.next();
      while (block != null) {
        expected.take(block, tally);
        onTurn.run();
        block = blocks.next();
      }
    }
    expected.requireNothingLeft();
    if (!HexFormat.of().formatHex(digest.digest()).equals(file.sha256())) {
      throw new DamagedException(file.name(), "has another SHA-256 than the manifest says");
    }
    tally.done(file.bytes());
  }

  /**
   * Refuses a file that is missing, or shorter or longer than it was written.
   *
   * @param there the bytes of all files by their names
   */
  static void requireLength(Map<String, Long> there, FileEntry file) throws DamagedException {
    Long bytes = there.get(file.name());
    if (bytes == null) {
      throw new DamagedException(file.name(), "is missing");
    }
    if (bytes != file.bytes()) {
      throw new DamagedException(
          file.name(), "has %d bytes, and was written with %d".formatted(bytes, file.bytes()));
    }
  }

  /** What the segments of a file say of its blocks, which come in the same order. */
  private static final class Expected {
    private final String name;
    private final Iterator<Segment> segments;
    private Segment segment;
    private long left;
    private byte[] last;

    private Expected(FileEntry file) throws DamagedException {
      name = file.name();
      if (file.segments().stream().mapToLong(Segment::records).sum() != file.records()) {
        throw new DamagedException(name, "has other numbers of records in the manifest");
      }
      segments = file.segments().iterator();
      if (!segments.hasNext()) {
        throw new DamagedException(name, "has nothing, as the manifest says");
      }
      segment = segments.next();
      left = segment.records();
      last = Segment.key(segment.after());
    }

    private void take(Block block, Tally tally) throws DamagedException {
      while (left == 0 && segments.hasNext()) {
        requireEnd();
        segment = segments.next();
        left = segment.records();
        last = Segment.key(segment.after());
      }
      long bytes = 0;
      for (BackupRecord record : block.records()) {
        if (Arrays.compareUnsigned(record.key(), last) <= 0) {
          throw new DamagedException(name, "has keys out of order in " + segment.where());
        }
        last = record.key();
        bytes += record.key().length + record.content().length;
      }
      left -= block.records().size();
      if (!block.tenant().equals(segment.tenant())
          || block.partition() != segment.partition()
          || left < 0) {
        throw new DamagedException(
            name,
            "has records of partition %d of tenant '%s' where the manifest says %d of %s"
                .formatted(block.partition(), block.tenant(), segment.records(), segment.where()));
      }
      tally.records(block.records().size(), bytes);
    }

    private void requireEnd() throws DamagedException {
      String next = segment.next();
      if (next != null && Arrays.compareUnsigned(last, Segment.key(next)) > 0) {
        throw new DamagedException(
            name, "has keys beyond the part that it has of " + segment.where());
      }
    }

    private void requireNothingLeft() throws DamagedException {
      requireEnd();
      long missing = left;
      while (segments.hasNext()) {
        missing += segments.next().records();
      }
      if (missing != 0) {
        throw new DamagedException(
            name, "has %d records fewer than the manifest says".formatted(missing));
      }
    }
  }
}
