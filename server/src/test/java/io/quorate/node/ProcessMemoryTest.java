package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.metrics.Meters;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ProcessMemoryTest {
  private static final int TAKEN_BYTES = 64 << 20;

  /** Memory outside of the heap is what a panel of the heap does not show. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void memoryThatIsTakenOutsideOfTheHeapIsResident() {
    long before = ProcessMemory.OF_THIS_PROCESS.residentBytes().orElseThrow();
    ByteBuffer taken = ByteBuffer.allocateDirect(TAKEN_BYTES); // filled with zeros, so in RAM
    long after = ProcessMemory.OF_THIS_PROCESS.residentBytes().orElseThrow();
    assertThat(taken.capacity()).isEqualTo(TAKEN_BYTES);
    assertThat(after - before).isGreaterThan(TAKEN_BYTES / 2);
  }

  @Test
  void whatASystemDoesNotTellIsNotShown() {
    try (Meters meters = new Meters(List.of())) {
      new ProcessMemory(Path.of("/none/such")).addTo(meters, 1 << 30);
      assertThat(meters.scrape())
          .contains("quorate_process_memory_limit_bytes 1.073741824E9")
          .doesNotContain("quorate_process_resident_bytes");
    }
  }
}
