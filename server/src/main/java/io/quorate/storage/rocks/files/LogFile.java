package io.quorate.storage.rocks.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * Reads a file in the format that RocksDB's write-ahead logs and manifests share: blocks of 32 KiB,
 * in them fragments of records, each with its checksum. Stops where RocksDB would: at the end, or
 * where the fragments no longer follow each other.
 */
public final class LogFile implements AutoCloseable {
  public static final int BLOCK_BYTES = 32 << 10;

  private static final int HEADER_BYTES = 7;

  /** Files that are used a second time have their number in each header. */
  private static final int RECYCLED_HEADER_BYTES = 11;

  private static final int CRC_MASK = 0xa282ead8;

  private final FileChannel file;
  private final int number;
  private final int bytesMax;
  private final ByteBuffer block =
      ByteBuffer.allocate(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN).limit(0);
  private final CRC32C crc = new CRC32C();

  /** Where the block begins that was read last; -1 for none. */
  private long blockStart = -1;

  /** Where the next fragment is looked for. */
  private long position;

  private long end;
  private ByteBuffer record = ByteBuffer.allocate(1 << 10);
  private int payloadAt;
  private int payloadBytes;

  /** What a fragment is to its record. */
  private enum Part {
    WHOLE,
    FIRST,
    MIDDLE,
    LAST,
    /** Says something about the file and belongs to no record. */
    REMARK,
    /** There are no more. */
    NONE
  }

  /**
   * @param number of the file, which fragments of a file that is used again repeat
   * @param bytesMax how much of each record is wanted
   */
  public LogFile(Path path, long number, int bytesMax) throws IOException {
    this.file = FileChannel.open(path, StandardOpenOption.READ);
    this.number = (int) number;
    this.bytesMax = bytesMax;
  }

  /** Goes to the next record; false if there are no more that follow each other. */
  public boolean next() throws IOException {
    record.clear();
    boolean begun = false;
    while (true) {
      Part part = fragment();
      switch (part) {
        case REMARK -> {}
        case WHOLE, FIRST -> {
          if (begun) {
            return false;
          }
          begun = true;
          gather();
        }
        case MIDDLE, LAST -> {
          if (!begun) {
            return false;
          }
          gather();
        }
        case NONE -> {
          return false;
        }
      }
      if (part == Part.WHOLE || part == Part.LAST) {
        record.flip();
        end = position;
        return true;
      }
    }
  }

  /** The record, or its beginning; until the next is read. */
  public ByteBuffer record() {
    return record.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Where the last record ends that {@link #next} came to. */
  public long end() {
    return end;
  }

  private Part fragment() throws IOException {
    while (true) {
      int left = BLOCK_BYTES - (int) (position % BLOCK_BYTES);
      if (left < HEADER_BYTES) {
        position += left;
        continue;
      }
      load(position - position % BLOCK_BYTES);
      int at = (int) (position % BLOCK_BYTES);
      if (block.limit() - at < HEADER_BYTES) {
        return Part.NONE;
      }
      int type = block.get(at + 6) & 0xff;
      int bytes = block.getShort(at + 4) & 0xffff;
      if (type == 0 && bytes == 0 && left < RECYCLED_HEADER_BYTES) {
        position += left; // too little for a header: filled with zeros
        continue;
      }
      boolean recycled = (type >= 5 && type <= 8) || type == 11 || type == 131;
      int header = recycled ? RECYCLED_HEADER_BYTES : HEADER_BYTES;
      if (header + bytes > block.limit() - at
          || (recycled && block.getInt(at + 7) != number)
          || !isIntact(at, header + bytes)) {
        return Part.NONE;
      }
      payloadAt = at + header;
      payloadBytes = bytes;
      position += header + bytes;
      return switch (type) {
        case 1, 5 -> Part.WHOLE;
        case 2, 6 -> Part.FIRST;
        case 3, 7 -> Part.MIDDLE;
        case 4, 8 -> Part.LAST;
        case 0 -> Part.NONE;
        default -> Part.REMARK;
      };
    }
  }

  private boolean isIntact(int at, int bytes) {
    crc.reset();
    crc.update(block.array(), at + 6, bytes - 6);
    return block.getInt(at) == Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK;
  }

  private void load(long start) throws IOException {
    if (start == blockStart) {
      return;
    }
    block.clear();
    while (block.hasRemaining()) {
      if (file.read(block, start + block.position()) < 0) {
        break;
      }
    }
    block.flip();
    blockStart = start;
  }

  private void gather() {
    int wanted = Math.min(payloadBytes, bytesMax - record.position());
    if (wanted > record.remaining()) {
      ByteBuffer larger =
          ByteBuffer.allocate(Math.max(2 * record.capacity(), record.position() + wanted));
      record = larger.put(record.flip());
    }
    record.put(block.array(), payloadAt, wanted);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
