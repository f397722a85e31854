package io.quorate.cli.backup.file;

import io.quorate.model.ByteFormat;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * How records are written to a file. Numbers of 4 bytes are big-endian; a varint has 7 bits of the
 * number in each byte, the lowest first, and the highest bit of a byte says that another follows.
 *
 * <pre>
 * file     magic (8 bytes: "QBACKUP" and the version of the format, 1), then blocks to its end
 * block    bytes of the compressed payload (4), bytes of the payload (4), CRC-32C (4) of the two
 *          numbers and the compressed payload, the payload as zlib compresses it (RFC 1950)
 * payload  name of the tenant (a varint of its bytes, then the bytes), partition (varint), number
 *          of records (varint), then the records by the order of their keys
 * record   key, content: of each a varint of its bytes, then the bytes
 * </pre>
 *
 * <p>A block has about 1 MiB before compression, or one larger record; all of it is of one
 * partition. What the content of a record is, only nodes know.
 */
final class BlockFormat {
  static final byte VERSION = (byte) ByteFormat.BACKUP.only();

  /** Bytes from which on a payload is closed. */
  static final int PAYLOAD_BYTES = 1 << 20;

  /**
   * No payload is larger: a key has 64 KiB at most, and values together a hundred MiB or so. A
   * damaged length must not make a reader ask for all memory.
   */
  static final int PAYLOAD_BYTES_MAX = 512 << 20;

  static final int HEAD_BYTES = 12;

  private static final byte[] MAGIC = {'Q', 'B', 'A', 'C', 'K', 'U', 'P', VERSION};

  private BlockFormat() {}

  static byte[] magic() {
    return MAGIC.clone();
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
