package io.quorate.cli.backup.chain;

import io.quorate.cli.backup.file.Block;
import io.quorate.cli.backup.file.BlockReader;
import io.quorate.cli.backup.file.DamagedException;
import io.quorate.cli.backup.file.Segment;
import io.quorate.cli.backup.file.StoredRecord;
import io.quorate.cli.backup.store.FileNames;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells what keys of one partition have in a backup, from low keys to high ones: what is in its
 * files, and for what is marked there, what the backup below has. One block of each backup of the
 * chain is in memory.
 */
public final class KeyReader implements Closeable {
  private final Chain chain;
  private final String tenant;
  private final int partition;
  private final FileCheck check;
  private final Map<String, Chain.Part> parts;

  /** The part that is read, or was skipped; null before the first one. */
  private Chain.@Nullable Part part;

  private @Nullable InputStream file;
  private @Nullable BlockReader blocks;

  /** Of the block that is read. */
  private Iterator<StoredRecord> records = Collections.emptyIterator();

  /** Records of the part that are not read yet. */
  private long left;

  /** The lowest one that is not below the key that was asked for last. */
  private @Nullable StoredRecord current;

  private boolean atEnd;
  private @Nullable KeyReader below;

  KeyReader(Chain chain, String tenant, int partition, FileCheck check) {
    this.chain = chain;
    this.tenant = tenant;
    this.partition = partition;
    this.check = check;
    this.parts = chain.parts(tenant, partition);
  }

  /**
   * Returns what a key has; null if it is not in the backup.
   *
   * @param key not below the one that was asked for before
   * @throws DamagedException if that cannot be told
   */
  public byte @Nullable [] find(byte[] key) throws IOException {
    while (!atEnd && (current == null || Arrays.compareUnsigned(current.key(), key) < 0)) {
      advance(key);
    }
    if (current == null || !Arrays.equals(current.key(), key)) {
      return null;
    }
    byte[] content = current.content();
    return content == null ? findBelow(key) : content;
  }

  private byte[] findBelow(byte[] key) throws IOException {
    if (below == null) {
      Chain base = chain.base();
      if (base == null) {
        throw damaged("has a mark, and no base");
      }
      below = base.keys(tenant, partition, check);
    }
    byte[] content = below.find(key);
    if (content == null) {
      throw damaged(
          "says that its base has the key (base64) %s of tenant '%s', and it has not"
              .formatted(Segment.text(key), tenant));
    }
    return content;
  }

  /** Goes on by one record, or to the next part. */
  private void advance(byte[] wanted) throws IOException {
    if (left == 0) {
      enterNextPart(wanted);
      return;
    }
    if (!records.hasNext()) {
      records = nextBlock();
    }
    if (records.hasNext()) {
      current = records.next();
      left--;
    }
  }

  private void enterNextPart(byte[] wanted) throws IOException {
    closeFile();
    String after = part == null ? "" : part.segment().next();
    if (after == null) {
      atEnd = true;
      current = null;
      return;
    }
    Chain.Part next = parts.get(after);
    if (next == null) {
      throw new DamagedException(
          chain.store().place() + "/" + FileNames.MANIFEST,
          "no file has all of partition %d of tenant '%s'".formatted(partition, tenant));
    }
    part = next;
    String end = next.segment().next();
    boolean isBelow = end != null && Arrays.compareUnsigned(Segment.key(end), wanted) < 0;
    if (!isBelow && next.segment().records() > 0) {
      left = next.segment().records();
      open(next);
    }
  }

  private void open(Chain.Part next) throws IOException {
    check.check(chain.store(), next.file());
    long at = next.segment().at();
    InputStream in = chain.store().read(next.file().name(), at);
    file = in;
    boolean isIncremental = chain.base() != null;
    if (at > 0) {
      blocks = BlockReader.from(name(next), in, at, isIncremental);
      return;
    }
    blocks = new BlockReader(name(next), in, isIncremental);
    long before = 0;
    for (Segment each : next.file().segments()) {
      if (each.equals(next.segment())) {
        break;
      }
      before += each.records();
    }
    while (before > 0) {
      Block skipped = blocks.next();
      before -= skipped == null ? before : skipped.records().size();
    }
  }

  private Iterator<StoredRecord> nextBlock() throws IOException {
    Block block = blocks == null ? null : blocks.next();
    if (block == null
        || !block.tenant().equals(tenant)
        || block.partition() != partition
        || block.records().size() > left) {
      throw damaged("has not what its manifest says of partition %d".formatted(partition));
    }
    return block.records().iterator();
  }

  private String name(Chain.Part of) {
    return chain.store().place() + "/" + of.file().name();
  }

  private DamagedException damaged(String how) {
    return new DamagedException(part == null ? chain.store().place() : name(part), how);
  }

  private void closeFile() throws IOException {
    if (blocks != null) {
      blocks.close();
      blocks = null;
    }
    if (file != null) {
      file.close();
      file = null;
    }
  }

  @Override
  public void close() throws IOException {
    closeFile();
    if (below != null) {
      below.close();
    }
  }
}
