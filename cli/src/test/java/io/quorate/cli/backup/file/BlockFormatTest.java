package io.quorate.cli.backup.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlockFormatTest {
  private static byte[] written(List<Block> blocks) throws IOException {
    return written(blocks, BlockFormat.FULL);
  }

  private static byte[] written(List<Block> blocks, int format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (BlockWriter writer = new BlockWriter(out::write, format)) {
      for (Block block : blocks) {
        for (StoredRecord record : block.records()) {
          writer.add(block.tenant(), block.partition(), record);
        }
      }
      writer.flush();
    }
    return out.toByteArray();
  }

  private static List<Block> read(byte[] file) throws IOException {
    return read(file, false);
  }

  private static List<Block> read(byte[] file, boolean hasBase) throws IOException {
    List<Block> blocks = new ArrayList<>();
    try (BlockReader reader = new BlockReader("data", new ByteArrayInputStream(file), hasBase)) {
      Block block = reader.next();
      while (block != null) {
        blocks.add(block);
        block = reader.next();
      }
    }
    return blocks;
  }

  private static StoredRecord record(int key, int contentBytes) {
    byte[] content = new byte[contentBytes];
    new Random(key).nextBytes(content);
    return StoredRecord.of(new byte[] {(byte) (key >> 8), (byte) key}, content);
  }

  private static final List<Block> SMALL =
      List.of(
          new Block("a", 0, List.of(record(1, 0), record(2, 1), record(300, 200))),
          new Block("a", 255, List.of(record(7, 3))),
          new Block("b", 255, List.of(record(8, 4), record(9, 5))));

  @Test
  void recordsComeBackAsTheyWere() throws IOException {
    assertThat(read(written(SMALL))).isEqualTo(SMALL);
    assertThat(read(written(List.of()))).isEmpty();
  }

  private static StoredRecord mark(int key) {
    return StoredRecord.asInBase(record(key, 0).key());
  }

  private static final List<Block> MARKED =
      List.of(
          new Block("a", 0, List.of(record(1, 0), mark(2), record(300, 200), mark(301))),
          new Block("a", 255, List.of(mark(7))),
          new Block("b", 255, List.of(record(8, 4), record(9, 5))));

  @Test
  void marksComeBackAsTheyWere() throws IOException {
    assertThat(read(written(MARKED, BlockFormat.INCREMENTAL), true)).isEqualTo(MARKED);
    assertThat(read(written(SMALL, BlockFormat.INCREMENTAL), true)).isEqualTo(SMALL);
  }

  /** Keys that are the beginning of one another, and share all or nothing. */
  @Test
  void keysArePutTogetherOfWhatTheyShare() throws IOException {
    List<StoredRecord> records = new ArrayList<>();
    for (String key : List.of("", "a", "aa", "aab", "ab", "b", "ba/1", "ba/10", "ba/2")) {
      records.add(StoredRecord.asInBase(key.getBytes(UTF_8)));
    }
    List<Block> blocks = List.of(new Block("a", 1, records));
    assertThat(read(written(blocks, BlockFormat.INCREMENTAL), true)).isEqualTo(blocks);
  }

  /** Those of all backups of a chain are in memory together. */
  @Test
  void blocksWithMarksAreSmaller() throws IOException {
    List<StoredRecord> records = new ArrayList<>();
    for (int i = 1; i <= 30_000; i++) {
      records.add(i % 3_000 == 0 ? record(i, 300_000) : mark(i));
    }
    List<Block> blocks =
        read(written(List.of(new Block("a", 3, records)), BlockFormat.INCREMENTAL), true);
    assertThat(blocks.stream().filter(each -> each.records().size() > 4096)).isEmpty();
    assertThat(blocks.size()).isBetween(10, 20);
    assertThat(blocks.stream().flatMap(each -> each.records().stream())).isEqualTo(records);
  }

  /** A mark in a full backup would be a key without a content. */
  @Test
  void markNeedsAFormatThatHasMarks() {
    assertThatThrownBy(() -> written(MARKED)).hasMessageContaining("has all contents");
    assertThatThrownBy(() -> read(written(MARKED, BlockFormat.INCREMENTAL)))
        .isInstanceOf(DamagedException.class)
        .hasMessageContaining("has format 2");
    assertThatThrownBy(() -> read(written(SMALL), true))
        .isInstanceOf(DamagedException.class)
        .hasMessageContaining("has format 1");
  }

  @Test
  void flippedBytesOfBlocksWithMarksAreFound() throws IOException {
    byte[] file = written(MARKED, BlockFormat.INCREMENTAL);
    for (int i = 0; i < file.length; i++) {
      byte[] damaged = file.clone();
      damaged[i] ^= 1;
      assertThatThrownBy(() -> read(damaged, true))
          .as("byte %d", i)
          .isInstanceOf(DamagedException.class);
    }
  }

  /** More than a block, and a record that is larger than one. */
  @Test
  void blocksAreBounded() throws IOException {
    List<StoredRecord> records = new ArrayList<>();
    for (int i = 1; i <= 300; i++) {
      records.add(record(i, i == 150 ? 5 << 20 : 20_000));
    }
    List<Block> blocks = read(written(List.of(new Block("a", 3, records))));
    assertThat(blocks).hasSizeGreaterThan(5).allMatch(each -> each.partition() == 3);
    assertThat(blocks.stream().flatMap(each -> each.records().stream())).isEqualTo(records);
  }

  /** Nothing but the checksum of a block tells most of these. */
  @Test
  void anyByteThatIsFlippedIsFoundByTheBlockItself() throws IOException {
    byte[] file = written(SMALL);
    for (int i = 0; i < file.length; i++) {
      for (int bit : new int[] {1, 0x80, 0xFF}) {
        byte[] damaged = file.clone();
        damaged[i] ^= (byte) bit;
        assertThatThrownBy(() -> read(damaged))
            .as("byte %d, %x", i, bit)
            .isInstanceOf(DamagedException.class)
            .hasMessageStartingWith("data: ");
      }
    }
  }

  /** A file that ends with a block can only be told by its length to be shorter. */
  @Test
  void fileThatEndsWithinABlockIsFoundOut() throws IOException {
    byte[] file = written(SMALL);
    int whole = 0;
    for (int length = 0; length < file.length; length++) {
      byte[] shorter = Arrays.copyOf(file, length);
      try {
        assertThat(read(shorter)).hasSizeLessThan(SMALL.size());
        whole++;
      } catch (DamagedException expected) {
        assertThat(expected).hasMessageStartingWith("data: ");
      }
    }
    assertThat(whole).isEqualTo(SMALL.size()); // after the magic, and after each block but the last
  }

  @Test
  void fileOfALaterFormatIsRefusedWithAdvice() throws IOException {
    byte[] file = written(SMALL);
    file[7] = 3;
    assertThatThrownBy(() -> read(file)).hasMessageContaining("has format 3, and this release");
  }
}
