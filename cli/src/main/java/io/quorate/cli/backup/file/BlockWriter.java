package io.quorate.cli.backup.file;

import io.quorate.client.admin.BackupRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.Deflater;

/** Writes records to a file as {@link BlockFormat} says. Holds one block in memory. */
final class BlockWriter implements AutoCloseable {
  private final Out out;
  private final Deflater deflater = new Deflater(Deflater.BEST_SPEED);
  private final ByteArrayOutputStream records = new ByteArrayOutputStream();
  private String tenant = "";
  private int partition;
  private int count;

  /** Where the bytes go. */
  interface Out {
    void write(byte[] bytes, int offset, int length) throws IOException;
  }

  /** Writes the beginning of a file. */
  BlockWriter(Out out) throws IOException {
    this.out = out;
    byte[] magic = BlockFormat.magic();
    out.write(magic, 0, magic.length);
  }

  /** Adds a record; those of a partition come together, and in the order of their keys. */
  void add(String ofTenant, int ofPartition, BackupRecord record) throws IOException {
    if (ofPartition != partition || !ofTenant.equals(tenant)) {
      flush();
      tenant = ofTenant;
      partition = ofPartition;
    }
    bytes(records, record.key());
    bytes(records, record.content());
    count++;
    if (records.size() >= BlockFormat.PAYLOAD_BYTES) {
      flush();
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
