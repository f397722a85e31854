package io.quorate.cli.backup.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** Reads the blocks of a file, and refuses what {@link BlockWriter} did not write. */
public final class BlockReader implements AutoCloseable {
  private final String name;
  private final InputStream in;
  private final Inflater inflater = new Inflater();
  private final int format;
  private long at;

  /**
   * Reads a file from its beginning.
   *
   * @param name of the file, for messages
   * @param base whether the backup is based on another one
   * @throws LaterFormatException if it is of a later format
   * @throws DamagedException if it is no file of records of such a backup
   */
  public BlockReader(String name, InputStream in, boolean base) throws IOException {
    this(name, in, 0, base);
    byte[] expected = BlockFormat.magic(format);
    byte[] magic = in.readNBytes(expected.length);
    at = magic.length;
    int version = BlockFormat.VERSION_AT;
    if (magic.length < expected.length
        || Arrays.mismatch(magic, 0, version, expected, 0, version) >= 0) {
      throw new DamagedException(name, "is no file of records of a backup");
    }
    if (magic[version] > BlockFormat.INCREMENTAL) {
      throw new LaterFormatException(name, magic[version]);
    }
    if (magic[version] != format) {
      throw new DamagedException(
          name, "has format %d, and not that of its backup".formatted(magic[version]));
    }
  }

  private BlockReader(String name, InputStream in, long at, boolean base) {
    this.name = name;
    this.in = in;
    this.at = at;
    this.format = base ? BlockFormat.INCREMENTAL : BlockFormat.FULL;
  }

  /**
   * Reads a file from a block on.
   *
   * @param in begins with the block
   * @param at where that is in the file
   * @param base whether the backup is based on another one
   */
  public static BlockReader from(String name, InputStream in, long at, boolean base) {
    return new BlockReader(name, in, at, base);
  }

  /**
   * Returns the next block; null at the end of the file.
   *
   * @throws DamagedException if it is not as it was written; the message says where it begins
   */
  public @Nullable Block next() throws IOException {
    byte[] head = in.readNBytes(BlockFormat.HEAD_BYTES);
    if (head.length == 0) {
      return null;
    }
    if (head.length < BlockFormat.HEAD_BYTES) {
      throw damaged("ends in the middle of the block");
    }
    ByteBuffer numbers = ByteBuffer.wrap(head);
    int compressedBytes = numbers.getInt();
    int payloadBytes = numbers.getInt();
    if (isNoLength(compressedBytes) || isNoLength(payloadBytes)) {
      throw damaged("has a length that no block has, in the block");
    }
    byte[] compressed = in.readNBytes(compressedBytes);
    if (compressed.length < compressedBytes) {
      throw damaged("ends in the middle of the block");
    }
    if (BlockFormat.checksum(head, compressed, compressedBytes) != numbers.getInt()) {
      throw damaged("has a wrong checksum in the block");
    }
    Block block = block(payload(compressed, payloadBytes));
    at += BlockFormat.HEAD_BYTES + compressedBytes;
    return block;
  }

  private static boolean isNoLength(int bytes) {
    return bytes <= 0 || bytes > BlockFormat.PAYLOAD_BYTES_MAX;
  }

  private ByteBuffer payload(byte[] compressed, int payloadBytes) throws DamagedException {
    byte[] payload = new byte[payloadBytes];
    inflater.reset();
    inflater.setInput(compressed);
    try {
      int got = 0;
      int more = -1;
      while (got < payloadBytes && more != 0) {
        more = inflater.inflate(payload, got, payloadBytes - got);
        got += more;
      }
      // The checksum of the compression is read only when more is asked for.
      int beyond = inflater.inflate(new byte[1]);
      if (got < payloadBytes || beyond > 0 || !inflater.finished() || inflater.getRemaining() > 0) {
        throw damaged("has another length than it says, in the block");
      }
    } catch (DataFormatException malformed) {
      throw damaged("cannot be decompressed, from the block");
    }
    return ByteBuffer.wrap(payload);
  }

  private Block block(ByteBuffer payload) throws DamagedException {
    try {
      String tenant = new String(bytes(payload), StandardCharsets.UTF_8);
      int partition = varint(payload);
      int count = varint(payload);
      List<StoredRecord> records = new ArrayList<>(Math.min(count, payload.remaining()));
      byte[] lastKey = {};
      for (int i = 0; i < count; i++) {
        StoredRecord record =
            format == BlockFormat.FULL
                ? StoredRecord.of(bytes(payload), bytes(payload))
                : incremental(payload, lastKey);
        records.add(record);
        lastKey = record.key();
      }
      if (payload.hasRemaining()) {
        throw damaged("has more than its records in the block");
      }
      return new Block(tenant, partition, records);
    } catch (BufferUnderflowException shorter) {
      throw damaged("has less than its records in the block");
    }
  }

  private StoredRecord incremental(ByteBuffer payload, byte[] lastKey) throws DamagedException {
    int shared = varint(payload);
    if (shared > lastKey.length) {
      throw damaged("has a key that cannot be put together in the block");
    }
    byte[] rest = bytes(payload);
    byte[] key = Arrays.copyOf(lastKey, shared + rest.length);
    System.arraycopy(rest, 0, key, shared, rest.length);
    int contentBytes = varint(payload);
    return contentBytes == 0
        ? StoredRecord.asInBase(key)
        : StoredRecord.of(key, bytes(payload, contentBytes - 1));
  }

  private byte[] bytes(ByteBuffer from) throws DamagedException {
    return bytes(from, varint(from));
  }

  private byte[] bytes(ByteBuffer from, int length) throws DamagedException {
    if (length > from.remaining()) {
      throw damaged("has less than its records in the block");
    }
    byte[] bytes = new byte[length];
    from.get(bytes);
    return bytes;
  }

  private int varint(ByteBuffer from) throws DamagedException {
    long value = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += 7) {
      byte next = from.get();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        if (value > Integer.MAX_VALUE) {
          break;
        }
        return (int) value;
      }
    }
    throw damaged("has a number that is too large in the block");
  }

  private DamagedException damaged(String how) {
    return new DamagedException(name, how + " at byte " + at);
  }

  /** Frees memory; the stream is its opener's. */
  @Override
  public void close() {
    inflater.end();
  }
}
