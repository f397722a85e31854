package io.quorate.cli.backup.file;

import io.quorate.model.Invariant;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;

/** Writes records to a file as {@link BlockFormat} says. Holds one block in memory. */
final class BlockWriter implements AutoCloseable {
  private static final byte[] NO_KEY = {};

  private final Out out;
  private final int format;
  private final Deflater deflater = new Deflater(Deflater.BEST_SPEED);
  private final ByteArrayOutputStream records = new ByteArrayOutputStream();
  private String tenant = "";
  private int partition;
  private int count;

  /** Of the record before in the block. */
  private byte[] lastKey = NO_KEY;

  /** Where the bytes go. */
  interface Out {
    void write(byte[] bytes, int offset, int length) throws IOException;
  }

  /** Writes the beginning of a file. */
  BlockWriter(Out out, int format) throws IOException {
    this.out = out;
    this.format = format;
    byte[] magic = BlockFormat.magic(format);
    out.write(magic, 0, magic.length);
  }

  /** Adds a record; those of a partition come together, and in the order of their keys. */
  void add(String ofTenant, int ofPartition, StoredRecord record) throws IOException {
    if (ofPartition != partition || !ofTenant.equals(tenant)) {
      flush();
      tenant = ofTenant;
      partition = ofPartition;
    }
    if (format == BlockFormat.FULL) {
      addFull(record);
    } else {
      addIncremental(record);
    }
    count++;
    if (BlockFormat.isFull(format, records.size(), count)) {
      flush();
    }
  }

  private void addFull(StoredRecord record) {
    bytes(records, record.key());
    bytes(records, Invariant.present(record.content(), "a backup without a base has all contents"));
  }

  private void addIncremental(StoredRecord record) {
    byte[] key = record.key();
    int mismatch = Arrays.mismatch(lastKey, key);
    int shared = mismatch < 0 ? key.length : mismatch;
    varint(records, shared);
    varint(records, key.length - shared);
    records.write(key, shared, key.length - shared);
    lastKey = key;
    byte[] content = record.content();
    varint(records, content == null ? 0 : content.length + 1);
    if (content != null) {
      records.writeBytes(content);
    }
  }

  /** Writes what is held. */
  void flush() throws IOException {
    if (count == 0) {
      return;
    }
    ByteArrayOutputStream payload = new ByteArrayOutputStream(records.size() + 128);
    bytes(payload, tenant.getBytes(StandardCharsets.UTF_8));
    varint(payload, partition);
    varint(payload, count);
    records.writeTo(payload);
    write(payload.toByteArray());
    records.reset();
    count = 0;
    lastKey = NO_KEY;
  }

  private void write(byte[] payload) throws IOException {
    deflater.reset();
    deflater.setInput(payload);
    deflater.finish();
    ByteArrayOutputStream compressed = new ByteArrayOutputStream(payload.length / 2);
    byte[] some = new byte[64 << 10];
    while (!deflater.finished()) {
      compressed.write(some, 0, deflater.deflate(some));
    }
    byte[] body = compressed.toByteArray();
    out.write(
        BlockFormat.head(payload.length, body, body.length).array(), 0, BlockFormat.HEAD_BYTES);
    out.write(body, 0, body.length);
  }

  private static void bytes(ByteArrayOutputStream to, byte[] bytes) {
    varint(to, bytes.length);
    to.writeBytes(bytes);
  }

  private static void varint(ByteArrayOutputStream to, int value) {
    int left = value;
    while ((left & ~0x7F) != 0) {
      to.write((left & 0x7F) | 0x80);
      left >>>= 7;
    }
    to.write(left);
  }

  /** Frees memory; writes nothing. */
  @Override
  public void close() {
    deflater.end();
  }
}
