package io.quorate.cli.backup.file;

import io.quorate.cli.backup.store.BackupStore;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** A file of records while it is written, by one thread. */
public final class DataFile implements AutoCloseable {
  private final String name;
  private final BackupStore.NewFile file;
  private final BlockWriter blocks;
  private final MessageDigest digest = Sha256.digest();
  private final List<Segment> segments = new ArrayList<>();
  private long bytes;

  /**
   * @param base whether the backup is based on another one
   */
  public DataFile(BackupStore store, String name, boolean base) throws IOException {
    this.name = name;
    this.file = store.create(name);
    this.blocks = new BlockWriter(this::write, base ? BlockFormat.INCREMENTAL : BlockFormat.FULL);
  }

  private void write(byte[] some, int offset, int length) throws IOException {
    file.write(some, offset, length);
    digest.update(some, offset, length);
    bytes += length;
  }

  /**
   * Adds a page of a partition.
   *
   * @param from where the page begins
   */
  public void add(Coverage.Part from, FilePage page) throws IOException {
    byte[] next = page.next();
    Segment segment =
        new Segment(
            from.tenant(),
            from.partition(),
            from.after(),
            next == null ? null : Segment.text(next),
            page.records().size(),
            page.bytes(),
            page.potentiallyStale(),
            bytes,
            page.hlc(),
            page.asInBase());
    if (!segments.isEmpty() && segments.getLast().isFollowedBy(segment)) {
      segment = segments.removeLast().with(segment);
    } else {
      blocks.flush(); // so that the segment begins with a block
      segment = segment.at(bytes);
    }
    segments.add(segment);
    for (StoredRecord record : page.records()) {
      blocks.add(from.tenant(), from.partition(), record);
    }
  }

  /** What is written so far. */
  public long bytes() {
    return bytes;
  }

  /** Writes what is held, and makes the file appear. */
  public FileEntry commit() throws IOException {
    blocks.flush();
    file.commit();
    return new FileEntry(
        name,
        bytes,
        HexFormat.of().formatHex(digest.digest()),
        segments.stream().mapToLong(Segment::records).sum(),
        segments);
  }

  /** Discards it if it is not committed. */
  @Override
  public void close() throws IOException {
    blocks.close();
    file.close();
  }
}
