package io.quorate.cli.backup.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.admin.BackupRecord;
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
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (BlockWriter writer = new BlockWriter(out::write)) {
      for (Block block : blocks) {
        for (BackupRecord record : block.records()) {
          writer.add(block.tenant(), block.partition(), record);
        }
      }
      writer.flush();
    }
    return out.toByteArray();
  }

  private static List<Block> read(byte[] file) throws IOException {
    List<Block> blocks = new ArrayList<>();
    try (BlockReader reader = new BlockReader("data", new ByteArrayInputStream(file))) {
      Block block = reader.next();
      while (block != null) {
        blocks.add(block);
        block = reader.next();
      }
    }
    return blocks;
  }

  private static BackupRecord record(int key, int contentBytes) {
    byte[] content = new byte[contentBytes];
    new Random(key).nextBytes(content);
    return BackupRecord.of(new byte[] {(byte) (key >> 8), (byte) key}, content);
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

  /** More than a block, and a record that is larger than one. */
  @Test
  void blocksAreBounded() throws IOException {
    List<BackupRecord> records = new ArrayList<>();
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
    file[7] = 2;
    assertThatThrownBy(() -> read(file)).hasMessageContaining("has format 2");
  }
}
