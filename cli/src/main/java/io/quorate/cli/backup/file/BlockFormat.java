package io.quorate.cli.backup.file;

import io.quorate.model.ByteFormat;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * How records are written to a file. Numbers of 4 bytes are big-endian; a varint has 7 bits of the
 * number in each byte, the lowest first, and the highest bit of a byte says that another follows.
 *
 * <pre>
 * file     magic (8 bytes: "QBACKUP" and the version of the format, 1 or 2), then blocks to its end
 * block    bytes of the compressed payload (4), bytes of the payload (4), CRC-32C (4) of the two
 *          numbers and the compressed payload, the payload as zlib compresses it (RFC 1950)
 * payload  name of the tenant (a varint of its bytes, then the bytes), partition (varint), number
 *          of records (varint), then the records by the order of their keys
 * record   key, content: of each a varint of its bytes, then the bytes
 * </pre>
 *
 * <p>A block has about 1 MiB before compression, or one larger record; all of it is of one
 * partition. What the content of a record is, only nodes know.
 *
 * <p>Format 2 is of backups that are based on another one. Its blocks are smaller, since those of
 * all backups of a chain are in memory together, and a record may have the mark that its content is
 * that of the base:
 *
 * <pre>
 * record   how many bytes of the key are those of the key before it in the block (varint), a varint
 *          of the bytes of its rest, the rest; 0 if the content is that of the base, or a varint of
 *          the bytes of the content and one, the content
 * </pre>
 */
final class BlockFormat {
  /** Of backups with all contents. */
  static final int FULL = ByteFormat.BACKUP.only();

  /** Of backups that are based on another one. */
  static final int INCREMENTAL = ByteFormat.INCREMENTAL_BACKUP.only();

  private static final int FULL_PAYLOAD_BYTES = 1 << 20;
  private static final int INCREMENTAL_PAYLOAD_BYTES = 1 << 18;
  private static final int INCREMENTAL_RECORDS = 4096;

  /**
   * No payload is larger: a key has 64 KiB at most, and values together a hundred MiB or so. A
   * damaged length must not make a reader ask for all memory.
   */
  static final int PAYLOAD_BYTES_MAX = 512 << 20;

  static final int HEAD_BYTES = 12;

  /** Where the number of the format stands in a file. */
  static final int VERSION_AT = 7;

  private BlockFormat() {}

  /** Returns what a file begins with. */
  static byte[] magic(int format) {
    return new byte[] {'Q', 'B', 'A', 'C', 'K', 'U', 'P', (byte) format};
  }

  /** Whether a payload is closed that has this much. */
  static boolean isFull(int format, int payloadBytes, int records) {
    return format == FULL
        ? payloadBytes >= FULL_PAYLOAD_BYTES
        : payloadBytes >= INCREMENTAL_PAYLOAD_BYTES || records >= INCREMENTAL_RECORDS;
  }

  /** Returns what stands before a compressed payload. */
  static ByteBuffer head(int payloadBytes, byte[] compressed, int compressedBytes) {
    ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
    head.putInt(compressedBytes).putInt(payloadBytes);
    head.putInt(checksum(head.array(), compressed, compressedBytes));
    return head.flip();
  }

  /**
   * Returns the checksum of a block.
   *
   * @param head its first 8 bytes count
   */
  static int checksum(byte[] head, byte[] compressed, int compressedBytes) {
    CRC32C crc = new CRC32C();
    crc.update(head, 0, HEAD_BYTES - Integer.BYTES);
    crc.update(compressed, 0, compressedBytes);
    return (int) crc.getValue();
  }
}
