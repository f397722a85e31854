package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.config.Memory;
import io.quorate.node.config.NodeConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeMemoryTest {
  private static Memory of(long limitMib) {
    long heap = Memory.heapFor(limitMib << 20);
    return new Memory(limitMib << 20, heap, heap);
  }

  private static NodeConfig config(Memory memory, String text) throws Exception {
    return NodeConfig.parse("f", text, Map.of(), memory);
  }

  @ParameterizedTest
  @ValueSource(longs = {384, 400, 512, 700, 1024, 2048, 5000, 24_105, 1 << 20})
  void whatFollowsFromTheMemoryFitsIntoIt(long mib) throws Exception {
    Memory memory = of(mib);
    NodeConfig config = config(memory, "");
    assertThat(NodeMemory.tooLittle(memory, config)).isEmpty();
    assertThat(memory.neededBytes(config.storage().blockCacheBytes()))
        .isLessThanOrEqualTo(memory.limitBytes());
    assertThat(config.limits().inflightBytesMax()).isLessThanOrEqualTo(memory.heapBytes() / 2);
  }

  @Test
  void aNodeIn512MibTakesSmallShares() throws Exception {
    Memory memory = of(512);
    NodeConfig config = config(memory, "");
    assertThat(NodeMemory.describe(memory, config))
        .isEqualTo(
            "memory: 512 MiB in all; heap 128 MiB (of it record cache 16 MiB, version cache 8 MiB),"
                + " direct at most 128 MiB, block cache 32 MiB, memtables at most 48 MiB");
    assertThat(config.limits().inflightBytesMax()).isEqualTo(64 << 20);
    assertThat(config.limits().peerQueueBytesMax()).isEqualTo(16 << 20);
  }

  /** Otherwise values in work of three nodes in one process may take more than its heap. */
  @Test
  void nodesInOneProcessShareItsMemory() throws Exception {
    Memory process = new Memory(8L << 30, 1L << 30, 1L << 30);
    NodeConfig config = config(process.sharedBy(3), "");
    long inWork = config.limits().inflightBytesMax() + config.storage().recordCacheBytes();
    assertThat(3 * inWork).isLessThan(process.heapBytes());
  }

  @Test
  void whatIsGivenIsTaken() throws Exception {
    NodeConfig config =
        config(of(512), "storage: {block_cache: 64MiB}\nlimits: {inflight_bytes: 8MiB}\n");
    assertThat(config.storage().blockCacheBytes()).isEqualTo(64 << 20);
    assertThat(config.limits().inflightBytesMax()).isEqualTo(8 << 20);
    NodeConfig large = config(of(512), "limits: {max_value_bytes: 64MiB}\n");
    assertThat(large.limits().peerQueueBytesMax()).isEqualTo(64 << 20);
  }

  @Test
  void whatDoesNotFitIsRefusedWithWhatToDo() throws Exception {
    NodeConfig usual = NodeConfig.of(Map.of());
    assertThat(NodeMemory.tooLittle(new Memory(200L << 20, 64L << 20, 64L << 20), usual))
        .hasValueSatisfying(
            why -> assertThat(why).contains("200 MiB of memory", "needs 384 MiB", "raise"));
    assertThat(NodeMemory.tooLittle(new Memory(8L << 30, 20L << 20, 20L << 20), usual))
        .hasValueSatisfying(why -> assertThat(why).contains("heap of 20 MiB", "-Xmx96m"));
    NodeConfig greedy = config(of(512), "storage: {block_cache: 256MiB}");
    assertThat(NodeMemory.tooLittle(of(512), greedy))
        .hasValueSatisfying(
            why -> assertThat(why).contains("storage.block_cache of 256 MiB", "656 MiB in all"));
  }

  /** Else it would end for lack of heap once they are full, and again after each start. */
  @Test
  void cachesThatFillTheHeapAreRefused() throws Exception {
    Memory memory = of(512); // a heap of 128 MiB
    NodeConfig half = config(memory, "storage: {record_cache: 56MiB, version_cache: 8MiB}");
    assertThat(NodeMemory.tooLittle(memory, half)).isEmpty();
    NodeConfig more = config(memory, "storage: {record_cache: 57MiB, version_cache: 8MiB}");
    assertThat(NodeMemory.tooLittle(memory, more))
        .hasValueSatisfying(
            why ->
                assertThat(why)
                    .contains("storage.record_cache of 57 MiB", "version_cache of 8 MiB", "-Xmx"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"inflight_bytes", "replica_bytes", "waiting_bytes", "peer_queue_bytes"})
  void boundsAboveTheHeapAreRefused(String bound) throws Exception {
    Memory memory = of(512);
    String setting = "limits: {" + bound + ": %dMiB}";
    assertThat(NodeMemory.tooLittle(memory, config(memory, setting.formatted(128)))).isEmpty();
    assertThat(NodeMemory.tooLittle(memory, config(memory, setting.formatted(129))))
        .hasValueSatisfying(
            why -> assertThat(why).contains("limits." + bound + " of 129 MiB", "heap of 128 MiB"));
  }

  /** The largest values make the bounds that follow from them larger, whatever the heap is. */
  @Test
  void theLeastHeapHasRoomForTheLargestValues() throws Exception {
    Memory memory = new Memory(2L << 30, Memory.HEAP_MIN_BYTES, Memory.HEAP_MIN_BYTES);
    assertThat(NodeMemory.tooLittle(memory, config(memory, "limits: {max_value_bytes: 64MiB}")))
        .isEmpty();
  }

  @Test
  void thisProcessHasSomeMemory() {
    Memory memory = NodeMemory.ofThisProcess();
    assertThat(memory.heapBytes()).isBetween(Memory.HEAP_MIN_BYTES, memory.limitBytes());
    assertThat(memory.directBytes()).isPositive();
  }
}
