package io.quorate.cli.backup.inventory;

import io.quorate.cli.backup.chain.Chain;
import io.quorate.cli.backup.chain.Contents;
import io.quorate.cli.backup.chain.FileCheck;
import io.quorate.cli.backup.file.Block;
import io.quorate.cli.backup.file.BlockReader;
import io.quorate.cli.backup.file.Coverage;
import io.quorate.cli.backup.file.DamagedException;
import io.quorate.cli.backup.file.FileEntry;
import io.quorate.cli.backup.file.Manifest;
import io.quorate.cli.backup.file.Segment;
import io.quorate.cli.backup.file.Sha256;
import io.quorate.cli.backup.file.StoredRecord;
import io.quorate.cli.backup.file.TenantEntry;
import io.quorate.cli.backup.run.ProgressListener;
import io.quorate.cli.backup.run.Tally;
import io.quorate.cli.backup.store.BackupStore;
import io.quorate.cli.backup.store.FileNames;
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
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Reads all of a backup, and finds what is not as it was written. */
public final class Verification {
  private final Chain chain;
  private final BackupStore store;
  private final Manifest manifest;

  /** Null if it is not looked at what the base has. */
  private final @Nullable Contents contents;

  private final List<String> faults = new ArrayList<>();

  private Verification(Chain chain, @Nullable Contents contents) {
    this.chain = chain;
    this.store = chain.store();
    this.manifest = chain.manifest();
    this.contents = contents;
  }

  /**
   * Returns what is wrong with a backup, or with those below it, each with the file that it is
   * about; empty: nothing is, and it can be restored.
   */
  public static List<String> faults(Chain chain, Tally tally, ProgressListener progress)
      throws IOException {
    long total = bytes(chain);
    List<String> faults = new ArrayList<>();
    for (Chain each : chain.all().reversed()) {
      boolean isWanted = each == chain;
      // What is damaged in a base would be told once more for each mark.
      boolean looksBelow = isWanted && each.base() != null && faults.isEmpty();
      try (Contents contents = new Contents(each, FileCheck.NONE)) {
        List<String> its =
            new Verification(each, looksBelow ? contents : null)
                .faults(isWanted ? tally : tally.beside(), () -> progress.onProgress(tally, total));
        its.forEach(fault -> faults.add(isWanted ? fault : each.store().place() + "/" + fault));
      }
    }
    return List.copyOf(faults);
  }

  /** Returns how much is read for a backup, with those below it. */
  public static long bytes(Chain chain) {
    return chain.all().stream().mapToLong(each -> each.manifest().fileBytes()).sum();
  }

  private List<String> faults(Tally tally, Runnable progress) throws IOException {
    SortedMap<String, Long> there = store.list();
    for (FileEntry each : manifest.files()) {
      try {
        each.requireLength(there);
        check(each, tally, progress);
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

  private void check(FileEntry file, Tally tally, Runnable progress) throws IOException {
    MessageDigest digest = Sha256.digest();
    Expected expected = new Expected(file, contents);
    try (InputStream in = new DigestInputStream(store.read(file.name()), digest);
        BlockReader blocks = new BlockReader(file.name(), in, chain.base() != null)) {
      Block block = blocks.next();
      while (block != null) {
        expected.take(block, tally);
        progress.run();
        block = blocks.next();
      }
    }
    expected.requireNothingLeft();
    if (!HexFormat.of().formatHex(digest.digest()).equals(file.sha256())) {
      throw new DamagedException(file.name(), "has another SHA-256 than the manifest says");
    }
    tally.done(file.bytes());
  }

  /** What the segments of a file say of its blocks, which come in the same order. */
  private static final class Expected {
    private static final byte[] NOTHING = {};

    private final String name;
    private final Iterator<Segment> segments;
    private Segment segment;
    private final @Nullable Contents contents;
    private long left;
    private long marks;
    private byte[] last;

    private Expected(FileEntry file, @Nullable Contents contents) throws DamagedException {
      name = file.name();
      this.contents = contents;
      if (file.segments().stream().mapToLong(Segment::records).sum() != file.records()) {
        throw new DamagedException(name, "has other numbers of records in the manifest");
      }
      segments = file.segments().iterator();
      if (!segments.hasNext()) {
        throw new DamagedException(name, "has nothing, as the manifest says");
      }
      segment = segments.next();
      left = segment.records();
      marks = segment.asInBase();
      last = Segment.key(segment.after());
    }

    private void take(Block block, Tally tally) throws IOException {
      while (left == 0 && segments.hasNext()) {
        requireEnd();
        segment = segments.next();
        left = segment.records();
        marks = segment.asInBase();
        last = Segment.key(segment.after());
      }
      long bytes = 0;
      for (StoredRecord record : block.records()) {
        if (Arrays.compareUnsigned(record.key(), last) <= 0) {
          throw new DamagedException(name, "has keys out of order in " + segment.where());
        }
        last = record.key();
        byte[] content = record.content();
        if (content == null) {
          marks--;
          content = inBase(block, record);
        }
        bytes += record.key().length + content.length;
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

    private byte[] inBase(Block block, StoredRecord record) throws IOException {
      if (contents == null) {
        return NOTHING;
      }
      byte[] content = contents.of(block, record);
      if (content == null) {
        throw Contents.missing(name, block, record);
      }
      return content;
    }

    private void requireEnd() throws DamagedException {
      if (left == 0 && marks != 0) {
        throw new DamagedException(
            name, "has another number of marks than the manifest says of " + segment.where());
      }
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
